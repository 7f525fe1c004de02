import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { errorsOn, show, TestPages, violationsOn } from './test-pages.js';

let pages: TestPages;
beforeAll(async () => {
  pages = await TestPages.start();
}, 60_000);
afterAll(() => pages.stop());

const form = (title: string, more = '') =>
  `<form id="song" action="Song.create">${more}
    <input type="hidden" name="song[id]" value="1">
    <input id="song_title" name="song[title]" value="${title}">
    <textarea id="song_notes" name="song[notes]">${title}</textarea>
    <input id="song_live" type="checkbox" name="song[live]">
    <select id="song_genre" name="song[genre]"><option>Folk</option><option>Jazz</option><option>Soul</option></select>
  </form>`;

test('puts markup on the page without a violation of the strict policy', async () => {
  const page = await pages.open(
    '<h1>Songs</h1><svg><path d="M0 0"/></svg><table><tr><td>Blue</td></tr></table>',
  );
  expect(await page.locator('#app h1').textContent()).toBe('Songs');
  expect(await page.locator('#app td').textContent()).toBe('Blue');
  expect(await violationsOn(page)).toEqual([]);
  expect(await errorsOn(page)).toEqual([]);
});

test('the policy does bite: markup that goes round render is refused', async () => {
  const page = await pages.open();
  const refused = await page.evaluate(() => {
    try {
      document.body.innerHTML = '<b>raw</b>';
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toBe(true);
  await page.waitForFunction(() => globalThis.test.violations.length > 0);
});

test('keeps elements that stay, with focus, selection and scroll position', async () => {
  const page = await pages.open(`<p>one</p>${form('Blue')}`);
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('#song_title');
    input?.focus();
    input?.setSelectionRange(1, 3);
    Object.assign(window, { before: input });
  });
  await show(page, `<h1>New</h1><p>two</p>${form('Blue')}<footer>end</footer>`);
  const after = await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('#song_title');
    return {
      isSame: input === (window as unknown as { before: unknown }).before,
      hasFocus: document.activeElement === input,
      selection: [input?.selectionStart, input?.selectionEnd],
    };
  });
  expect(after).toEqual({ isSame: true, hasFocus: true, selection: [1, 3] });
});

test('keeps what a person has typed, in the field with the focus and in others, and updates the rest', async () => {
  const page = await pages.open(form('Blue'));
  await page.fill('#song_title', 'My title');
  await page.check('#song_live');
  await page.selectOption('#song_genre', 'Soul');
  await page.focus('#song_live');
  await show(page, form('Green', '<p>Someone changed it</p>'));
  expect(await page.inputValue('#song_title')).toBe('My title');
  expect(await page.isChecked('#song_live')).toBe(true);
  expect(await page.inputValue('#song_genre')).toBe('Soul');
  expect(await page.inputValue('#song_notes')).toBe('Green');
  await page.evaluate(() => document.querySelector('form')?.reset());
  expect(await page.inputValue('#song_title')).toBe('Green');
});

test('keeps what was typed into a text area', async () => {
  const page = await pages.open(form('Blue'));
  await page.fill('#song_notes', 'Long\ntext');
  await show(page, form('Green'));
  expect(await page.inputValue('#song_notes')).toBe('Long\ntext');
});

test.each([
  ['another record', 'value="2"'],
  ['another version', 'value="1"><input type="hidden" name="song[version]" value="3"'],
])('a form for %s does not inherit what was typed', async (_name, hidden) => {
  const page = await pages.open(form('Blue'));
  await page.fill('#song_title', 'My title');
  await page.fill('#song_notes', 'Mine');
  await page.check('#song_live');
  await page.selectOption('#song_genre', 'Soul');
  await show(page, form('Green').replace('value="1"', hidden));
  expect(await page.inputValue('#song_title')).toBe('Green');
  expect(await page.inputValue('#song_notes')).toBe('Green');
  expect(await page.isChecked('#song_live')).toBe(false);
  expect(await page.inputValue('#song_genre')).toBe('Folk');
});

test('runs no script that stands in markup', async () => {
  const page = await pages.open('<div id="a"><script id="s">window.ran = 1</script></div>');
  await show(page, '<section><div id="a"><script id="s">window.ran = 2</script></div></section>');
  await show(page, '<div id="a"><script id="s">window.ran = 3</script></div>');
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(await page.locator('#app script').count()).toBe(0);
  expect(await violationsOn(page)).toEqual([]);
});

test('an element that is not there is named', async () => {
  const page = await pages.open();
  const message = await page.evaluate(() => {
    try {
      globalThis.test.render('#nowhere', '' as never);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(message).toBe('render: no element "#nowhere" on the page; render the layout that contains it first');
});

test('two bundles on one page share the policy', async () => {
  const page = await pages.open('<h1>Both</h1>', 'two');
  expect(await page.locator('h1').textContent()).toBe('Both');
  expect(await violationsOn(page)).toEqual([]);
});
