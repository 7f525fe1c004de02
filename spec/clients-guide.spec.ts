import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { Project } from './src/compiler/project.js';
import { repository } from './support/repository.js';

/** The guide's examples in TypeScript before its part on the SDK, each a program of its own beside one app. */
const guide = readFileSync(join(repository, 'docs/guides/clients.md'), 'utf8');
const [beforeSdk = ''] = guide.split('## The SDK');
const examples = [...beforeSdk.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);

const files = {
  'tsconfig.json': JSON.stringify({
    extends: `${repository}/cli/tsconfig.app.json`,
    compilerOptions: {
      typeRoots: [`${repository}/node_modules/@types`],
      paths: {
        'rocket-io': [`${repository}/runtime/server/index.ts`],
        'rocket-io/client': [`${repository}/runtime/browser/index.ts`],
        'rocket-io/internal': [`${repository}/src/contract/internal.ts`],
      },
    },
    include: ['app', '*.ts', '.rocket/**/*.d.ts'],
  }),
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

/** What `tsc` says of these programs, without what it says of the package's own files, which it is not for here. */
async function complaints(programs: Readonly<Record<string, string>>): Promise<string[]> {
  using project = new Project({ ...files, ...programs });
  project.compileFine();
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  // Awaited here: the project is gone when this function has returned.
  const said = await promisify(execFile)(process.execPath, [tsc, '--noEmit', '-p', project.root], {
    cwd: project.root,
  }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );
  return said.split('\n').filter((line) => line !== '' && !/^(\.\.| )/.test(line));
}

function program(example: string): string {
  return example.startsWith('import') ? example : `${given}\n${example}\nexport {};\n`;
}

test('the examples of docs/guides/clients.md fit the types of a generated client', async () => {
  expect(examples.length).toBeGreaterThan(4);
  const programs = Object.fromEntries(
    examples.map((text, index) => [`example-${index + 1}.ts`, program(text)]),
  );
  expect(await complaints(programs)).toEqual([]);
}, 60_000);

test('what does not fit is found: options of another name, options in place of params, an unknown client action', async () => {
  const wrong = [
    "void rocket.Song.find({ text: '' }, { timeOut: 5 });",
    'void rocket.Song.index({ timeout: 5 });',
    "rocket.latest('Song.nothing');",
    "const text: string = rocket.latest('Song.index').get()?.songs;",
  ];
  const programs = Object.fromEntries(wrong.map((text, index) => [`wrong-${index + 1}.ts`, program(text)]));
  const found = await complaints(programs);
  expect(found.map((line) => /^(wrong-\d)\.ts\(\d+,\d+\): error (TS\d+)/.exec(line)?.slice(1))).toEqual([
    ['wrong-1', 'TS2561'],
    ['wrong-2', 'TS2345'],
    ['wrong-3', 'TS2345'],
    ['wrong-4', 'TS2322'],
  ]);
}, 60_000);
