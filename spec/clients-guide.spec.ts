import { expect, test } from '@jest/globals';
import { complaints, examplesOf } from './support/docs/examples.js';

/** The guide's examples in TypeScript before its part on the SDK, each a program of its own beside one app. */
const examples = examplesOf('docs/guides/clients.md', '## The SDK');

const files = {
  'app/controllers/song.controller.ts': `
import { Action, Controller } from 'rocket-io';

export interface Song {
  title: string;
}

export interface SongClient {
  index(args: { songs: Song[] }): void;
}

@Controller<SongClient>()
export class SongController {
  @Action()
  index(): void {}

  @Action()
  find({ text }: { text: string }): Song[] {
    return [{ title: text }];
  }

  @Action()
  create({ song }: { song: Song }): Song {
    return song;
  }
}
`,
};

const given = `
import { RocketError } from 'rocket-io/client';
import type { CallError, RocketClient } from '#rocket/client';

declare const rocket: RocketClient;
declare const song: { title: string };
declare const token: string;
declare function show(text: string): void;
`;

function program(example: string): string {
  return example.startsWith('import') ? example : `${given}\n${example}\nexport {};\n`;
}

test('the examples of docs/guides/clients.md fit the types of a generated client', async () => {
  expect(examples.length).toBeGreaterThan(4);
  const programs = Object.fromEntries(
    examples.map((text, index) => [`example-${index + 1}.ts`, program(text)]),
  );
  expect(await complaints({ ...files, ...programs })).toEqual([]);
}, 60_000);

test('what does not fit is found: options of another name, options in place of params, an unknown client action', async () => {
  const wrong = [
    "void rocket.Song.find({ text: '' }, { timeOut: 5 });",
    'void rocket.Song.index({ timeout: 5 });',
    "rocket.latest('Song.nothing');",
    "const text: string = rocket.latest('Song.index').get()?.songs;",
  ];
  const programs = Object.fromEntries(wrong.map((text, index) => [`wrong-${index + 1}.ts`, program(text)]));
  const found = await complaints({ ...files, ...programs });
  expect(found.map((line) => /^(wrong-\d)\.ts\(\d+,\d+\): error (TS\d+)/.exec(line)?.slice(1))).toEqual([
    ['wrong-1', 'TS2561'],
    ['wrong-2', 'TS2345'],
    ['wrong-3', 'TS2345'],
    ['wrong-4', 'TS2322'],
  ]);
}, 60_000);
