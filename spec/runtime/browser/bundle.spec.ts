import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { repository } from '../../support/repository.js';
import { bundle } from './test-pages.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rocket-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function bundleOf(imports: string): Promise<string> {
  const entry = join(folder, 'entry.ts');
  await writeFile(
    entry,
    `import { ${imports} } from '${join(repository, 'runtime/browser/index.js')}';\nconsole.log(${imports});\n`,
  );
  return bundle(entry);
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
