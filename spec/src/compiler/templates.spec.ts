import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { pug } from '../../../runtime/browser/pug.js';
import { templateHelpers } from '../../../src/contract/helpers.js';
import { Project } from './project.js';

type Tree = { readonly [name: string]: Tree } & ((locals?: Record<string, unknown>) => string);

/** The generated module, run with stand-ins for the helpers of `rocket-io/client`. */
function templatesOf(views: Readonly<Record<string, string>>): Tree {
  using project = new Project(
    Object.fromEntries(Object.entries(views).map(([name, text]) => [`app/views/${name}`, text])),
  );
  const { files } = project.compileFine();
  const code = files.find(({ path }) => path === '.rocket/templates.js')?.text ?? '';
  const body = code.replace(/^import [^;]*;/gm, '').replace(/^export /gm, '');
  const helper =
    (name: string) =>
    (...args: unknown[]) =>
      `[${name} ${JSON.stringify(args)}]`;
  const run = new Function('pug', ...templateHelpers, `'use strict';\n${body}\nreturn templates;`);
  return run(pug, ...templateHelpers.map(helper)) as Tree;
}

function template(tree: Tree, ...path: string[]): Tree {
  return path.reduce<Tree>((inner, name) => inner[name] as Tree, tree);
}

describe("the original's first template", () => {
  const folder = new URL('../../compiler-cases/template-of-2011/app/views/song/index.pug', import.meta.url);
  const index = template(
    templatesOf({ 'song/index.pug': readFileSync(fileURLToPath(folder), 'utf8') }),
    'song',
    'index',
  );

  test('lists songs', () => {
    const html = index({
      songs: [
        { _id: 1, title: 'Blue' },
        { _id: 2, title: 'Hejira' },
      ],
    });
    expect(html).toBe(
      '<h1>Listing Songs</h1><div id="song-list"><ul class="songs">' +
        '<li>[link_to ["Blue",{"Song.show":{"_id":1}}]]</li>' +
        '<li>[link_to ["Hejira",{"Song.show":{"_id":2}}]]</li></ul></div>' +
        '[link_to ["Create New Listing",{"Song.new":""},{"class":"button"}]]',
    );
  });

  test('says so when there are none', () => {
    expect(index({ songs: [] })).toMatch(/^<h1>No songs have been entered yet<\/h1>\[link_to /);
  });
});

describe('what a template may name', () => {
  test('is a local, escaped unless it says otherwise', () => {
    const { page } = templatesOf({ 'page.pug': 'p(title=text)= text\np!= text\n' });
    expect(page?.({ text: '<"&' })).toBe('<p title="&lt;&quot;&amp;">&lt;&quot;&amp;</p><p><"&</p>');
  });

  test('is a helper, unless a local has its name', () => {
    const { page } = templatesOf({ 'page.pug': "p= typeof select\np!= text_input('song.title')\n" });
    expect(page?.()).toBe('<p>function</p><p>[text_input ["song.title"]]</p>');
    expect(page?.({ select: 1, text_input: () => 'mine' })).toBe('<p>number</p><p>mine</p>');
  });

  test('is what every JavaScript has', () => {
    const { page } = templatesOf({ 'page.pug': 'p= Math.max(1, 2) + JSON.stringify([undefined])\n' });
    expect(page?.()).toBe('<p>2[null]</p>');
  });

  test('is never a global of the page', () => {
    const { page } = templatesOf({
      'page.pug': 'p= typeof process + typeof globalThis + typeof setTimeout\n',
    });
    expect(page?.()).toBe('<p>undefinedundefinedundefined</p>');
  });

  test('is all the locals together, to ask what was given', () => {
    const { page } = templatesOf({ 'page.pug': 'p= locals.title || template\n' });
    expect(page?.({ template: 'b' })).toBe('<p>b</p>');
    expect(page?.({ title: 'a' })).toBe('<p>a</p>');
    expect(page?.()).toBe('<p></p>');
  });
});

describe('folders', () => {
  const templates = templatesOf({
    'layout.pug': 'main\n  block content\n  include _footer\n',
    '_footer.pug': 'footer= year\n',
    'admin/song-list/index.pug': 'extends /layout\nblock content\n  include ../_parts/head\n',
    'admin/_parts/head.pug': 'h1= title\n',
    'notes.txt': 'not a template',
  });

  test('become namespaces of any depth, dashes become capitals', () => {
    expect(template(templates, 'admin', 'songList', 'index')({ title: 'Songs', year: 2024 })).toBe(
      '<main><h1>Songs</h1><footer>2024</footer></main>',
    );
  });

  test('and files that begin with an underscore are not exported', () => {
    expect(Object.keys(templates)).toEqual(['admin', 'layout']);
    expect(Object.keys(templates.admin ?? {})).toEqual(['songList']);
  });
});

test('mixins, conditions, loops and cases work', () => {
  const { page } = templatesOf({
    'page.pug': [
      'mixin row(song)',
      '  li(class={chosen: song.chosen})&attributes(attributes)',
      '    block',
      'each song, at in songs',
      '  +row(song)(data-at=at)= song.title',
      'else',
      '  p none',
      'case songs.length',
      '  when 1',
      '    p one',
      '  default',
      '    p many',
      'unless songs.length',
      '  p still none',
    ].join('\n'),
  });
  expect(page?.({ songs: [{ title: 'Blue', chosen: true }] })).toBe(
    '<li class="chosen" data-at="0">Blue</li><p>one</p>',
  );
  expect(page?.({ songs: [] })).toBe('<p>none</p><p>many</p><p>still none</p>');
});

test('the generated module needs neither eval nor handlers in the markup', () => {
  using project = new Project({ 'app/views/page.pug': '- const a = [1]\neach b in a\n  p(class=b)= b\n' });
  const code = project.compileFine().files.find(({ path }) => path === '.rocket/templates.js')?.text;
  expect(code).toContain("import { pug } from 'rocket-io/client';");
  expect(code).not.toMatch(/\beval\b|new Function|\bwith \(|require\(/);
});
