import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Compiler, formatDiagnostic } from '../../../src/compiler/index.js';
import { repository } from '../../support/repository.js';

/**
 * The templates of the sample, while one property after the other is renamed in the types that they use: each
 * use has to be told, at its own place, and nothing else.
 */
const root = realpathSync(mkdtempSync(join(tmpdir(), 'rocket-mutations-')));
cpSync(join(repository, 'sample/media-server/app'), join(root, 'app'), { recursive: true });
writeFileSync(join(root, 'package.json'), '{ "type": "module" }\n');
afterAll(() => rmSync(root, { recursive: true }));

const compiler = new Compiler({ root, write: false });
const untouched = compiler.compile();

const views = readdirSync(join(root, 'app/views'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.pug'))
  .map((path) => ({ file: `app/views/${path}`, text: readFileSync(join(root, 'app/views', path), 'utf8') }));

const song = 'app/models/song.ts';
const songController = 'app/controllers/song.controller.ts';
const appController = 'app/controllers/app.controller.ts';

/** Where a property is declared, and how templates write it: the whole pattern, or its group `use`. */
interface Mutation {
  readonly file: string;
  readonly declaration: RegExp;
  readonly uses: Readonly<Record<string, RegExp>>;
}

const ofSong = (property: string, fields?: RegExp): Mutation['uses'] => {
  const use = new RegExp(`(?<=\\bsong\\.)${property}\\b(?!')`, 'g');
  return {
    'song/index': use,
    'song/show': use,
    'song/changed': use,
    'song/edit': fields ? new RegExp(`${use.source}|${fields.source}`, 'g') : use,
  };
};

/** The name of a local; not in a text, an address or a property. */
const local = (name: string) =>
  new RegExp(`(?<![\\w.'#/-])${name}(?=\\.\\w| [!=]==|\\})|(?<= in )${name}$`, 'gm');

const mutations: Readonly<Record<string, Mutation>> = {
  'SongView.id': { file: song, declaration: /(?<=\n {2})id(?=: number)/, uses: ofSong('id') },
  'SongView.version': { file: song, declaration: /(?<=\n {2})version(?=: number)/, uses: ofSong('version') },
  'SongView.recording': {
    file: song,
    declaration: /(?<=\n {2})recording(?=: string)/,
    uses: ofSong('recording'),
  },
  'SongFields.title': {
    file: song,
    declaration: /(?<=\n {2})title(?=: string)/,
    uses: ofSong('title', /'song\.title'/),
  },
  'SongFields.artist': {
    file: song,
    declaration: /(?<=\n {2})artist(?=: string)/,
    uses: ofSong('artist', /'song\.artist'/),
  },
  'SongFields.year': {
    file: song,
    declaration: /(?<=\n {2})year(?=: number)/,
    uses: ofSong('year', /'song\.year'/),
  },
  'Song.index args songs': {
    file: songController,
    declaration: /(?<=index\(args: \{ )songs/,
    uses: { 'song/index': local('songs') },
  },
  'Song.show args song': {
    file: songController,
    declaration: /(?<=show\(args: \{ )song/,
    uses: { 'song/show': local('song') },
  },
  'Song.edit args song': {
    file: songController,
    declaration: /(?<=edit\(args: \{ )song/,
    uses: { 'song/edit': local('song') },
  },
  'Song.changed args song': {
    file: songController,
    declaration: /(?<=changed\(args: \{ )song/,
    uses: { 'song/changed': local('song') },
  },
  'Song.deleted args id': {
    file: songController,
    declaration: /(?<=deleted\(args: \{ )id/,
    // Used by the client controller only.
    uses: {},
  },
  'Song.deleted args title': {
    file: songController,
    declaration: /(?<=deleted\(args: \{ id: number; )title/,
    uses: { 'song/deleted': local('title') },
  },
  'App.about args songs': {
    file: appController,
    declaration: /(?<=about\(args: \{ )songs/,
    uses: { 'app/about': /(?<=dd= )songs/g },
  },
  'App.about args database': {
    file: appController,
    declaration: /(?<=about\(args: \{ songs: number; )database/,
    uses: { 'app/about': /(?<=dd= )database/g },
  },
  'App.showMessage args title': {
    file: appController,
    declaration: /(?<=showMessage\(args: \{ )title/,
    uses: { 'app/show-message': /(?<== )title/g },
  },
  'App.showMessage args msg': {
    file: appController,
    declaration: /(?<=showMessage\(args: \{ title: string; )msg/,
    uses: { 'app/show-message': /(?<=#\{)msg/g },
  },
  'Song.show params id': {
    file: songController,
    declaration: /(?<=async show\(\{ id \}: \{ )id/,
    uses: { 'song/index': inLink('show'), 'song/show': inLink('show'), 'song/edit': inLink('show') },
  },
  'Song.edit params id': {
    file: songController,
    declaration: /(?<=async edit\(\{ id \}: \{ )id/,
    uses: { 'song/show': inLink('edit'), 'song/changed': inLink('edit') },
  },
  'Song.delete params id': {
    file: songController,
    declaration: /(?<=async delete\(\{ id \}: \{ )id/,
    uses: { 'song/show': inLink('delete') },
  },
  'Song.create params song': {
    file: songController,
    declaration: /(?<=async create\(\{ song: typed \}: \{ )song/,
    uses: { 'song/edit': /'song\.\w+'/g },
  },
  'Song.update params song': {
    file: songController,
    declaration: /(?<=async update\(params: \{ id: number; version: number; )song/,
    uses: { 'song/edit': /'song\.\w+'/g },
  },
  'Song.update params id': {
    file: songController,
    declaration: /(?<=async update\(params: \{ )id/,
    uses: { 'song/edit': /(?<=hiddenInput\()'id'/g },
  },
  'Song.update params version': {
    file: songController,
    declaration: /(?<=async update\(params: \{ id: number; )version/,
    uses: { 'song/edit': /(?<=hiddenInput\()'version'/g },
  },
};

test('the untouched sample has no mistake', () => {
  expect(untouched.diagnostics.map(formatDiagnostic)).toEqual([]);
});

test('every property of the contract is renamed once', () => {
  const { controllers, types } = untouched.contract;
  const names = (shape: unknown) =>
    ((shape as { properties?: { name: string }[] })?.properties ?? []).map(({ name }) => name);
  const expected = controllers.flatMap(({ name, actions, clientActions }) => [
    ...actions.flatMap((action) => names(action.params).map((one) => `${name}.${action.name} params ${one}`)),
    ...clientActions.flatMap((action) =>
      names(action.args).map((one) => `${name}.${action.name} args ${one}`),
    ),
  ]);
  const fields = names(types.SongFields);
  const own = names(types.SongView).filter((name) => !fields.includes(name));
  expected.push(...fields.map((name) => `SongFields.${name}`), ...own.map((name) => `SongView.${name}`));
  expect(Object.keys(mutations).sort()).toEqual(expected.sort());
});

describe('a property that is renamed is told wherever a template uses it', () => {
  test.each(Object.entries(mutations))('%s', (_, { file, declaration, uses }) => {
    const expected = views.flatMap(({ file: view, text }) => {
      const use = uses[view.slice('app/views/'.length, -'.pug'.length)];
      return use ? placesOf(view, text, use) : [];
    });
    if (Object.keys(uses).length > 0) expect(expected).not.toEqual([]);
    expect(placesAfter(file, declaration)).toEqual(expected.sort());
  });
});

describe('an action that is renamed is told wherever a template names it', () => {
  const calls = untouched.contract.controllers.flatMap(({ name, actions }) =>
    actions.map((action) => `${name}.${action.name}`),
  );

  test.each(calls)('%s', (call) => {
    const [controller, action] = call.split('.') as [string, string];
    const file = controller === 'Song' ? songController : appController;
    const declaration = new RegExp(`(?<=@Action\\(\\)\\n {2}(?:async )?)${action}(?=\\()`);
    const expected = views.flatMap(({ file: view, text }) =>
      placesOf(view, text, new RegExp(`'${call}'`, 'g')),
    );
    // Only forms call it, by another template's choice.
    expect(expected.length > 0).toBe(true);
    expect(placesAfter(file, declaration)).toEqual(expected.sort());
  });
});

/** What is told, as `file:line:column`, once a declaration has another name. */
function placesAfter(file: string, declaration: RegExp): string[] {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(declaration, (name) => `${name}Renamed`);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  try {
    const { diagnostics } = compiler.compile();
    return diagnostics.map(({ file: told, line, column }) => `${told}:${line}:${column}`).sort();
  } finally {
    writeFileSync(path, text);
  }
}

function placesOf(file: string, text: string, use: RegExp): string[] {
  return [...text.matchAll(use)].map(({ index }) => {
    const before = text.slice(0, index).split('\n');
    return `${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
  });
}

/** The param `id` in a link to an action. */
function inLink(action: string): RegExp {
  return new RegExp(`(?<='Song\\.${action}': \\{ )id`, 'g');
}
