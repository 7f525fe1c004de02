import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { sentBy, show, TestPages, violationsOn } from './test-pages.js';

let pages: TestPages;
beforeAll(async () => {
  pages = await TestPages.start();
}, 60_000);
afterAll(() => pages.stop());

const form = (attrs = '') =>
  `<form action="Song.show"><input id="title" name="song[title]" ${attrs}><input id="contact" name="song[contact]">
   <input id="year" type="number" name="song[year]"><input id="key" type="hidden" name="song[key]">
   <textarea id="note" name="song[note]"></textarea><button id="save">Save</button></form>`;

function attributesOf(page: Page, id: string): Promise<Record<string, string>> {
  return page.evaluate((name) => {
    const { attributes } = document.getElementById(name) as HTMLElement;
    return Object.fromEntries([...attributes].map((attribute) => [attribute.name, attribute.value]));
  }, id);
}

test('a form that is about to be used has what its action asks for', async () => {
  const page = await pages.open(form());
  await page.focus('#title');
  expect(await attributesOf(page, 'title')).toEqual({
    id: 'title',
    name: 'song[title]',
    required: '',
    maxlength: '5',
  });
  expect(await attributesOf(page, 'contact')).toMatchObject({ type: 'email' });
  expect(await attributesOf(page, 'year')).toMatchObject({ min: '1860', step: '1' });
  expect(await attributesOf(page, 'key')).not.toHaveProperty('required');
  expect(await attributesOf(page, 'note')).toEqual({ id: 'note', name: 'song[note]' });
  await page.click('#save');
  expect(await sentBy(page)).toEqual([]);
  await page.fill('#title', 'Blue');
  await page.click('#save');
  expect(await sentBy(page)).toHaveLength(1);
  expect(await violationsOn(page)).toEqual([]);
});

test('what the author wrote stands', async () => {
  const page = await pages.open(form('maxlength="3" type="search"'));
  await page.focus('#contact');
  expect(await attributesOf(page, 'title')).toMatchObject({ maxlength: '3', type: 'search', required: '' });
});

test('a form that was rendered anew, or is sent by code, is checked all the same', async () => {
  const page = await pages.open(form());
  await page.focus('#title');
  await show(page, form('class="new"'));
  await page.evaluate(() => {
    document
      .querySelector('form')
      ?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
  });
  expect(await sentBy(page)).toEqual([]);
  expect(await attributesOf(page, 'title')).toHaveProperty('required');
});

test('forms of other actions are left alone', async () => {
  const page = await pages.open(form().replace('Song.show', 'Song.create'));
  await page.focus('#title');
  expect(await attributesOf(page, 'title')).toEqual({ id: 'title', name: 'song[title]' });
});
