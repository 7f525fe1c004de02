import { describe, expect, test } from '@jest/globals';
import { Compiler } from '../../../src/compiler/index.js';
import { Project } from './project.js';

const song = '//- @locals { song: { title: string; year: number | null } }\n';

/** What is told of templates, as `file:line:column code`. */
function told(views: Readonly<Record<string, string>>): string[] {
  using project = new Project(
    Object.fromEntries(Object.entries(views).map(([name, text]) => [`app/views/${name}`, text])),
  );
  return placesIn(project.compile());
}

function placesIn({ diagnostics }: ReturnType<Compiler['compile']>): string[] {
  return diagnostics.map(({ file, line, column, code }) => `${file.slice(10)}:${line}:${column} ${code}`);
}

describe('the place of a mistake is exact', () => {
  test.each([
    ['Windows line ends', 'p x\r\np= song.titel\r\n', 3, 9],
    ['tabs', 'div\n\tp= song.titel\n', 3, 10],
    ['letters of more than one byte', 'p „Blau“ 🎵 #{song.titel}\n', 2, 20],
    ['a name that stands in its own attribute', 'a(titel=song.titel)\n', 2, 14],
    ['a quoted attribute', "a('data-x'=song.titel)\n", 2, 17],
    ['the second attribute of two', 'a(a=song.title b=song.titel)\n', 2, 23],
    ['an attribute without commas over lines', 'a(\n  a=song.title\n  b=song.titel\n)\n', 4, 10],
    ['the same code twice in a line', 'p #{song.title} #{song.titel}\n', 2, 24],
    ['a tag inside of text', 'p a #[b= song.titel] c\n', 2, 15],
    ['text blocks', 'p.\n  one\n  two #{song.titel}\n', 4, 14],
    ['block expansion', 'ul: li: b= song.titel\n', 2, 17],
    ['code of several lines', '-\n  const a = 1;\n\n  const b = song.titel;\n', 5, 18],
    ['a mixin called with a block', 'mixin m\n  block\n+m\n  p= song.titel\n', 5, 11],
    ['arguments over lines', 'mixin m(a, b)\n  p= a\n+m(1,\n  song.titel)\n', 5, 8],
    ['a default of a mixin', 'mixin m(a = song.titel)\n  p= a\n+m\n', 2, 18],
    ['the name of a mixin that is computed', '- const m = "a"\nmixin a\n  p\n+#{song.titel}\n', 5, 9],
    ['unless', 'unless song.titel\n  p\n', 2, 13],
    ['a case in one line', 'case song.title\n  when "a": p= song.titel\n', 3, 21],
  ])('with %s', (_, text, line, column) => {
    expect(told({ 'page.pug': song + text })).toEqual([`page.pug:${line}:${column} template_type`]);
  });
});

describe('what is right is not told', () => {
  test.each([
    ['a local that is assigned', '- song = { title: "a", year: 1 }\np= song.title\n'],
    ['a variable of a changing type', '- var a = 1\n- var a = "x"\np= a\n'],
    ['a variable that begins empty', '- var list = []\n- list.push(1)\np= list[0].toFixed()\n'],
    ['a variable that begins without value', '- var a\n- a = song.title\np= a.length\n'],
    ['functions without types', '- function twice(a) { return a + a }\np= twice(song.title)\n'],
    ['asking an object by a text', '- const names = { a: 1 }\np= names[song.title]\n'],
    ['a local that redefines itself', '- var song = song || {}\np= song.title\n'],
    ['a name that hides a helper', '- const submit = song.title\np= submit\n'],
    ['branches that cannot be reached', 'mixin m(a)\n  if a\n    p= a.title\n+m(null)\n+m(song)\n'],
    [
      'comparing for another call',
      'mixin m(a)\n  case a\n    when 1: p\n    when 2: p\n+m(1)\n+m(song.year)\n',
    ],
    ['a mixin that is called above it', '+m(song)\nmixin m(a)\n  p= a.title\n'],
    ['a mixin inside of a mixin', 'mixin a(x)\n  mixin b(y)\n    p= x.title + y\n  +b(1)\n+a(song)\n'],
    ['names around a call', 'mixin m\n  p= song.title\neach song in [1]\n  +m\n'],
    ['text that looks like code', 'p song.titel \\#{song.titel} and #{"{"}\n'],
    ['an attribute without value', 'input(required, disabled=song.year === null)\n'],
    [
      'attributes of a mixin',
      'mixin m\n  a(class=attributes.class)&attributes(attributes)\n+m.big(href="x")\n',
    ],
    ['raw text', 'script.\n  const a = { b: 1 };\nstyle.\n  a { b: c }\n'],
    ['a comment with code', '//- #{song.titel}\n// #{not.code}\np\n'],
  ])('%s', (_, text) => {
    expect(told({ 'page.pug': song + text })).toEqual([]);
  });
});

