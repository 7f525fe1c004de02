import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { errorsOn, reply, sentBy, show, TestPages, violationsOn } from './test-pages.js';

let pages: TestPages;
beforeAll(async () => {
  pages = await TestPages.start();
}, 60_000);
afterAll(() => pages.stop());

const form = (inner: string, attrs = '') =>
  `<form action="Song.create" ${attrs}>${inner}<button id="save" type="submit">Save</button></form>`;

const songForm = form(
  '<label for="song_title">Title</label><input id="song_title" name="song[title]" value="Blue" aria-describedby="hint"><p id="hint">As on the sleeve</p>' +
    '<p class="error" id="song_title_error" data-rocket-error hidden></p>' +
    '<input id="song_artist" name="song[artist]">',
);

function invalid(...issues: readonly { path: (string | number)[]; message: string }[]): object {
  return { error: { code: 'invalid_arguments', message: 'Check the form', issues, retryable: false } };
}

async function valuesOf(page: Page): Promise<unknown> {
  await page.click('#save');
  return (await sentBy(page)).at(-1)?.['Song.create'];
}

describe('what is sent', () => {
  test('is one call with the flat names of a form', async () => {
    const page = await pages.open(songForm);
    await page.fill('#song_artist', 'Joni');
    await page.click('#save');
    expect(await sentBy(page)).toEqual([
      { 'Song.create': { 'song[title]': 'Blue', 'song[artist]': 'Joni' }, $id: 1, $form: 1 },
    ]);
    expect(await page.evaluate(() => location.pathname)).toBe('/');
    expect(await violationsOn(page)).toEqual([]);
  });

  test('Enter in a field sends the form', async () => {
    const page = await pages.open(songForm);
    await page.press('#song_artist', 'Enter');
    expect(await sentBy(page)).toHaveLength(1);
  });

  test('a lone checkbox is true or false, several of a name are a list', async () => {
    const page = await pages.open(
      form(
        '<input type="checkbox" name="song[live]"><input type="checkbox" name="song[mono]" value="yes" checked>' +
          '<input type="checkbox" name="tags[]" value="a" checked><input type="checkbox" name="tags[]" value="b"><input type="checkbox" name="tags[]" value="c" checked>' +
          '<input type="checkbox" name="moods[]" value="a">' +
          '<input type="checkbox" name="days" value="mo" checked><input type="checkbox" name="days" value="tu">',
      ),
    );
    expect(await valuesOf(page)).toEqual({
      'song[live]': false,
      'song[mono]': true,
      'tags[]': ['a', 'c'],
      'moods[]': [],
      days: ['mo'],
    });
  });

  test('lists to choose from, radio buttons, several texts of a name', async () => {
    const page = await pages.open(
      form(
        '<select name="genre"><option value="f">Folk</option><option value="j" selected>Jazz</option></select>' +
          '<select name="formats" multiple><option selected>LP</option><option>CD</option><option selected>MC</option></select>' +
          '<select name="empty" multiple><option>LP</option></select>' +
          '<input type="radio" name="speed" value="33"><input type="radio" name="speed" value="45" checked><input type="radio" name="none" value="1">' +
          '<input name="tracks[]" value="one"><input name="tracks[]" value="two"><textarea name="notes">\n\ntext</textarea>',
      ),
    );
    expect(await valuesOf(page)).toEqual({
      genre: 'j',
      formats: ['LP', 'MC'],
      empty: [],
      speed: '45',
      'tracks[]': ['one', 'two'],
      notes: '\ntext',
    });
  });

  test('what is disabled, unnamed or a file is left out; the clicked button is not', async () => {
    const page = await pages.open(
      form(
        '<input value="unnamed"><input name="off" value="x" disabled><input type="checkbox" name="offbox" disabled><fieldset disabled><input name="in" value="x"></fieldset>' +
          '<input type="file" name="file"><input type="button" name="b" value="x"><button name="how" value="draft" id="draft">Draft</button><button name="how" value="final">Final</button>' +
          '<input name="__proto__" value="own"><input name="action" value="shadow">',
      ),
    );
    await page.click('#draft');
    const [sent] = await page.evaluate(() => globalThis.test.sent.map((message) => JSON.stringify(message)));
    expect(sent).toBe(
      '{"Song.create":{"how":"draft","__proto__":"own","action":"shadow"},"$id":1,"$form":1}',
    );
  });

  test('a button may name an action of its own', async () => {
    const page = await pages.open(form('<button id="other" formaction="Song.show">Preview</button>'));
    await page.click('#other');
    expect((await sentBy(page)).map((message) => Object.keys(message)[0])).toEqual(['Song.show']);
  });

  test('a form whose action is an address is left to the browser', async () => {
    const page = await pages.open(songForm.replace('Song.create', '/Song.nothing'));
    await Promise.all([page.waitForURL('**/Song.nothing?**'), page.click('#save')]);
  });

  test('a form that names an action which a controller does not have is an error, and the page stays', async () => {
    const page = await pages.open(songForm.replace('Song.create', 'Song.nothing'));
    await page.click('#save');
    expect(await errorsOn(page)).toEqual(['No action "Song.nothing", which a form calls']);
    expect(await page.inputValue('#song_title')).toBe('Blue');
    expect(await sentBy(page)).toEqual([]);
  });
});

