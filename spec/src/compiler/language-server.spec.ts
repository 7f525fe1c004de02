import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Edit,
  type LanguageServer,
  nativeServer,
  type Place,
  tsserver,
} from '../../support/language-server.js';
import { Project } from './project.js';
import { complaintsOf, sourcesAsPackage } from './type-check.js';

const controller = 'app/controllers/song.controller.ts';
const model = 'app/models/song.ts';
const client = 'app/client/main.ts';

const files = {
  [controller]: `import { Action, Controller } from 'rocket-io';
import type { Song } from '../models/song.js';

export interface SongClient {
  index(args: { songs: Song[] }): void;
}

@Controller<SongClient>()
export class SongController {
  @Action()
  async show({ id }: { id: string }): Promise<Song> {
    return { id, title: 'Blue' };
  }
}
`,
  [model]: `export interface Song {
  id: string;
  title: string;
}
`,
  [client]: `import type { Args } from '#rocket/client';
import { SongClientController, start } from '#rocket/client';

class SongController extends SongClientController {
  index(args: Args<'Song.index'>): void {
    console.log(args.songs[0]?.title);
  }
}

const rocket = start({ controllers: { Song: SongController } });
const song = await rocket.Song.show({ id: '1' });
console.log(song.title);
`,
  'tsconfig.json': sourcesAsPackage(['app', '.rocket/**/*.d.ts']),
};

/** A name that crosses: where it is declared, and every line on which its name stands. */
interface Crossing {
  readonly what: string;
  readonly onServer: Place;
  readonly onClient: Place;
  readonly declared: string;
  readonly uses: readonly string[];
}

const crossings: readonly Crossing[] = [
  {
    what: 'an action',
    onServer: { file: controller, text: 'async |show(' },
    onClient: { file: client, text: 'rocket.Song.|show(' },
    declared: `${controller}:11`,
    uses: [`${client}:11`, `${controller}:11`],
  },
  {
    what: 'a client action',
    onServer: { file: controller, text: '|index(args' },
    onClient: { file: client, text: '|index(args' },
    declared: `${controller}:5`,
    uses: [`${client}:5`, `${controller}:5`],
  },
  {
    what: 'a param',
    onServer: { file: controller, text: '}: { |id: string }' },
    onClient: { file: client, text: "show({ |id: '1'" },
    declared: `${controller}:11`,
    uses: [`${client}:11`, `${controller}:11`],
  },
  {
    what: 'an argument of a client action',
    onServer: { file: controller, text: '{ |songs: Song[]' },
    onClient: { file: client, text: 'args.|songs' },
    declared: `${controller}:5`,
    uses: [`${client}:6`, `${controller}:5`],
  },
  {
    what: 'a field of a named type',
    onServer: { file: model, text: '|title: string' },
    onClient: { file: client, text: 'song.|title' },
    declared: `${model}:3`,
    uses: [`${client}:12`, `${client}:6`, `${controller}:12`, `${model}:3`],
  },
];

let project: Project;

beforeAll(() => {
  project = new Project(files);
  project.compileFine();
});

afterAll(() => project[Symbol.dispose]());

describe.each([
  ['TypeScript 6', async () => tsserver(project.root, [client, controller])],
  ['TypeScript 7', () => nativeServer(project.root, [client, controller])],
])('an editor with %s', (_, serve) => {
  let server: LanguageServer;

  beforeAll(async () => {
    server = await serve();
  });

  afterAll(() => server.close());

  /** The lines of the app. What is generated is written anew by the next compile. */
  const inApp = (places: readonly string[]) => places.filter((place) => !place.startsWith('.rocket/'));

  test.each(crossings)(
    'goes from the client to where $what is declared',
    async ({ what, onClient, declared }) => {
      const found = await server.definition(onClient);
      // The method of a client controller is a declaration itself.
      expect(found).toEqual([what === 'a client action' ? `${client}:5` : declared]);
    },
  );

  test('goes from the stub to the client contract', async () => {
    expect(await server.definition({ file: client, text: '{ |SongClientController' })).toEqual([
      `${controller}:4`,
    ]);
  });

  test.each(crossings)('finds the uses of $what from the server', async ({ onServer, uses }) => {
    expect(inApp(await server.references(onServer))).toEqual(expect.arrayContaining([...uses]));
  });

  test.each(crossings)('finds the declaration of $what from the client', async ({ onClient, declared }) => {
    expect(await server.references(onClient)).toContain(declared);
  });

  test.each(crossings)('renames $what from either side on both', async ({ onServer, onClient, uses }) => {
    const [fromServer, fromClient] = [await renamed(onServer), await renamed(onClient)];
    expect(fromServer.map(({ file, line }) => `${file}:${line + 1}`)).toEqual(
      expect.arrayContaining([...uses]),
    );
    expect(fromClient).toEqual(fromServer);
    // An editor refuses edits that overlap.
    const places = fromServer.map(({ file, line, column }) => `${file}:${line}:${column}`);
    expect([...new Set(places)]).toEqual(places);
  });

  async function renamed(place: Place): Promise<Edit[]> {
    const edits = await server.rename(place, 'renamed');
    const inApp = edits.filter(({ file }) => !file.startsWith('.rocket/'));
    return inReverse(inApp).sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  }

  const named = crossings.filter(({ what }) => what !== 'a client action');

  test.each(named)('leaves what compiles when it renames $what', async ({ onClient }) => {
    expect(await complaintsAfter(await server.rename(onClient, 'renamed'))).toEqual([]);
  });

  test('leaves names of calls in strings as they are, and tsc tells where', async () => {
    const onServer = { file: controller, text: '|index(args' };
    const [first] = await complaintsAfter(await server.rename(onServer, 'renamed'));
    expect(first).toMatch(/^app\/client\/main\.ts\(5,22\): .*"Song\.index".*"Song\.renamed"/);
  });
});

/** What tsc says once the project has been edited and compiled. */
async function complaintsAfter(edits: readonly Edit[]): Promise<string[]> {
  using edited = new Project(files);
  for (const { file, line, column, length, text } of inReverse(edits)) {
    // What is generated is written anew.
    if (file.startsWith('.rocket/')) continue;
    const lines = readFileSync(join(edited.root, file), 'utf8').split('\n');
    const before = lines[line] ?? '';
    lines[line] = before.slice(0, column) + text + before.slice(column + length);
    edited.write(file, lines.join('\n'));
  }
  edited.compileFine();
  return await complaintsOf(edited.root);
}

/** From the end, so that the places of those before stay right. */
function inReverse(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => b.line - a.line || b.column - a.column);
}
