import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import * as client from '../../../runtime/browser/index.js';
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

/** The generated module of a compiler case, run with the helpers of `rocket-io/client`. */
function templatesOfCase(name: string): Tree {
  const folder = fileURLToPath(new URL(`../../compiler-cases/${name}/`, import.meta.url));
  const files = readdirSync(`${folder}app`, { recursive: true, withFileTypes: true });
  const texts = files.flatMap((file): [string, string][] => {
    const path = `${file.parentPath}/${file.name}`;
    return file.isFile() ? [[path.slice(folder.length), readFileSync(path, 'utf8')]] : [];
  });
  using project = new Project(Object.fromEntries(texts));
  const { files: outputs } = project.compileFine();
  const code = outputs.find(({ path }) => path === '.rocket/templates.js')?.text ?? '';
  const body = code.replace(/^import [^;]*;/gm, '').replace(/^export /gm, '');
  const run = new Function('pug', ...templateHelpers, `'use strict';\n${body}\nreturn templates;`);
  const helpers: Readonly<Record<string, unknown>> = { ...client };
  return run(pug, ...templateHelpers.map((helper) => helpers[helper])) as Tree;
}

describe("the original's templates", () => {
  const templates = templatesOfCase('template-of-2011');
  const song = { _id: 1, title: 'Blue <3', artist: 'Joni', lyrics: 'one\ntwo', favourite: true };

  test('index: lists songs', () => {
    const html = template(
      templates,
      'song',
      'index',
    )({ songs: [song, { ...song, _id: 2, title: 'Hejira' }] });
    expect(html).toBe(
      '<h1>Listing Songs</h1><div id="song-list"><ul class="songs">' +
        '<li><a href="#" data-rocket-call="{&quot;Song.show&quot;:{&quot;_id&quot;:1}}">Blue &lt;3</a></li>' +
        '<li><a href="#" data-rocket-call="{&quot;Song.show&quot;:{&quot;_id&quot;:2}}">Hejira</a></li></ul></div>' +
        '<a href="#" class="button" data-rocket-call="{&quot;Song.new&quot;:&quot;&quot;}">Create New Listing</a>',
    );
  });

  test('index: says so when there are none', () => {
    expect(template(templates, 'song', 'index')({ songs: [] })).toMatch(
      /^<h1>No songs have been entered yet<\/h1><a /,
    );
  });

  test('show: shows one', () => {
    expect(template(templates, 'song', 'show')({ song })).toBe(
      '<h1>Blue &lt;3</h1><p class="artist">by Joni</p>' +
        '<div id="lyrics"><p class="even">one</p><p class="odd">two</p></div><ul class="links">' +
        '<li><button type="button" class="button" data-rocket-call="{&quot;Song.edit&quot;:{&quot;_id&quot;:1}}">Edit</button></li>' +
        '<li><a href="#" data-rocket-call="{&quot;Song.index&quot;:&quot;&quot;}">Back</a></li></ul>',
    );
  });

  test('edit: has the form, and what is wrong with it', () => {
    const edit = template(templates, 'song', 'edit');
    const html = edit({ song, errors: [{ field: 'title', message: 'is taken' }] });
    expect(html).toContain(
      '<div id="form-errors"><h2>1 thing to correct</h2><ul><li>title is taken</li></ul></div>',
    );
    expect(html).toContain(
      '<form action="Song.update"><input type="hidden" value="1" id="song_id" name="song[_id]"',
    );
    expect(html).toContain('value="Blue &lt;3" id="song_title" name="song[title]"');
    expect(html).toContain('<button type="submit">Save</button></form>');
    expect(edit({ song, errors: [] })).not.toContain('form-errors');
  });
});

