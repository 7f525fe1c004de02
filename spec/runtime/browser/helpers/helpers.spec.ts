import { describe, expect, test } from '@jest/globals';
import * as door from '../../../../runtime/browser/index.js';
import {
  checkBox,
  dateInput,
  emailInput,
  escapeHtml,
  formFor,
  hiddenInput,
  linkTo,
  numberInput,
  passwordInput,
  radioButton,
  raw,
  select,
  submit,
  textArea,
  textInput,
} from '../../../../runtime/browser/index.js';
import { templateHelpers } from '../../../../src/contract/helpers.js';

const evil = `"'><img src=x onerror=alert(1)>&`;
const tame = '&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;';
const error = (id: string) => `<p class="error" id="${id}_error" data-rocket-error hidden></p>`;

test('the door has every helper the compiler offers to templates, and both spellings are one function', () => {
  const exports = door as unknown as Readonly<Record<string, unknown>>;
  expect(templateHelpers.length).toBeGreaterThan(20);
  for (const name of templateHelpers) {
    expect([name, typeof exports[name]]).toEqual([name, 'function']);
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect([snake, exports[snake]]).toEqual([snake, exports[name]]);
    expect(templateHelpers).toContain(snake);
  }
});

test('the names of the 2011 helpers that had other ones are kept', () => {
  expect(door.textarea_input).toBe(door.textArea);
  expect(door.checkbox_input).toBe(door.checkBox);
  expect(templateHelpers).toEqual(expect.arrayContaining(['textarea_input', 'checkbox_input']));
});

describe('linkTo', () => {
  test('writes a link that names its call', () => {
    expect(linkTo('Blue', { 'Song.show': { id: '7' } })).toBe(
      '<a href="#" data-rocket-call="{&quot;Song.show&quot;:{&quot;id&quot;:&quot;7&quot;}}">Blue</a>',
    );
    expect(linkTo('All', 'Song.index')).toBe('<a href="#" data-rocket-call="&quot;Song.index&quot;">All</a>');
  });

  test('takes attributes and another element', () => {
    expect(
      linkTo(
        'New',
        { 'Song.new': '' },
        { class: ['button', false, 'big'], tag: 'button', disabled: true, hidden: false },
      ),
    ).toBe(
      '<button type="button" class="button big" disabled data-rocket-call="{&quot;Song.new&quot;:&quot;&quot;}">New</button>',
    );
    expect(linkTo('New', 'Song.new', { tag_type: 'span' })).toBe(
      '<span data-rocket-call="&quot;Song.new&quot;">New</span>',
    );
    expect(linkTo('Blue', 'Song.index', { href: '#/songs' })).toContain(
      '<a href="#/songs" data-rocket-call=',
    );
  });

  test('escapes everything but what raw marks', () => {
    expect(linkTo(evil, { 'Song.show': { id: evil } }, { title: evil })).toBe(
      `<a href="#" title="${tame}" data-rocket-call="{&quot;Song.show&quot;:{&quot;id&quot;:&quot;\\${tame}&quot;}}">${tame}</a>`,
    );
    expect(linkTo(raw('<b>All</b>'), 'Song.index')).toContain('><b>All</b></a>');
  });

  test('refuses attributes and elements that could break out, and inline handlers', () => {
    expect(() => linkTo('x', 'Song.index', { 'a b': 1 })).toThrow('"a b" cannot be the name of an attribute');
    expect(() => linkTo('x', 'Song.index', { onclick: 'x' })).toThrow('onclick cannot be set in markup');
    expect(() => linkTo('x', 'Song.index', { tag: 'a><b' })).toThrow(
      '"a><b" cannot be the name of an element',
    );
  });
});

