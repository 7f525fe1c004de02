import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildApp } from '../../../cli/build/build-app.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rocket-build-'));
  put('package.json', '{ "type": "module", "imports": { "#rocket/*": "./.rocket/*.js" } }');
  put('rocket.config.ts', 'export default { root: import.meta.url };');
  put('.rocket/client.js', 'export const start = (options) => console.log(options);');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const dist = (path: string) => readFileSync(join(root, 'dist', path), 'utf8');

/** The code and the place of everything that was found. */
async function problems(): Promise<string[]> {
  const { diagnostics } = await buildApp(root);
  return diagnostics.map(({ code, file, line, column }) => `${code} ${file}:${line}:${column}`);
}

describe('server code', () => {
  test('is translated file by file, with the types of constructor parameters for the container', async () => {
    put('app/models/store.ts', 'export class Store {}');
    put(
      'app/controllers/song.controller.ts',
      `import { Store } from '../models/store.js';
       const Controller = () => (target: object) => void target;
       @Controller() export class SongController { constructor(private readonly store: Store) {} }`,
    );
    put('config/initializers/010-database.ts', 'export default async (): Promise<void> => {};');
    expect(await problems()).toEqual([]);
    expect(dist('app/controllers/song.controller.js')).toMatch(/design:paramtypes", \[\s*typeof Store/);
    expect(dist('config/initializers/010-database.js')).toContain('export default');
    expect(dist('rocket.config.js')).toContain('import.meta.url');
  });

  test('has maps that lead to its sources', async () => {
    put('app/models/deep/song.ts', 'export class Song {}');
    await buildApp(root);
    expect(dist('app/models/deep/song.js')).toMatch(/\/\/# sourceMappingURL=song\.js\.map\n$/);
    expect(JSON.parse(dist('app/models/deep/song.js.map'))).toMatchObject({
      sources: ['../../../../app/models/deep/song.ts'],
    });
  });

  test('brings along data and plain modules, and leaves declarations and the client out', async () => {
    put('app/models/genres.json', '["folk"]');
    put('app/models/plain.js', 'export {};');
    put('app/models/types.d.ts', 'export {};');
    put('app/client/main.ts', '');
    put('app/client/page.ts', 'export {};');
    expect(await problems()).toEqual([]);
    expect(dist('app/models/genres.json')).toBe('["folk"]');
    expect(dist('app/models/plain.js')).toBe('export {};');
    expect(existsSync(join(root, 'dist/app/client'))).toBe(false);
    expect(existsSync(join(root, 'dist/app/models/types.d.js'))).toBe(false);
  });

  test('that is not TypeScript is reported with its place', async () => {
    put('config/initializers/010-database.ts', 'const ä = "ü"; const = 3;');
    expect(await problems()).toEqual(['source_syntax config/initializers/010-database.ts:1:22']);
  });
});

describe('client code', () => {
  test('is bundled for browsers, with a map', async () => {
    put('app/client/main.ts', "import { start } from '#rocket/client'; start({ controllers: {} });");
    expect(await problems()).toEqual([]);
    expect(dist('public/assets/app.js')).toContain('console.log');
    expect(dist('public/assets/app.js')).toContain('//# sourceMappingURL=');
    expect(JSON.parse(dist('public/assets/app.js.map')).sources).toContain('../../../app/client/main.ts');
  });

  test('may be missing altogether', async () => {
    expect(await problems()).toEqual([]);
    expect(existsSync(join(root, 'dist/public/assets'))).toBe(false);
  });

  test('without an entry is reported', async () => {
    put('app/client/song.client.ts', '');
    expect(await problems()).toEqual(['missing_client_entry app/client/main.ts:1:1']);
  });

  test('that imports what only servers have is reported where it does, with the cure', async () => {
    put(
      'app/client/main.ts',
      "import { NotFound } from 'rocket-io';\nimport fs from 'node:fs';\nconsole.log(NotFound, fs);",
    );
    const { diagnostics } = await buildApp(root);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        code: 'server_code_in_client',
        message: 'Client code imports "rocket-io", which runs on servers only',
        cure: 'Import from "rocket-io/client", or only types: import type { … }.',
        line: 1,
        column: 26,
        frame: expect.stringContaining("import { NotFound } from 'rocket-io';"),
      }),
      expect.objectContaining({
        code: 'server_code_in_client',
        message: 'Client code imports "node:fs", which browsers do not have',
        line: 2,
      }),
    ]);
  });

  test('may import types of the server', async () => {
    put(
      'app/controllers/song.controller.ts',
      "import { NotFound } from 'rocket-io';\nexport type Fields = { title: NotFound };",
    );
    put(
      'app/client/main.ts',
      "import type { Fields } from '../controllers/song.controller.js';\nconsole.log({} as Fields);",
    );
    expect(await problems()).toEqual([]);
  });

  test('that reaches a controller is reported there, telling how it came there', async () => {
    put(
      'app/controllers/song.controller.ts',
      "import { NotFound } from 'rocket-io';\nexport const gone = NotFound;",
    );
    put(
      'app/client/main.ts',
      "import { gone } from '../controllers/song.controller.js';\nconsole.log(gone);",
    );
    const { diagnostics } = await buildApp(root);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        file: 'app/controllers/song.controller.ts',
        cure: expect.stringContaining('Client code reaches this file'),
      }),
    ]);
  });

  test('with imports that lead nowhere is reported with the cure that fits', async () => {
    put(
      'app/client/main.ts',
      "import './nope.js';\nimport '#rocket/nope';\nimport '../../public/logo.png';\nimport 'not-installed';",
    );
    put('public/logo.png', '');
    const { diagnostics } = await buildApp(root);
    expect(diagnostics.map(({ line, cure }) => [line, cure])).toEqual([
      [1, expect.stringContaining('Correct the path')],
      [2, expect.stringContaining('"#rocket/client" and "#rocket/templates"')],
      [3, expect.stringContaining('public/')],
      [4, expect.stringContaining('npm install')],
    ]);
  });
});

test('public and generated files come along, hidden ones too', async () => {
  put('public/index.html', '<!doctype html>');
  put('public/.well-known/security.txt', 'Contact: us');
  expect(await problems()).toEqual([]);
  expect(dist('public/index.html')).toBe('<!doctype html>');
  expect(dist('public/.well-known/security.txt')).toBe('Contact: us');
  expect(dist('.rocket/client.js')).toContain('start');
});

test('two files for one place are reported', async () => {
  put('app/client/main.ts', '');
  put('public/assets/app.js', '');
  expect(await problems()).toEqual(['output_conflict public/assets/app.js:1:1']);
});

test('mistakes of server and client are told together, and what was built stays', async () => {
  put('app/client/main.ts', 'console.log(1);');
  await buildApp(root);
  const before = dist('public/assets/app.js');
  put('app/client/main.ts', 'const = 1;');
  put('app/models/song.ts', 'class {');
  expect(await problems()).toEqual([
    'client_code app/client/main.ts:1:7',
    'source_syntax app/models/song.ts:1:7',
  ]);
  expect(dist('public/assets/app.js')).toBe(before);
});
