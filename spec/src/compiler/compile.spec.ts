import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compile, sourcesHash, writeFiles } from '../../../src/compiler/index.js';
import { controllerSource, Project } from './project.js';

const controller = 'app/controllers/test.controller.ts';
const source = controllerSource({ show: '{ id: string }', list: '{ page?: number }' });
const app = {
  [controller]: source,
  'app/views/test/show.pug': '//- @locals { id: string }\np= id\n',
  'app/client/main.ts': 'export {};\n',
};
const outputs = [
  'assert.ts',
  'client.d.ts',
  'client.d.ts.map',
  'client.js',
  'contract.json',
  'server.d.ts',
  'server.js',
  'sources.json',
  'templates.d.ts',
  'templates.js',
];

describe('writing', () => {
  test('makes every file, and then none when nothing has changed', () => {
    using project = new Project(app);
    const first = project.compileFine();
    expect([...first.written].sort()).toEqual(outputs.map((file) => `.rocket/${file}`));
    expect(readdirSync(join(project.root, '.rocket')).sort()).toEqual(outputs);
    for (const { path, text } of first.files)
      expect(readFileSync(join(project.root, path), 'utf8')).toBe(text);
    expect(project.compileFine()).toMatchObject({ written: [], removed: [] });
  });

  test('leaves alone what is right already', () => {
    using project = new Project(app);
    project.compileFine();
    const kept = join(project.root, '.rocket/client.js');
    utimesSync(kept, 1, 1);
    project.write('app/views/test/show.pug', '//- @locals { id: string }\nb= id\n');
    expect(project.compileFine().written).toEqual([
      '.rocket/contract.json',
      '.rocket/sources.json',
      '.rocket/templates.js',
    ]);
    expect(statSync(kept).mtimeMs).toBe(1000);
  });

  test('removes what is no longer generated', () => {
    using project = new Project(app);
    project.write('.rocket/old.js', 'export {};\n');
    project.write('.rocket/inner/older.js', 'export {};\n');
    expect(project.compileFine().removed).toEqual(['.rocket/inner/older.js', '.rocket/old.js']);
    expect(existsSync(join(project.root, '.rocket/old.js'))).toBe(false);
  });

  test('does not happen while there is a mistake', () => {
    using project = new Project(app);
    project.compileFine();
    const before = readFileSync(join(project.root, '.rocket/server.js'), 'utf8');
    project.write(controller, source.replace('id: string', 'id: symbol'));
    const result = project.compile();
    expect(result).toMatchObject({ files: [], written: [], removed: [] });
    expect(result.diagnostics).toHaveLength(1);
    expect(readFileSync(join(project.root, '.rocket/server.js'), 'utf8')).toBe(before);
  });

  test('does not happen where it is not wanted', () => {
    using project = new Project(app);
    const { files, written } = compile({ root: project.root, write: false });
    expect(existsSync(join(project.root, '.rocket'))).toBe(false);
    expect(written).toEqual([]);
    expect(writeFiles(project.root, files).written).toHaveLength(outputs.length);
  });
});

describe('the output', () => {
  test('is the same bytes for the same sources, wherever they are', () => {
    using here = new Project(app);
    using there = new Project(app);
    const first = here.compileFine().files;
    expect(there.compileFine().files).toEqual(first);
    expect(JSON.stringify(first)).not.toContain(here.root);
  });

  test('does not depend on the order in which types are first seen', () => {
    const sizes = "{ a: 'small' | 'large' | null; b: boolean | 'auto' }";
    using plain = new Project({ [controller]: controllerSource({ show: sizes }) });
    using primed = new Project({
      [controller]: controllerSource({ show: sizes }),
      'app/a.ts': "export const order: ['large', 'auto', 'small'] = ['large', 'auto', 'small'];\n",
    });
    expect(primed.compileFine().contract).toEqual(plain.compileFine().contract);
  });

  test('names its maker and asks not to be edited', () => {
    using project = new Project(app);
    for (const { path, text } of project.compileFine().files) {
      if (path.endsWith('.map')) continue;
      expect(text.slice(0, 200)).toContain('by `rocket compile` from ');
      expect(text.slice(0, 200)).toContain('Do not edit');
    }
  });
});