describe('fields', () => {
  test('have a linked label, a wrapper and a place for the error', () => {
    expect(textInput('song.title', 'Blue')).toBe(
      `<div class="field"><label for="song_title">Title</label><input type="text" value="Blue" id="song_title" name="song[title]">${error('song_title')}</div>`,
    );
  });

  test('take a label, or none', () => {
    expect(textInput('song.releasedOn')).toContain('<label for="song_releasedOn">Released on</label>');
    expect(textInput('song.title', '', { label: evil })).toContain(`<label for="song_title">${tame}</label>`);
    expect(textInput('song.title', '', { label: false })).not.toContain('<label');
  });

  test('that are required say so to the browser, and by a class to the eye', () => {
    const html = textInput('title', '', { required: true });
    expect(html).toContain('<label for="title" class="required">');
    expect(html).toContain('<input type="text" value="" id="title" name="title" required>');
  });

  test('take another wrapper, or none', () => {
    expect(textInput('t', '', { wrapper: 'p' })).toMatch(/^<p class="field"><label.*<\/p>$/);
    expect(textInput('t', '', { wrapper: { tag: 'li', class: 'row' } })).toMatch(
      /^<li class="row">.*<\/li>$/,
    );
    expect(textInput('t', '', { wrapper: false })).toMatch(/^<label.*hidden><\/p>$/);
  });

  test('let attributes be overridden', () => {
    expect(textInput('song.title', 'x', { id: 'mine', type: 'search', maxlength: 9, label: 'T' })).toContain(
      '<label for="mine">T</label><input type="search" value="x" id="mine" name="song[title]" maxlength="9">',
    );
  });

  test('escape values', () => {
    for (const html of [
      textInput('t', evil),
      hiddenInput('t', evil),
      textArea('t', evil),
      emailInput('t', evil),
    ]) {
      expect(html).toContain(tame);
      expect(html).not.toContain('<img');
    }
  });

  test('have the types of their names', () => {
    expect(emailInput('e', 'a@b.c')).toContain('<input type="email" value="a@b.c"');
    expect(numberInput('n', 0)).toContain('<input type="number" value="0"');
    expect(dateInput('d', new Date('2020-01-02T23:00:00Z'))).toContain(
      '<input type="date" value="2020-01-02"',
    );
    expect(dateInput('d', '2020-01-02')).toContain('value="2020-01-02"');
    expect(passwordInput('p', 'secret')).not.toContain('secret');
    expect(hiddenInput('song.id', 7)).toBe('<input type="hidden" value="7" id="song_id" name="song[id]">');
    expect(textInput('t', null)).not.toContain('value');
  });

  test('of several lines keep a leading line break', () => {
    expect(textArea('t', '\nx')).toContain('<textarea id="t" name="t">\n\nx</textarea>');
  });

  test('to tick stand before their label', () => {
    expect(checkBox('song.live', true)).toBe(
      `<div class="field"><input type="checkbox" checked id="song_live" name="song[live]"><label for="song_live">Live</label>${error('song_live')}</div>`,
    );
    expect(checkBox('song.live', undefined)).not.toContain('checked');
  });

  test('of a radio group have ids of their own', () => {
    expect(radioButton('song.genre', 'folk', 'folk')).toBe(
      '<div class="field"><input type="radio" value="folk" checked id="song_genre_folk" name="song[genre]"><label for="song_genre_folk">Folk</label></div>',
    );
    expect(radioButton('song.genre', ['rnb', 'R & B'], 'folk')).toBe(
      '<div class="field"><input type="radio" value="rnb" id="song_genre_rnb" name="song[genre]"><label for="song_genre_rnb">R &amp; B</label></div>',
    );
  });

  test('to choose from mark what is chosen', () => {
    expect(select('song.genre', 'jazz', ['folk', ['jazz', 'Jazz & more']], { prompt: 'Choose' })).toBe(
      `<div class="field"><label for="song_genre">Genre</label><select id="song_genre" name="song[genre]"><option value="">Choose</option><option value="folk">folk</option><option value="jazz" selected>Jazz &amp; more</option></select>${error('song_genre')}</div>`,
    );
    expect(select('y[]', [1, 3], [1, 2, 3], { multiple: true })).toContain(
      '<select id="y" name="y[]" multiple><option value="1" selected>1</option><option value="2">2</option><option value="3" selected>3</option></select>',
    );
    expect(select('g', null, ['a'], { prompt: 'Choose' })).toContain('<option value="" selected>');
  });

  test('of lists and rows have names the server expands', () => {
    expect(textInput('items.0.name', '', { label: false, wrapper: false })).toContain(
      'id="items_0_name" name="items[0][name]"',
    );
    expect(checkBox('song.tags[]', false, { value: 'a' })).toContain(
      'id="song_tags" name="song[tags][]" value="a"',
    );
  });
});

test('formFor and submit make a form', () => {
  expect(formFor('Song.create', { class: 'card' }, submit())).toBe(
    '<form action="Song.create" class="card"><button type="submit">Save</button></form>',
  );
  expect(submit('Send & go', { name: 'how', value: 'x' })).toBe(
    '<button type="submit" name="how" value="x">Send &amp; go</button>',
  );
});

test('escapeHtml leaves nothing that could start or end markup', () => {
  expect(escapeHtml(evil)).toBe(tame);
  expect(escapeHtml(undefined)).toBe('');
  expect(escapeHtml(0)).toBe('0');
});
