import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Project, tempProject } from '../../support/project.js';
import { radio, run } from '../rocket.js';

// A compile takes some seconds on a machine that does other things too.
jest.setTimeout(30_000);

let project: Project;

beforeAll(() => {
  project = tempProject(radio);
});

afterAll(() => project.remove());

describe('rocket build', () => {
  test('compiles and builds, and says what there is', async () => {
    const { code, out, err } = await run(['build'], project.root);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^Compiled 1 controller with 1 action and 1 client action in .+ \(\d+ files written\)$/m,
    );
    expect(out).toMatch(/^Built 2 server modules and .+ of client code \(.+ gzipped\) in .+$/m);
    for (const path of [
      'rocket.config.js',
      'app/controllers/song.controller.js',
      '.rocket/server.js',
      'public/index.html',
      'public/assets/app.js',
    ]) {
      expect([path, existsSync(join(project.root, 'dist', path))]).toEqual([path, true]);
    }
  });

  test('shows mistakes of the build with place, frame and cure, and leaves dist as it was', async () => {
    const before = readFileSync(join(project.root, 'dist/public/assets/app.js'), 'utf8');
    project.put('app/client/extra.ts', "import { NotFound } from 'rocket-io';\nconsole.log(NotFound);\n");
    project.put('app/client/main.ts', `${radio['app/client/main.ts']}import './extra.js';\n`);
    const { code, err } = await run(['build'], project.root);
    project.put('app/client/main.ts', radio['app/client/main.ts']);
    expect(code).toBe(1);
    expect(err).toContain('app/client/extra.ts:1:26 - error server_code_in_client: ');
    expect(err).toContain("  1 | import { NotFound } from 'rocket-io';\n    |                          ^");
    expect(err).toContain('Not built: 1 error; dist/ was left as it was');
    expect(readFileSync(join(project.root, 'dist/public/assets/app.js'), 'utf8')).toBe(before);
  });

  test('outside a project says what is missing', async () => {
    const { code, err } = await run(['build'], join(project.root, 'app'));
    expect(code).toBe(1);
    expect(err).toContain('missing_config: ');
    expect(err).toContain('--root');
  });
});

describe('rocket compile', () => {
  test('with --check compares, writes nothing, and ends with 1 where something is stale', async () => {
    expect(await run(['compile', '--check'], project.root)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ \(up to date\)\n$/),
    });
    const model = 'app/models/song.ts';
    project.put(model, 'export interface Song { title: string }\n');
    const before = readFileSync(join(project.root, '.rocket/sources.json'), 'utf8');
    const { code, err } = await run(['compile', '--check'], project.root);
    expect(code).toBe(1);
    expect(err).toContain(`${model}:1:1 - error stale_output: ${model} is new since the app was compiled`);
    expect(err).toContain('Run `npx rocket compile`');
    expect(err).toContain('Not up to date: 1 error; nothing was written');
    expect(readFileSync(join(project.root, '.rocket/sources.json'), 'utf8')).toBe(before);
    const told = JSON.parse((await run(['compile', '--check', '--json'], project.root)).out);
    expect(told).toMatchObject({ ok: false, diagnostics: [{ code: 'stale_output', file: model }] });
    rmSync(join(project.root, model));
  });

  test('shows mistakes, writes nothing and ends with 1', async () => {
    const before = readFileSync(join(project.root, '.rocket/server.js'), 'utf8');
    project.put('app/models/song.ts', 'export const title = ;\n');
    const { code, out, err } = await run(['compile', '--root', project.root], '/');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('app/models/song.ts:1:22 - error source_syntax: ');
    expect(err).toContain('  1 | export const title = ;');
    expect(err).toContain('Not compiled: 1 error; nothing was written');
    expect(readFileSync(join(project.root, '.rocket/server.js'), 'utf8')).toBe(before);
  });

  test('--json prints the same for programs, and nothing besides', async () => {
    project.put('app/models/song.ts', 'export const title = ;\n');
    const { code, out, err } = await run(['compile', '--json'], project.root);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'source_syntax', file: 'app/models/song.ts', line: 1 }],
      written: [],
    });
  });
});