describe('the hash of the contract', () => {
  const hashOf = (text: string): string => {
    using project = new Project({ [controller]: text });
    const file = project.compileFine().files.find(({ path }) => path === '.rocket/contract.json');
    return (JSON.parse(file?.text ?? '') as { hash: string }).hash;
  };
  const hash = hashOf(source);

  test('has 16 hexadecimal digits', () => expect(hash).toMatch(/^[0-9a-f]{16}$/));

  test('stays when something moves or is documented', () => {
    expect(hashOf(`\n\n${source}`)).toBe(hash);
    expect(hashOf(source.replace('  @Action()', '  /** New words. */\n  @Action()'))).toBe(hash);
    expect(hashOf(controllerSource({ list: '{ page?: number }', show: '{ id: string }' }))).toBe(hash);
  });

  test('changes with what is promised', () => {
    expect(hashOf(source.replace('id: string', 'id: number'))).not.toBe(hash);
    expect(hashOf(source.replace('page?', 'page'))).not.toBe(hash);
    expect(hashOf(source.replace('show(', 'look('))).not.toBe(hash);
  });
});

describe('the hash of the sources', () => {
  test('stands in the contract', () => {
    using project = new Project(app);
    project.compileFine();
    const { sources } = JSON.parse(readFileSync(join(project.root, '.rocket/contract.json'), 'utf8'));
    expect(sourcesHash(project.root)).toBe(sources);
  });

  test('changes with the server code and the views, and with nothing else', () => {
    using project = new Project(app);
    const hash = sourcesHash(project.root);
    project.write('app/client/other.ts', 'export {};\n');
    project.write('public/index.html', '<p>Hello</p>\n');
    expect(sourcesHash(project.root)).toBe(hash);
    project.write('app/models/song.ts', 'export {};\n');
    const withModel = sourcesHash(project.root);
    expect(withModel).not.toBe(hash);
    project.write('app/views/_part.pug', 'p\n');
    expect(sourcesHash(project.root)).not.toBe(withModel);
    project.remove('app/views/_part.pug');
    project.remove('app/models');
    expect(sourcesHash(project.root)).toBe(hash);
  });
});

describe('mistakes', () => {
  test('are all told at once, by file and line, with a frame and a cure', () => {
    using project = new Project({
      [controller]: controllerSource({
        one: '{ a: symbol;\n  b: symbol }',
        two: '{ c: WeakMap<object, string> }',
      }),
      'app/views/broken.pug': 'p= 1 +\n',
    });
    const { diagnostics } = project.compile();
    expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([
      ['type_cannot_travel', 8],
      ['type_cannot_travel', 9],
      ['type_cannot_travel', 14],
      ['template_syntax', 1],
    ]);
    expect(diagnostics[0]).toMatchObject({
      file: controller,
      column: 20,
      cure: expect.stringContaining('string literal'),
    });
    expect(diagnostics[0]?.frame).toBe('  8 |   one(params: { a: symbol;\n    |                    ^');
  });

  test('of syntax are told', () => {
    using project = new Project({ [controller]: 'export class {{\n' });
    const [first] = project.compile().diagnostics;
    expect(first).toMatchObject({ code: 'source_syntax', file: controller, line: 1, column: 15 });
  });

  test('include having no app at all', () => {
    using project = new Project();
    expect(project.compile().diagnostics).toMatchObject([{ code: 'missing_app', frame: '' }]);
  });

  test('include Windows line ends in the right line', () => {
    using project = new Project({
      [controller]: controllerSource({ one: '{ a: symbol }' }).replaceAll('\n', '\r\n'),
    });
    expect(project.compile().diagnostics).toMatchObject([
      { line: 8, frame: expect.not.stringContaining('\r') },
    ]);
  });
});

test('rocket-io is taken from where it is installed', () => {
  using project = new Project({
    'node_modules/rocket-io/package.json': '{ "name": "rocket-io", "types": "index.d.ts" }',
    'node_modules/rocket-io/index.d.ts': [
      'export class Redirect { to: string }',
      'export interface Receipt { at: Date }',
      'export function redirect(): Redirect;',
    ].join('\n'),
    [controller]: [
      "import { Action, Controller, type Receipt, redirect } from 'rocket-io';",
      '@Controller() export class TestController {',
      '  @Action() away() { return redirect(); }',
      '  @Action() receipt(): Receipt { return { at: new Date() }; }',
      '}',
    ].join('\n'),
  });
  const { contract } = project.compileFine();
  expect(contract.controllers[0]?.actions.map(({ name, result }) => [name, result])).toEqual([
    ['away', undefined],
    ['receipt', { kind: 'ref', name: 'Receipt' }],
  ]);
});