describe('before sending', () => {
  test('what the browser can check is checked, and novalidate honoured', async () => {
    const required = '<input id="t" name="title" required>';
    const page = await pages.open(form(required));
    await page.click('#save');
    expect(await sentBy(page)).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('t');
    await page.evaluate(() =>
      document
        .querySelector('form')
        ?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true })),
    );
    expect(await sentBy(page)).toEqual([]);
    await show(page, form(required, 'novalidate'));
    await page.click('#save');
    expect(await sentBy(page)).toHaveLength(1);
  });

  test('a form is not sent again while it is under way', async () => {
    const page = await pages.open(songForm);
    await page.click('#save');
    expect(await page.isDisabled('#save')).toBe(true);
    expect(await page.getAttribute('form', 'aria-busy')).toBe('true');
    await page.press('#song_artist', 'Enter');
    await page.evaluate(() => document.querySelector('form')?.requestSubmit());
    expect(await sentBy(page)).toHaveLength(1);
    await reply(page);
    await page.waitForSelector('form:not([aria-busy])');
    expect(await page.isDisabled('#save')).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('song_artist');
    await page.click('#save');
    expect(await sentBy(page)).toHaveLength(2);
  });

  test('the button that was pressed has the focus again afterwards', async () => {
    const page = await pages.open(songForm);
    await page.focus('#save');
    await page.keyboard.press('Enter');
    await reply(page);
    await page.waitForSelector('form:not([aria-busy])');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('save');
  });
});

