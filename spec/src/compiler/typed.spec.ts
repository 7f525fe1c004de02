import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { appTsconfig } from '../../support/app-tsconfig.js';
import { Project } from './project.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

const files = {
  'tsconfig.json': JSON.stringify(appTsconfig),
  'app/controllers/song.controller.ts': `
import { Action, Controller, CurrentUser, type Redirect, redirect } from 'rocket-io';

export interface SongView {
  id: string;
  title: string;
  at: Date;
  kind: Kind;
}

export enum Kind {
  Album = 'album',
  Single = 'single',
}

export interface SongClient {
  show(args: { song: SongView; others?: SongView[] }): void;
  clear(): void;
}

@Controller<SongClient>()
export class SongController {
  constructor(private readonly currentUser: CurrentUser) {}

  @Action()
  async show({ id }: { id: string }): Promise<SongView> {
    const others: readonly SongView[] = [];
    const song = { id, title: 'Blue', at: new Date(), kind: Kind.Album };
    await this.currentUser.transmit({ 'Song.show': { song, others }, 'Song.clear': '' });
    return song;
  }

  @Action()
  async list({ page = 1 }: { page?: number } = {}): Promise<Redirect> {
    return redirect({ 'Song.show': { id: String(page) }, 'Song.list': '' });
  }
}
`,
  'app/views/song/show.pug': 'h1= song.title\n',
  'app/client/song.client.ts': `
import type { Args } from '#rocket/client';
import { SongClientController } from '#rocket/client';
import { templates } from '#rocket/templates';
import { render } from 'rocket-io/client';

export class SongController extends SongClientController {
  show(args: Args<'Song.show'>): void {
    render('#content', templates.song.show(args));
    void args.song.title.toUpperCase();
    void this.rocket.Song.show({ id: args.song.id });
  }

  async clear(): Promise<void> {}
}
`,
  'app/client/main.ts': `
import { start } from '#rocket/client';
import { SongController } from './song.client.js';

const rocket = start({ controllers: { Song: SongController } });
rocket.on('firstConnect', () => rocket.Song.list());
`,
  'import.ts': `
import { connect } from '#rocket/client';

const rocket = await connect({ url: 'ws://localhost:3000/rocket' });
const song = await rocket.Song.show({ id: '1' });
const year: number = song.at.getFullYear();
await rocket.Song.list({ page: year });
rocket.on('Song.show', ({ song }) => song.title);
rocket.close();
`,
};

type Edit = readonly [file: keyof typeof files, from: string, to: string];

/** Compiles the project with these edits, then type-checks it. Every complaint as `file: code`, once. */
async function complaints(...edits: readonly Edit[]): Promise<string[]> {
  const edited: Record<string, string> = { ...files };
  for (const [file, from, to] of edits) {
    expect(edited[file]).toContain(from);
    edited[file] = (edited[file] ?? '').replaceAll(from, to);
  }
  using project = new Project(edited);
  project.compileFine();
  const tsc = `${repository}/node_modules/typescript/bin/tsc`;
  const run = promisify(execFile)(process.execPath, [tsc, '--noEmit', '-p', project.root], {
    cwd: project.root,
  });
  const output = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  const told = output.split('\n').flatMap((line) => {
    // A complaint about the project itself has no file.
    const [, file = 'tsconfig.json', code] = /^(?:([^(]+)\(\d+,\d+\): )?error (TS\d+)/.exec(line) ?? [];
    return code === undefined ? [] : `${file}: ${code}`;
  });
  return [...new Set(told)].filter((one) => !one.startsWith('..')).sort();
}

const controller = 'app/controllers/song.controller.ts';
const client = 'app/client/song.client.ts';

describe('a project is typed all the way', () => {
  test('and compiles when both ends agree', async () => {
    expect(await complaints()).toEqual([]);
  }, 60_000);

  test('so that renaming a field on the server stops the template, the client controller and the caller of the SDK', async () => {
    const edits: Edit[] = [
      [controller, 'title: string', 'name: string'],
      [controller, "title: 'Blue'", "name: 'Blue'"],
    ];
    // The template first: it is checked by the compile itself.
    await expect(complaints(...edits)).rejects.toThrow(
      "app/views/song/show.pug:1:10 - error template_type: Property 'title' does not exist on type 'SongView'",
    );
    const told = await complaints(...edits, ['app/views/song/show.pug', 'song.title', 'song.name']);
    expect(told).toEqual([`${client}: TS2339`, 'import.ts: TS2339']);
  }, 60_000);

  test('so that renaming a parameter stops every caller', async () => {
    const told = await complaints([controller, '{ id }: { id: string }', '{ key: id }: { key: string }']);
    expect(told).toEqual([`${client}: TS2353`, `${controller}: TS2353`, 'import.ts: TS2353']);
  }, 60_000);

  test('so that a client action without a method stops the client', async () => {
    expect(await complaints([client, 'async clear(): Promise<void> {}', ''])).toEqual([`${client}: TS2515`]);
    expect(await complaints([client, 'async clear()', 'async claer()'])).toEqual([`${client}: TS2515`]);
  }, 60_000);

  test('so that a missing client controller stops the start', async () => {
    expect(await complaints(['app/client/main.ts', 'Song: SongController', ''])).toEqual([
      'app/client/main.ts: TS2741',
    ]);
  }, 60_000);

  test.each([
    ['transmitting an unknown call', [controller, "'Song.clear': ''", "'Song.claer': ''"]],
    ['transmitting a wrong argument', [controller, 'song, others }', 'song: { ...song, id: 1 }, others }']],
    ['redirecting to an unknown action', [controller, "'Song.list': ''", "'Song.lists': ''"]],
    ['redirecting with a wrong argument', [controller, '{ id: String(page) }', '{ id: page }']],
    ['redirecting without a required argument', [controller, '{ id: String(page) }', "''"]],
  ] as const)(
    'so that %s stops the server',
    async (_, edit) => {
      const told = await complaints(edit);
      expect(told).not.toEqual([]);
      for (const one of told) expect(one.startsWith(`${controller}: TS23`)).toBe(true);
    },
    60_000,
  );

  test.each([
    ['an unknown action', ['import.ts', 'rocket.Song.list', 'rocket.Song.lists']],
    ['a wrong argument', ['import.ts', "{ id: '1' }", '{ id: 1 }']],
    ['an unknown client action', ['import.ts', "'Song.show'", "'Song.shown'"]],
  ] as const)(
    'so that %s stops the caller of the SDK',
    async (_, edit) => {
      const told = await complaints(edit);
      expect(told).not.toEqual([]);
      for (const one of told) expect(one.startsWith('import.ts: TS2')).toBe(true);
    },
    60_000,
  );
});
