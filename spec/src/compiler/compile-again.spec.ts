import { describe, expect, test } from '@jest/globals';
import { Compiler, compile } from '../../../src/compiler/index.js';
import { Project } from './project.js';

const song = 'app/controllers/song.controller.ts';
const album = 'app/controllers/album.controller.ts';
const model = 'app/models/song.ts';

function controller(name: string, view = 'SongView'): string {
  return [
    "import { Action, Controller } from 'rocket-io';",
    `import type { ${view} } from '../models/song.js';`,
    `export interface ${name}Client { show(args: { song: ${view} }): void }`,
    `@Controller<${name}Client>() export class ${name}Controller {`,
    `  @Action() find({ id }: { id: number }): ${view} | null { void id; return null; }`,
    '}',
    '',
  ].join('\n');
}

const files = {
  [song]: controller('Song'),
  [album]: controller('Album'),
  [model]: 'export interface SongView { title: string }\n',
  'app/views/song/show.pug': 'h1= song.title\ninclude ../_foot.pug\n',
  'app/views/album/show.pug': "!= linkTo(song.title, { 'Song.find': { id: 1 } })\n",
  'app/views/_foot.pug': 'p Foot\n',
};

type Edit = (project: Project) => void;

const edits: readonly (readonly [name: string, ...steps: readonly Edit[]])[] = [
  ['nothing', () => {}],
  ['a comment', (project) => project.write(song, `// New.\n\n${controller('Song')}`)],
  [
    'a type that two controllers use',
    (project) => project.write(model, 'export interface SongView { title: string; year: number }\n'),
  ],
  [
    'a type that a template uses',
    (project) => project.write(model, 'export interface SongView { name: string }\n'),
  ],
  [
    'the params that a link of a template names',
    (project) => project.write(song, controller('Song').replaceAll('id: number', 'id: string')),
  ],
  [
    'the name of an action that a link names',
    (project) => project.write(song, controller('Song').replace('find(', 'search(')),
  ],
  ['a template', (project) => project.write('app/views/song/show.pug', 'h2= song.title\n')],
  ['a partial', (project) => project.write('app/views/_foot.pug', 'p= song.title\n')],
  ['a partial, wrongly', (project) => project.write('app/views/_foot.pug', 'p= song.titel\n')],
  ['a partial that is gone', (project) => project.remove('app/views/_foot.pug')],
  ['a template that is gone', (project) => project.remove('app/views/song/show.pug')],
  ['a controller that is gone', (project) => project.remove(album)],
  [
    'a controller that is new',
    (project) => project.write('app/controllers/tag.controller.ts', controller('Tag')),
  ],
  ['a controller with another name', (project) => project.write(album, controller('Record'))],
  ['a model that is gone', (project) => project.remove(model)],
  [
    'a model that moves, and its importers after it',
    (project) => project.remove(model),
    (project) => project.write('app/models/view.ts', 'export interface SongView { title: string }\n'),
    (project) => project.write(model, "export type { SongView } from './view.js';\n"),
    (project) =>
      project.write('app/models/view.ts', 'export interface SongView { title: string; at: Date }\n'),
  ],
  [
    'a type of the same name but not the same',
    (project) =>
      project.write('app/models/album.ts', 'export interface SongView { title: string; tracks: number }\n'),
    (project) => project.write(album, controller('Album').replace('models/song.js', 'models/album.js')),
    (project) => project.write(album, controller('Album')),
  ],
  [
    'a file outside of app',
    (project) => project.write('lib/view.ts', 'export interface SongView { title: string }\n'),
    (project) => project.write(model, "export type { SongView } from '../../lib/view.js';\n"),
    (project) => project.write('lib/view.ts', 'export interface SongView { title: string; price: number }\n'),
  ],
  [
    'a declaration for all',
    (project) => project.write('app/globals.ts', 'interface Shared { label: string }\n'),
    (project) => project.write(model, 'export interface SongView extends Shared { title: string }\n'),
    (project) => project.write('app/globals.ts', 'interface Shared { label: string; count: number }\n'),
    (project) => project.remove('app/globals.ts'),
  ],
  [
    'a mistake and its correction',
    (project) => project.write(song, controller('Song').replace('id: number', 'id: symbol')),
    (project) => project.write(album, controller('Album').replace('{ id }', '{ id },')),
    (project) => project.write(album, controller('Album').replace('class', 'klass')),
    (project) => project.write(album, controller('Album')),
    (project) => project.write(song, controller('Song')),
  ],
];

describe('after an edit, compiling again gives what compiling anew gives:', () => {
  test.each(edits)('%s', (_, ...steps) => {
    using project = new Project(files);
    const compiler = new Compiler({ root: project.root, write: false });
    expect(compiler.compile().diagnostics).toEqual([]);
    for (const step of steps) {
      step(project);
      const again = compiler.compile();
      const anew = compile({ root: project.root, write: false });
      expect(again).toEqual(anew);
      expect(again.files.length > 0 || again.diagnostics.length > 0).toBe(true);
    }
  });
});

test('what an edit does not touch is neither parsed nor checked again', () => {
  using project = new Project(files);
  const compiler = new Compiler({ root: project.root });
  const first = compiler.compile().contract;
  project.write(album, `// New.\n${controller('Album')}`);
  const { contract, written } = compiler.compile();
  const named = (name: string) => ({
    before: first.controllers.find((one) => one.name === name),
    after: contract.controllers.find((one) => one.name === name),
  });
  // The very same objects: nobody has made them anew.
  expect(named('Song').after).toBe(named('Song').before);
  expect(named('Album').after).not.toBe(named('Album').before);
  expect(written).not.toContain('.rocket/client.js');
  project.write('app/views/song/show.pug', 'h2= song.title\n');
  const third = compiler.compile();
  expect(third.contract.controllers).toEqual(contract.controllers);
  expect(third.contract).toBe(contract);
});

describe('the types of Node', () => {
  const withNode = (text: string) =>
    new Project({
      'node_modules/@types/node/package.json': '{ "name": "@types/node", "types": "index.d.ts" }',
      'node_modules/@types/node/index.d.ts': [
        'declare function timeOfDay(): { hours: number };',
        'declare class Buffer { private readonly bytes: true }',
      ].join('\n'),
      'app/controllers/clock.controller.ts': [
        "import { Action, Controller } from 'rocket-io';",
        `@Controller() export class ClockController { ${text} }`,
      ].join('\n'),
    });

  test('are read when a type cannot be found out without them', () => {
    using project = withNode('@Action() time() { return timeOfDay(); }');
    const { contract } = project.compileFine();
    expect(contract.controllers[0]?.actions[0]?.result).toMatchObject({
      kind: 'object',
      properties: [{ name: 'hours', shape: { kind: 'number' } }],
    });
  });

  test('are read when an edit first needs them', () => {
    using project = withNode('@Action() time() { return 1; }');
    const compiler = new Compiler({ root: project.root, write: false });
    compiler.compile();
    const file = 'app/controllers/clock.controller.ts';
    project.write(
      file,
      "import { Action, Controller } from 'rocket-io';\n@Controller() export class ClockController { @Action() time() { return timeOfDay(); } }\n",
    );
    expect(compiler.compile()).toEqual(compile({ root: project.root, write: false }));
    expect(compiler.compile().diagnostics).toEqual([]);
  });
});