test('a mistake in a file that is included is told there, once', () => {
  const views = {
    '_part.pug': 'p= song.titel\ninclude _inner\n',
    '_inner.pug': 'p= song.yaer\n',
    'one.pug': `${song}include _part\n`,
    'two.pug': `${song}div\n  include _part\n`,
  };
  expect(told(views)).toEqual(['_inner.pug:1:9 template_type', '_part.pug:1:9 template_type']);
});

test('what an extended template and its blocks say is checked with the locals of the one that extends', () => {
  const views = {
    '_base.pug': 'h1= song.titel\nblock content\n  p= nothing\nblock foot\n',
    'page.pug': `${song}extends _base\nblock content\n  p= song.yaer\nappend foot\n  p= song.year\n`,
  };
  expect(told(views)).toEqual(['_base.pug:1:10 template_type', 'page.pug:4:11 template_type']);
});

test('code that is not JavaScript does not hide what is wrong elsewhere', () => {
  const views = { 'bad.pug': 'p\n- var a = 1 +\n', 'page.pug': 'p= nothing\n' };
  expect(told(views)).toEqual(['bad.pug:2:1 template_syntax', 'page.pug:1:4 template_type']);
});

describe('a compiler that compiles again', () => {
  test('tells what an edit brings, and stops when it is mended', () => {
    using project = new Project({
      'app/views/_part.pug': 'p= song.title\n',
      'app/views/one.pug': `${song}include _part\n`,
      'app/views/two.pug': `${song}p= song.year\n`,
    });
    const compiler = new Compiler({ root: project.root });
    expect(placesIn(compiler.compile())).toEqual([]);
    project.write('app/views/_part.pug', 'p\np= song.titel\n');
    expect(placesIn(compiler.compile())).toEqual(['_part.pug:2:9 template_type']);
    project.write('app/views/_part.pug', 'p\n\np= song.titel\n');
    expect(placesIn(compiler.compile())).toEqual(['_part.pug:3:9 template_type']);
    project.write('app/views/two.pug', `${song}p= song.yaer\n`);
    expect(placesIn(compiler.compile())).toEqual([
      '_part.pug:3:9 template_type',
      'two.pug:2:9 template_type',
    ]);
    project.write('app/views/_part.pug', 'p= song.title\n');
    project.remove('app/views/two.pug');
    expect(placesIn(compiler.compile())).toEqual([]);
  });

  test('looks at a template again when the type of its locals has changed', () => {
    const model = (property: string) => `export interface Song { ${property}: string }\n`;
    using project = new Project({
      'app/models/song.ts': model('title'),
      'app/views/page.pug': "//- @locals { song: Song } from '../models/song.ts'\np= song.title\n",
    });
    const compiler = new Compiler({ root: project.root });
    expect(placesIn(compiler.compile())).toEqual([]);
    project.write('app/models/song.ts', model('name'));
    expect(placesIn(compiler.compile())).toEqual(['page.pug:2:9 template_type']);
    project.write('app/models/song.ts', model('title'));
    expect(placesIn(compiler.compile())).toEqual([]);
  });
});