describe('every construct of Pug', () => {
  const song = { id: 1, title: 'Blue', year: null, tags: ['a'], kind: 'folk', at: new Date(0) };
  const templates = templatesOfCase('template-constructs');

  test('runs as it is checked', () => {
    const html = template(
      templates,
      'song',
      'index',
    )({
      songs: [song],
      byId: { one: song },
      labels: { folk: 'Folk', jazz: 'Jazz' },
    });
    // A mixin above its definition, with arguments left out.
    expect(html).toMatch(/^Some notes #\{not\.code\}\n<p>1\.0<\/p><p>11Blue<\/p>/);
    // Defaults, rest arguments, attributes and blocks of mixins; a class from an object.
    expect(html).toContain('<li class="chosen" data-size="3" data-rest="[]" data-i="0">BLUE<em>1</em></li>');
    expect(html).toContain('data-size="5" data-rest=\'["a",2]\'>BLUE<p>folk</p></li><b>Folk</b>');
    expect(html).toContain('<p>ONEBlue</p>');
    // Attributes over several lines, and one without a value.
    expect(html).toContain('<input type="checkbox" checked title="Blue" disabled>');
    expect(html).toContain('<ul class="a" style="width:3px;"></ul>');
    expect(html).toContain('<a href="a&amp;b">x</a><p><b>x</b></p>');
  });

  test('mixins that call themselves end where the data does', () => {
    const root = { name: 'A', songs: [], inner: [{ name: 'B', songs: [song], inner: [] }] };
    expect(template(templates, 'song', 'tree')({ root })).toBe(
      '<ul><li>A0<ul><li>B1<p>Blue</p><ul></ul></li></ul></li></ul>',
    );
  });
});

describe('what a template may name', () => {
  test('is a local, escaped unless it says otherwise', () => {
    const { page } = templatesOf({
      'page.pug': '//- @locals { text: string; html: Html }\np(title=text)= text\np!= html\n',
    });
    expect(page?.({ text: '<"&', html: '<b>' })).toBe(
      '<p title="&lt;&quot;&amp;">&lt;&quot;&amp;</p><p><b></p>',
    );
  });

  test('is a helper, unless a local has its name', () => {
    const use = "p= typeof select\np!= text_input('song.title')\n";
    const locals = '//- @locals { select: number; text_input: (path: string) => Html }\n';
    const { page, own } = templatesOf({ 'page.pug': use, 'own.pug': locals + use });
    expect(page?.()).toBe('<p>function</p><p>[text_input ["song.title"]]</p>');
    expect(own?.({ select: 1, text_input: () => 'mine' })).toBe('<p>number</p><p>mine</p>');
  });

  test('is what every JavaScript has', () => {
    const { page } = templatesOf({ 'page.pug': 'p= Math.max(1, 2) + JSON.stringify([undefined])\n' });
    expect(page?.()).toBe('<p>2[null]</p>');
  });

  test('is never a global of the page', () => {
    const { page } = templatesOf({ 'page.pug': '//- @locals { name?: string }\np= typeof name\n' });
    (globalThis as { name?: string | undefined }).name = "the window's";
    expect(page?.()).toBe('<p>undefined</p>');
    (globalThis as { name?: string | undefined }).name = undefined;
  });

  test('is all the locals together, to ask what was given', () => {
    const { page } = templatesOf({
      'page.pug': '//- @locals { title?: string; template?: string }\np= locals.title || template\n',
    });
    expect(page?.({ template: 'b' })).toBe('<p>b</p>');
    expect(page?.({ title: 'a' })).toBe('<p>a</p>');
    expect(page?.()).toBe('<p></p>');
  });
});

describe('folders', () => {
  const templates = templatesOf({
    'layout.pug': '//- @locals { year: number }\nmain\n  block content\n  include _footer\n',
    '_footer.pug': 'footer= year\n',
    'admin/song-list/index.pug':
      '//- @locals { title: string; year: number }\nextends /layout\nblock content\n  include ../_parts/head\n',
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
      '//- @locals { songs: { title: string; chosen?: boolean }[] }',
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
