import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../support/chromium.js';
import { type FixtureApp, fixtureApp } from '../../support/fixture-app.js';
import { type Project, tempProject } from '../../support/project.js';
import { repository } from '../../support/repository.js';
import { run } from '../rocket.js';

// Packing and installing takes some seconds on a machine that does other things too.
jest.setTimeout(60_000);

/** What both platforms do with the SDK: a call, its result, what the server sends, a stream, an error. */
const use = `
const heard = [];
rocket.on('Song.show', ({ song }) => heard.push(song.title));
await rocket.Song.show({ id: '1' });
const released = await rocket.Song.release({ at: new Date(0) });
const items = [];
const stream = rocket.Song.count({ to: 2 });
for await (const { n, at } of stream) items.push([n, at instanceof Date]);
const error = await rocket.Song.create({ song: { title: 1 } }).catch((error) => error);
rocket.close();
const outcome = JSON.stringify({
  heard,
  released: released.getTime(),
  items,
  error: [error instanceof RocketError, error.code, error.issues.map(({ path }) => path.join('.'))],
});
`;

const outcome = {
  heard: ['Blue'],
  released: 1000,
  items: [
    [1, true],
    [2, true],
  ],
  error: [true, 'invalid_arguments', ['song.title', 'song.year']],
};

let fixture: FixtureApp;
let url: string;
let project: Project;
let sdk: string;

beforeAll(async () => {
  fixture = await fixtureApp('songs', (root) => {
    writeFileSync(join(root, 'package.json'), '{ "name": "songs", "version": "1.2.3", "type": "module" }');
  });
  url = `${(await fixture.app().listen()).replace(/^http/, 'ws').replace(/\/$/, '')}/rocket`;
  sdk = join(fixture.root, 'sdk');
  const { code, out, err } = await run(['sdk', '--root', fixture.root, '--out', 'sdk'], fixture.root);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^Wrote 10 files to sdk, .+ kB in a browser \(.+ kB gzipped\), in .+\n$/);

  project = tempProject({ 'package.json': '{ "private": true }' });
  await command('npm', ['pack', sdk, '--pack-destination', project.root]);
  await command('npm', ['install', './songs-client-1.2.3.tgz', '--offline', '--no-audit', '--no-fund']);
}, 120_000);

afterAll(async () => {
  await fixture.dispose();
  project.remove();
});