describe('what the server finds wrong', () => {
  test('stands beside its field, connected to it, and the first such field has the focus', async () => {
    const page = await pages.open(songForm);
    await page.fill('#song_title', 'Typed');
    await page.click('#save');
    await reply(
      page,
      invalid(
        { path: ['song', 'artist'], message: 'is required' },
        { path: ['song', 'title'], message: 'is <taken>' },
      ),
    );
    await page.waitForSelector('#song_title_error:not([hidden])');
    expect(await page.textContent('#song_title_error')).toBe('is <taken>');
    expect(await page.textContent('#song_artist_error')).toBe('is required');
    expect(await page.getAttribute('#song_title', 'aria-invalid')).toBe('true');
    expect(await page.getAttribute('#song_title', 'aria-describedby')).toBe('hint song_title_error');
    expect(await page.getAttribute('#song_artist', 'aria-describedby')).toBe('song_artist_error');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('song_title');
    expect(await page.inputValue('#song_title')).toBe('Typed');
    expect(await page.locator('[role=alert]').count()).toBe(0);
    expect(await errorsOn(page)).toEqual([]);
    expect(await violationsOn(page)).toEqual([]);
  });

  test('goes away when the field is corrected, and all of it with the next attempt', async () => {
    const page = await pages.open(songForm);
    await page.click('#save');
    await reply(
      page,
      invalid(
        { path: ['song', 'title'], message: 'one' },
        { path: ['song', 'artist'], message: 'two' },
        { path: [], message: 'three' },
      ),
    );
    await page.waitForSelector('[role=alert]');
    await page.type('#song_title', 'x');
    expect(await page.textContent('#song_title_error')).toBe('');
    expect(await page.isHidden('#song_title_error')).toBe(true);
    expect(await page.getAttribute('#song_title', 'aria-invalid')).toBeNull();
    expect(await page.getAttribute('#song_title', 'aria-describedby')).toBe('hint');
    expect(await page.textContent('#song_artist_error')).toBe('two');
    await page.click('#save');
    expect(await page.textContent('form')).not.toMatch(/two|three/);
    expect(await page.locator('[aria-invalid]').count()).toBe(0);
  });

  test('and belongs to no visible field, or is another error, stands in the form as an alert', async () => {
    const page = await pages.open(form('<input type="hidden" name="id" value="1"><input name="title">'));
    await page.click('#save');
    await reply(page, invalid({ path: ['id'], message: 'is gone' }, { path: ['other'], message: 'is odd' }));
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toBe('is gone. other: is odd');
    await page.click('#save');
    await reply(page, { error: { code: 'conflict', message: 'Someone was faster', retryable: false } });
    await page.waitForSelector('text=Someone was faster');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    expect(await errorsOn(page)).toEqual([]);
  });

  test('is found by name in lists, radio groups and wrapped boxes', async () => {
    const page = await pages.open(
      form(
        '<input name="tracks[]" id="t0"><input name="tracks[]" id="t1">' +
          '<input name="items[0][name]" id="i0"><input type="radio" name="speed" value="33" id="r0"><input type="radio" name="speed" value="45" id="r1">' +
          '<label id="wrap"><input type="checkbox" name="terms" id="terms">I agree</label>',
      ),
    );
    await page.click('#save');
    await reply(
      page,
      invalid(
        { path: ['tracks', 1], message: 'a' },
        { path: ['items', 0, 'name'], message: 'b' },
        { path: ['speed'], message: 'c' },
        { path: ['terms'], message: 'd' },
      ),
    );
    await page.waitForSelector('#terms_error');
    expect(
      await page.locator('[aria-invalid=true]').evaluateAll((fields) => fields.map(({ id }) => id)),
    ).toEqual(['t1', 'i0', 'r0', 'terms']);
    expect(await page.evaluate(() => document.querySelector('#wrap')?.nextElementSibling?.id)).toBe(
      'terms_error',
    );
  });

  test('survives a rendering of the same form, and not one of another', async () => {
    const page = await pages.open(songForm);
    await page.fill('#song_artist', 'Typed');
    await page.click('#save');
    await reply(
      page,
      invalid(
        { path: ['song', 'title'], message: 'is taken' },
        { path: ['song', 'artist'], message: 'is odd' },
        { path: [], message: 'In general' },
      ),
    );
    await page.waitForSelector('[role=alert]');
    await show(page, `<p>News</p>${songForm}`);
    expect(await page.textContent('#song_title_error')).toBe('is taken');
    expect(await page.isVisible('#song_title_error')).toBe(true);
    expect(await page.textContent('#song_artist_error')).toBe('is odd');
    expect(await page.textContent('[role=alert]')).toBe('In general');
    expect(await page.getAttribute('#song_title', 'aria-describedby')).toBe('hint song_title_error');
    expect(await page.inputValue('#song_artist')).toBe('Typed');
    await show(page, songForm.replace('<button', '<input type="hidden" name="song[id]" value="2"><button'));
    expect(await page.textContent('form')).not.toMatch(/is taken|is odd|In general/);
    expect(await page.locator('[aria-invalid]').count()).toBe(0);
    expect(await page.inputValue('#song_artist')).toBe('');
  });

  test('about a form that has gone is an error event', async () => {
    const page = await pages.open(songForm);
    await page.click('#save');
    await show(page, '<p>Elsewhere</p>');
    await reply(page, { error: { code: 'conflict', message: 'Someone was faster', retryable: false } });
    await page.waitForFunction(() => globalThis.test.errors.length > 0);
    expect(await errorsOn(page)).toEqual(['Someone was faster']);
  });
});

describe('what was sent', () => {
  test('is replaced by what the server renders in answer', async () => {
    const page = await pages.open(songForm);
    await page.fill('#song_artist', 'Joni');
    await page.click('#save');
    await show(page, songForm);
    await reply(page);
    expect(await page.inputValue('#song_artist')).toBe('');
  });

  test('comes back when the call fails after such a rendering', async () => {
    const page = await pages.open(songForm);
    await page.fill('#song_artist', 'Joni');
    await page.click('#save');
    await show(page, songForm);
    await reply(page, invalid({ path: ['song', 'title'], message: 'is taken' }));
    await page.waitForSelector('#song_title_error:not([hidden])');
    expect(await page.inputValue('#song_artist')).toBe('Joni');
    await show(page, songForm);
    expect(await page.inputValue('#song_artist')).toBe('Joni');
  });

  test('may be typed on meanwhile', async () => {
    const page = await pages.open(songForm);
    await page.fill('#song_artist', 'Joni');
    await page.click('#save');
    await page.fill('#song_artist', 'Joni M');
    await show(page, songForm);
    expect(await page.inputValue('#song_artist')).toBe('Joni M');
    await reply(page, invalid({ path: ['song', 'title'], message: 'is taken' }));
    await page.waitForSelector('#song_title_error:not([hidden])');
    expect(await page.inputValue('#song_artist')).toBe('Joni M');
  });
});
