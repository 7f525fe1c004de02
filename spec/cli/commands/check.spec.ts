import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Project, tempProject } from '../../support/project.js';
import { radio, run } from '../rocket.js';

// A check is a compile, a type check and a process that loads the app.
jest.setTimeout(120_000);

const controller = 'app/controllers/song.controller.ts';
const source = radio[controller];

let project: Project;

beforeAll(async () => {
  project = tempProject(radio, ['@types/node']);
  expect((await run(['build'], project.root)).code).toBe(0);
});

afterAll(() => project.remove());

/** Checks the app with these files in place of its own, and puts its own back. */
async function checkWith(files: Readonly<Record<string, string>>, ...args: string[]) {
  for (const [path, text] of Object.entries(files)) project.put(path, text);
  const result = await run(['check', ...args], project.root);
  for (const path of Object.keys(files)) {
    const own = Object.entries(radio).find(([name]) => name === path)?.[1];
    if (own === undefined) rmSync(join(project.root, path));
    else project.put(path, own);
  }
  return result;
}

const codesIn = (out: string) =>
  (JSON.parse(out) as { diagnostics: { severity: string; code: string; file: string }[] }).diagnostics.map(
    ({ severity, code, file }) => `${severity} ${code} ${file}`,
  );

describe('rocket check', () => {
  test('of an app that is fine says so', async () => {
    const { code, out, err } = await run(['check'], project.root);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Checked in .+: no errors\n$/);
  });

  test('finds type errors anywhere in the app, with place and frame', async () => {
    const main = `${radio['app/client/main.ts']}const wrong: number = 'text';\nconsole.log(wrong);\n`;
    const { code, err } = await checkWith({ 'app/client/main.ts': main });
    expect(code).toBe(1);
    expect(err).toContain(
      "app/client/main.ts:8:7 - error type_error: Type 'string' is not assignable to type 'number'. (TS2322)\n" +
        "  8 | const wrong: number = 'text';\n    |       ^\n",
    );
    expect(err).toMatch(/^1 error$/m);
  });

  test('holds client code against what the controllers say now, and tells that the output is stale', async () => {
    const changed = source.replace('playing(args: { title: string })', 'playing(args: { song: string })');
    const { code, out } = await checkWith(
      {
        [controller]: changed.replace("{ 'Song.playing': { title } }", "{ 'Song.playing': { song: title } }"),
      },
      '--json',
    );
    expect(code).toBe(1);
    expect(codesIn(out)).toEqual([
      'error type_error app/client/main.ts',
      'error type_error app/client/main.ts',
      `error stale_output ${controller}`,
      'warning stale_output dist',
    ]);
  });

  test('tells mistakes of the compiler and of templates', async () => {
    const { out } = await checkWith({ 'app/views/song/playing.pug': 'p= titel\n' }, '--json');
    expect(codesIn(out)).toContain('error template_type app/views/song/playing.pug');
  });

  test('warns of client actions that nobody transmits, and does not fail for it', async () => {
    const unused = source.replace('playing(', 'stopped(args: { at: Date }): void;\n  playing(');
    const main = radio['app/client/main.ts'].replace('playing(', 'stopped() {}\n  playing(');
    const { err } = await checkWith({ [controller]: unused, 'app/client/main.ts': main });
    expect(err).toContain(
      `${controller}:3:3 - warning unused_client_action: Nothing on the server transmits Song.stopped`,
    );
    expect(err).toContain('  3 |   stopped(args: { at: Date }): void;');
  });

  test('finds what keeps the built app from starting', async () => {
    const other = tempProject(
      {
        ...radio,
        'app/models/store.ts': 'export class Store { titles: string[] = []; }\n',
        [controller]: source
          .replace('export interface', "import { Store } from '../models/store.js';\nexport interface")
          .replace(
            'private readonly currentUser: CurrentUser',
            'private readonly currentUser: CurrentUser, readonly store: Store',
          ),
      },
      ['@types/node'],
    );
    try {
      await run(['build'], other.root);
      const { code, err } = await run(['check'], other.root);
      expect(code).toBe(1);
      expect(err).toContain(`${controller}:1:1 - error missing_binding: SongController needs Store`);
    } finally {
      other.remove();
    }
  });

  test('says what it could not look at while the app is not built', async () => {
    const other = tempProject(radio, ['@types/node']);
    try {
      await run(['compile'], other.root);
      const { code, out, err } = await run(['check'], other.root);
      expect([code, out]).toEqual([0, expect.stringMatching(/: no errors, 1 warning\n$/)]);
      expect(err).toContain('dist:1:1 - warning not_built: How the classes are put together was not checked');
    } finally {
      other.remove();
    }
  });
});

describe('rocket check --against', () => {
  const old = 'old.json';
  beforeAll(() => project.put(old, readFileSync(join(project.root, '.rocket/contract.json'), 'utf8')));

  test('finds nothing where nothing has changed', async () => {
    const { code, out } = await run(['check', '--against', old], project.root);
    expect(code).toBe(0);
    expect(out).toContain('The contract promises what the other one does.');
  });

  test('tells each difference with what it means for either side, and fails where old clients break', async () => {
    const { code, out } = await checkWith(
      {
        [controller]: source.replace(
          '{ title }: { title: string }',
          '{ title }: { title: string; volume: number }',
        ),
      },
      '--against',
      old,
    );
    expect(code).toBe(1);
    expect(out).toContain(
      'Song.play, params: volume is new and required\n    old clients: breaking, new clients with an old server: compatible\n',
    );
    expect(out).toContain('Old clients, this server:  breaking\nNew clients, old server:   compatible\n');
    expect(out).toContain('Let the clients go first, then the server. The next version is a major one.');
  });

  test('--json has the comparison', async () => {
    const { out } = await checkWith(
      {
        [controller]: source.replace(
          '{ title }: { title: string }',
          '{ title }: { title: string; volume?: number }',
        ),
      },
      '--json',
      '--against',
      old,
    );
    expect(JSON.parse(out)).toMatchObject({
      comparison: {
        differences: [
          { subject: 'Song.play, params: volume', calls: ['Song.play'], oldClients: 'compatible' },
        ],
        step: 'minor',
      },
    });
  });

  test('a file that is no contract is told as a problem, for programs too', async () => {
    const { code, err } = await run(['check', '--against', 'package.json'], project.root);
    expect(code).toBe(1);
    expect(err).toContain('bad_contract: ');
    const told = await run(['check', '--json', '--against', 'package.json'], project.root);
    expect(JSON.parse(told.out)).toMatchObject({ ok: false, diagnostics: [{ code: 'bad_contract' }] });
  });
});