async function command(name: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(name, args, { cwd: project.root })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${name} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

const installed = (path: string) => join(project.root, 'node_modules/songs-client', path);

describe('the installed package', () => {
  test('brings nothing else, and holds what it needs', () => {
    expect(readdirSync(join(project.root, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'songs-client',
    ]);
    expect(readdirSync(installed('.')).sort()).toEqual([
      'README.md',
      'THIRD-PARTY-LICENSES.txt',
      'browser.js',
      'index.d.cts',
      'index.d.ts',
      'node.cjs',
      'node.js',
      'package.json',
      'rocket.d.cts',
      'rocket.d.ts',
    ]);
    const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ name: 'songs-client', version: '1.2.3', type: 'module' });
    expect(Object.keys(manifest)).not.toContain('dependencies');
    expect(readFileSync(installed('THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(
      /Rocket\.io[\s\S]*Einar Otto Stangvik/,
    );
  });

  test('names no path of the machine that wrote it', () => {
    for (const file of readdirSync(installed('.'))) {
      const text = readFileSync(installed(file), 'utf8');
      expect([file, text.includes(repository), text.includes(fixture.root)]).toEqual([file, false, false]);
    }
  });

  test('works from Node as an ES module', async () => {
    project.put(
      'use.mjs',
      `import { connect, RocketError } from 'songs-client';
       const rocket = await connect({ url: process.argv[2] });
       ${use}
       console.log(outcome);`,
    );
    expect(JSON.parse(await command(process.execPath, ['use.mjs', url]))).toEqual(outcome);
  });

  test('works from Node as CommonJS', async () => {
    project.put(
      'use.cjs',
      `const { connect, RocketError } = require('songs-client');
       (async () => {
         const rocket = await connect({ url: process.argv[2] });
         ${use}
         console.log(outcome);
       })();`,
    );
    expect(JSON.parse(await command(process.execPath, ['use.cjs', url]))).toEqual(outcome);
  });

  describe('in a page without a bundler, under the strict policy', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchChromium();
    });

    afterAll(() => browser.close());

    test('works as the one file that it is', async () => {
      const folder = join(fixture.root, 'public/vendor');
      mkdirSync(folder);
      copyFileSync(installed('browser.js'), join(folder, 'songs.js'));
      writeFileSync(
        join(fixture.root, 'public/sdk.html'),
        '<!doctype html><script type="module" src="/sdk.js"></script>',
      );
      writeFileSync(
        join(fixture.root, 'public/sdk.js'),
        `import { connect, RocketError } from '/vendor/songs.js';
         globalThis.violations = [];
         document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
         const rocket = await connect();
         ${use}
         globalThis.outcome = outcome;`,
      );
      const page = await browser.newPage();
      const response = await page.goto(`${url.replace(/^ws/, 'http').replace(/rocket$/, '')}sdk.html`);
      const policy = response?.headers()['content-security-policy'];
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      await page.waitForFunction(() => 'outcome' in globalThis);
      const [found, violations] = await page.evaluate(() => {
        const { outcome, violations } = globalThis as unknown as { outcome: string; violations: string[] };
        return [outcome, violations] as const;
      });
      expect(JSON.parse(found)).toEqual(outcome);
      expect(violations).toEqual([]);
    });
  });

  test.each(['mts', 'cts'])('is typed for .%s files, without any library of a platform', async (ending) => {
    const isModule = ending === 'mts';
    project.put(
      `typed.${ending}`,
      `import { type Args, type CallError, connect, type Params, RocketError } from 'songs-client';
       export async function run(): Promise<void> {
         const rocket = await connect({ url: 'ws://localhost/rocket' });
         const released: Date = await rocket.Song.release({ at: new Date() });
         const params: Params<'Song.show'> = { id: released.toISOString() };
         await rocket.Song.show(params).catch((error: CallError<'Song.show'>) => {
           error.issues[0]?.path satisfies readonly [] | readonly ['id'] | undefined;
           error.code satisfies string;
         });
         for await (const { n } of rocket.Song.count({ to: 3 })) n.toFixed();
         rocket.on('Song.show', ({ song }: Args<'Song.show'>) => song.title);
         new RocketError('not_found');
         // @ts-expect-error: there is no such action
         rocket.Song.shown;
         // @ts-expect-error: ids are texts
         await rocket.Song.show({ id: 1 });
         // @ts-expect-error: there is no such client action
         rocket.on('Song.shown', () => {});
         // @ts-expect-error: no field has this path
         await rocket.Song.show(params).catch((error: CallError<'Song.show'>) => error.issues[0]?.path[0] === 'name');
       }
`,
    );
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--target',
      'es2022',
      '--types',
      '',
    ];
    const module = [
      '--module',
      isModule ? 'nodenext' : 'node16',
      '--lib',
      'es2022',
      '--skipLibCheck',
      'false',
    ];
    expect(await command(process.execPath, [tsc, ...options, ...module, `typed.${ending}`])).toBe('');
  });
});

describe('a second run', () => {
  test('keeps what is the user’s, and takes a new name', async () => {
    const file = join(sdk, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...manifest, version: '2.0.0', license: 'MIT', main: './old.js' }));
    writeFileSync(join(sdk, 'README.md'), '# Songs\n');
    const { code } = await run(
      ['sdk', '--root', fixture.root, '--out', sdk, '--name', '@example/songs'],
      fixture.root,
    );
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      name: '@example/songs',
      version: '2.0.0',
      license: 'MIT',
      main: './node.cjs',
    });
    expect(readFileSync(join(sdk, 'README.md'), 'utf8')).toBe('# Songs\n');
  });

  test('leaves alone a folder that holds something else', async () => {
    const { code, err } = await run(['sdk', '--root', fixture.root, '--out', 'app'], fixture.root);
    expect(code).toBe(1);
    expect(err).toContain('foreign_folder: ');
    expect(readdirSync(join(fixture.root, 'app')).sort()).toEqual(['controllers', 'models']);
  });

  test('refuses a name that npm would not take, and asks for the folder', async () => {
    const named = await run(['sdk', '--out', 'sdk', '--name', 'My Songs'], fixture.root);
    expect([named.code, named.err]).toEqual([2, expect.stringContaining('@example/songs')]);
    const nowhere = await run(['sdk'], fixture.root);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('--out')]);
  });
});
