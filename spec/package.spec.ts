import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { repository } from './support/repository.js';

interface PackedFile {
  readonly path: string;
  readonly mode: number;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rocket-package-')));
let files: readonly PackedFile[] = [];

beforeAll(async () => {
  // Without the scripts: `npm test` has built dist, and other specs use it at this moment.
  const packing = ['pack', repository, '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', packing);
  const report = JSON.parse(stdout) as readonly Packed[] | Readonly<Record<string, Packed>>;
  const [packed] = Object.values(report);
  files = packed?.files ?? [];
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await run('npm', ['install', `./${packed?.filename}`, '--prefer-offline', '--no-audit', '--no-fund']);
}, 240_000);

interface Packed {
  readonly filename: string;
  readonly files: readonly PackedFile[];
}

afterAll(() => rmSync(folder, { recursive: true }));

describe('the tarball', () => {
  test('holds what runs, its types, and nothing else', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'cli/rocket.js',
        'cli/tsconfig.app.json',
        'package.json',
        'dist/cli/main.js',
        'dist/runtime/browser/index.d.ts',
        'dist/runtime/server/index.js',
        'dist/runtime/server/engine/redis/functions/6-run.lua',
      ]),
    );
    const expected =
      /^(LICENSE|README\.md|package\.json|cli\/rocket\.js|cli\/tsconfig\.app\.json|dist\/(cli|decorators|runtime|src)\/.+\.((js|d\.ts)(\.map)?|lua))$/;
    expect(paths.filter((path) => !expected.test(path))).toEqual([]);
  });

  test('has a command that can be run', () => {
    expect(files.find(({ path }) => path === 'cli/rocket.js')?.mode).toBe(0o755);
  });
});

describe('the installed package', () => {
  const doors: Readonly<Record<string, string>> = {
    'rocket-io': 'createApp',
    'rocket-io/client': 'connectWith',
    'rocket-io/compiler': 'compile',
    'rocket-io/testing': 'testApp',
  };

  test.each(Object.entries(doors))(
    'opens the door %s to import and to require',
    async (door, name) => {
      const load = `const door = await import('${door}'); console.log(typeof door.${name});`;
      expect(await node('--input-type=module', '-e', load)).toBe('function\n');
      expect(await node('-e', `console.log(typeof require('${door}').${name})`)).toBe('function\n');
    },
    30_000,
  );

  test('lets nobody in beside the doors', async () => {
    const load = "import('rocket-io/dist/runtime/server/app.js').catch((error) => console.log(error.code));";
    expect(await node('-e', load)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });

  test('brings the command rocket', async () => {
    const { stdout } = await run('npx', ['--no-install', 'rocket', '--help']);
    expect(stdout).toMatch(/^Usage: rocket/);
    expect(stdout).toContain('start');
  }, 30_000);

  test('type-checks in a project that has nothing but this package', async () => {
    writeFileSync(
      join(folder, 'app.mts'),
      `import { type AppOptions, createApp, CurrentUser, defineConfig } from 'rocket-io';
       import { connectWith, type Html, render } from 'rocket-io/client';
       const options: AppOptions = defineConfig({ root: import.meta.url });
       createApp(options).listen() satisfies Promise<string>;
       // @ts-expect-error: a mistake is noticed, so the types have been found
       createApp({ root: import.meta.url, port: 'three thousand' });
       export { connectWith, CurrentUser, type Html, render };
`,
    );
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--experimentalDecorators',
    ];
    const lib = ['--lib', 'es2023,dom,dom.iterable,esnext.disposable', '--skipLibCheck', 'app.mts'];
    expect(await node(tsc, ...options, ...lib)).toBe('');
  }, 30_000);
});

async function node(...args: readonly string[]): Promise<string> {
  return (await run(process.execPath, ['--disable-warning=ExperimentalWarning', ...args])).stdout;
}

async function run(command: string, args: readonly string[]) {
  try {
    return await promisify(execFile)(command, args, { cwd: folder, env: process.env });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
