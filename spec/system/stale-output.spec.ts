import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compile, staleOutput } from '../../src/compiler/index.js';
import { ProblemsError } from '../../src/problems.js';
import { complaintsOf, sourcesAsPackage } from '../src/compiler/type-check.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

const controller = 'app/controllers/song.controller.ts';
const model = 'app/models/songs.ts';
const view = 'app/views/song/show.pug';

let fixture: FixtureApp;

beforeEach(async () => {
  fixture = await fixtureApp('songs', (root) => {
    put(root, view, 'p= song.title\n');
    put(root, 'tsconfig.json', sourcesAsPackage(['app', '.rocket/**/*.d.ts']));
  });
});

afterEach(() => fixture.dispose());

function put(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(join(fixture.root, file), 'utf8');
  expect(text).toContain(from);
  put(fixture.root, file, text.replace(from, to));
}

/** What a start says about stale output; nothing where it starts. */
async function startSays(): Promise<string[]> {
  const error = await fixture
    .app()
    .start()
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (error === undefined) return [];
  expect(error).toBeInstanceOf(ProblemsError);
  const { problems } = error as ProblemsError;
  return problems.filter(({ code }) => code === 'stale_output').map(({ message }) => message);
}

function checkSays(): string[] {
  const { files, diagnostics } = compile({ root: fixture.root, write: false });
  expect(diagnostics).toEqual([]);
  return staleOutput(fixture.root, files).map(({ code, file, message }) => `${code} ${file}: ${message}`);
}

test('what has just been compiled type-checks, starts and is up to date', async () => {
  expect(await complaintsOf(fixture.root)).toEqual([]);
  expect(await startSays()).toEqual([]);
  expect(checkSays()).toEqual([]);
});

describe('what TypeScript can see is refused by tsc, by the start and by the check', () => {
  test.each<[what: string, file: string, from: string, to: string, told: string]>([
    [
      'a new param',
      controller,
      '{ id: string }',
      '{ id: string; page?: number }',
      `Song.show has changed in ${controller}`,
    ],
    [
      'the type of a param',
      controller,
      'failAt?: number',
      'failAt?: number | string',
      `Song.count has changed in ${controller}`,
    ],
    [
      'a result',
      controller,
      'whoami(): { user',
      'whoami(): { age?: number; user',
      `Song.whoami has changed in ${controller}`,
    ],
    [
      'the items of a stream',
      controller,
      '<{ n: number; at',
      '<{ n: number; to?: number; at',
      `Song.count has changed in ${controller}`,
    ],
    [
      'a new action',
      controller,
      '  @Action()\n  fail',
      '  @Action()\n  refuse(): void {}\n\n  @Action()\n  fail',
      `SongController has changed in ${controller}`,
    ],
    [
      'the client contract',
      controller,
      'tick(args: { n: number })',
      'tick(args: { n: number; of?: number })',
      `Song.tick has changed in ${controller}`,
    ],
    [
      'a new client action',
      controller,
      '  tick(',
      '  tock(): void;\n  tick(',
      `SongClient has changed in ${controller}`,
    ],
    [
      "a model's type",
      model,
      'year: number',
      'year: number;\n  artist?: string',
      `Song has changed in ${model}`,
    ],
  ])('%s', async (_, file, from, to, told) => {
    edit(file, from, to);
    const complaints = await complaintsOf(fixture.root);
    expect(complaints.join('\n')).toContain(`"${told}. Run: npx rocket compile"`);
    expect(complaints.filter((line) => !line.startsWith('.rocket/assert.ts'))).toEqual([]);
    expect((await startSays())[0]).toBe(
      `The generated files are older than the sources: ${file} has changed`,
    );
    expect(checkSays()).toEqual([`stale_output ${file}: ${file} has changed since the app was compiled`]);
  });

  test('a renamed file', async () => {
    const renamed = 'app/controllers/track.controller.ts';
    renameSync(join(fixture.root, controller), join(fixture.root, renamed));
    const complaints = (await complaintsOf(fixture.root)).join('\n');
    expect(complaints).toMatch(
      /^\.rocket\/assert\.ts.*Cannot find module '\.\.\/app\/controllers\/song\.controller\.js'/m,
    );
    expect(complaints).toContain('Run: npx rocket compile');
    expect(await startSays()).toEqual([
      `The generated files are older than the sources: ${controller} is gone, ${renamed} is new`,
    ]);
    expect(checkSays()).toEqual([
      `stale_output ${controller}: ${controller} is gone since the app was compiled`,
      `stale_output ${renamed}: ${renamed} is new since the app was compiled`,
    ]);
  });
});

describe('what only the compiler reads is refused by the start and by the check', () => {
  test.each<[what: string, change: () => void, file: string, how: string]>([
    ['the text of a template', () => edit(view, 'p=', 'h1='), view, 'has changed'],
    [
      'a new template',
      () => put(fixture.root, 'app/views/song/tick.pug', 'p= n\n'),
      'app/views/song/tick.pug',
      'is new',
    ],
    ['a template that is gone', () => rmSync(join(fixture.root, view)), view, 'is gone'],
    ['the body of an action', () => edit(controller, 'is empty', 'is missing'), controller, 'has changed'],
  ])('%s', async (_, change, file, how) => {
    change();
    expect(await startSays()).toEqual([`The generated files are older than the sources: ${file} ${how}`]);
    expect(checkSays()).toEqual([`stale_output ${file}: ${file} ${how} since the app was compiled`]);
  });

  test('a generated file that somebody has edited is refused by the check, and named', () => {
    edit('.rocket/client.js', 'connectWith', 'startWith');
    rmSync(join(fixture.root, '.rocket/templates.js'));
    put(fixture.root, '.rocket/old.js', '');
    expect(checkSays()).toEqual([
      'stale_output .rocket/client.js: .rocket/client.js is not what the sources give',
      'stale_output .rocket/old.js: .rocket/old.js is not generated any more',
      'stale_output .rocket/templates.js: .rocket/templates.js has not been generated',
    ]);
  });
});

test('client code, and files outside of app that nothing imports, change nothing', async () => {
  put(fixture.root, 'app/client/main.ts', 'export {};\n');
  put(fixture.root, 'lib/other.ts', 'export {};\n');
  expect(await startSays()).toEqual([]);
  expect(checkSays()).toEqual([]);
});

test('a file outside of app that the code imports counts as a source', async () => {
  put(fixture.root, 'lib/genre.ts', "export type Genre = 'folk' | 'rock';\n");
  edit(model, 'year: number;', "year: number;\n  genre?: import('../../lib/genre.js').Genre;");
  compile({ root: fixture.root });
  expect(await startSays()).toEqual([]);
  put(fixture.root, 'lib/genre.ts', "export type Genre = 'folk' | 'pop';\n");
  expect(await startSays()).toEqual([
    'The generated files are older than the sources: lib/genre.ts has changed',
  ]);
  expect(checkSays()).toEqual([
    'stale_output lib/genre.ts: lib/genre.ts has changed since the app was compiled',
  ]);
});

test('of many changed files some are named and the rest are counted', async () => {
  for (let number = 1; number <= 7; number++) put(fixture.root, `app/models/m${number}.ts`, 'export {};\n');
  const [message] = await startSays();
  expect(message).toMatch(/m1\.ts is new, .*m5\.ts is new, 2 more$/);
});
