import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { repository } from '../../support/repository.js';
import { bundle } from './test-pages.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rocket-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function bundleOf(imports: string, minify = false): Promise<string> {
  const entry = join(folder, 'entry.ts');
  await writeFile(
    entry,
    `import { ${imports} } from '${join(repository, 'runtime/browser/index.js')}';\nconsole.log(${imports});\n`,
  );
  return bundle(entry, minify);
}

test('a client that renders nothing carries neither templates nor morphing', async () => {
  const code = await bundleOf('connectWith');
  expect(code).toContain('$hello');
  expect(code).not.toMatch(/pug_escape|Idiomorph/);
});

test('the runtime of templates comes along where it is used, without a module of Node', async () => {
  const code = await bundleOf('pug');
  expect(code).toContain('pug_escape');
  expect(code).not.toMatch(/Idiomorph|\$hello|from "node:|from "fs"/);
});

/** Kilobytes, minified and compressed, above which somebody has to look at what a client carries. */
test.each([
  ['connectWith', 9.8],
  ['startWith', 12.8],
  ['startWith, render, pug, formFor, linkTo, select, textInput', 19.8],
])('a client that uses %s is no larger than %d KB', async (imports, limit) => {
  const code = await bundleOf(imports, true);
  expect(gzipSync(code).length / 1_000).toBeLessThan(limit);
});
