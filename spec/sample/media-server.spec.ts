import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchChromium } from '../support/chromium.js';
import { repository } from '../support/repository.js';
import { type ServerProcess, startServer } from '../support/server-process.js';
import { SongPages } from './song-pages.js';
import { forgive, hasFocus, tabTo, type Visitor, visit } from './visitor.js';

jest.setTimeout(60_000);

let folder: string;
let server: ServerProcess;
let browser: Browser;
let visitors: Visitor[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-server-'));
  [server, browser] = await Promise.all([
    startServer({
      cwd: join(repository, 'sample/media-server'),
      env: { DATABASE_FILE: join(folder, 'songs.sqlite') },
    }),
    launchChromium(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  const complaints = visitors.flatMap((visitor) => visitor.complaints);
  await Promise.all(visitors.map(({ page }) => page.context().close()));
  visitors = [];
  expect(complaints).toEqual([]);
});

async function open(address = '', options?: BrowserContextOptions): Promise<SongPages> {
  const visitor = await visit(browser, `${server.url}/${address}`, options);
  visitors.push(visitor);
  const pages = new SongPages(visitor.page);
  await visitor.page.locator('#content h1').waitFor();
  return pages;
}

describe('one window', () => {
  test('shows a library that is not empty, and that it is connected', async () => {
    const ann = await open();
    await ann.heading('Songs').waitFor();
    await ann.see('Live');
    expect(await ann.titles()).toEqual(expect.arrayContaining(['Clair de lune', 'Maple Leaf Rag']));
    expect(await ann.page.title()).toBe('Songs · Listening Room');
  });

  test('is served under a policy that lets no inline script, style or unchecked markup through', async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get('content-security-policy')?.split('; ') ?? [];
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "require-trusted-types-for 'script'",
        'trusted-types rocket',
      ]),
    );
  });

  test('creates, shows, edits and deletes a song, and says so each time', async () => {
    const ann = await open();
    await ann.add('Träumerei', 'Robert Schumann', '1838');
    await ann.flash.getByText('“Träumerei” is in the library.').waitFor();
    await ann.see('1838');

    await ann.link('Edit').click();
    await ann.heading('Edit song').waitFor();
    expect(await ann.field('Artist').inputValue()).toBe('Robert Schumann');
    await ann.field('Title').fill('Träumerei, op. 15');
    await ann.button('Save').click();
    await ann.heading('Träumerei, op. 15').waitFor();
    await ann.flash.getByText('“Träumerei, op. 15” was saved.').waitFor();

    await ann.delete();
    await ann.flash.getByText('“Träumerei, op. 15” was deleted.').waitFor();
    expect(await ann.titles()).not.toContain('Träumerei, op. 15');
  });

  test('asks before it deletes, and Escape means no', async () => {
    const ann = await open();
    await ann.openSong('Vltava');
    await ann.button('Delete…').click();
    await ann.see('Delete “Vltava”?');
    expect(await hasFocus(ann.button('Keep it'))).toBe(true);
    await ann.page.keyboard.press('Escape');
    await ann.button('Delete for everyone').waitFor({ state: 'hidden' });
    expect(await hasFocus(ann.button('Delete…'))).toBe(true);
    await ann.openList();
    expect(await ann.titles()).toContain('Vltava');
  });

  test('shows every mistake beside its field and moves to the first', async () => {
    const ann = await open('#/songs/new');
    await ann.field('Title').fill('   ');
    await ann.field('Artist').fill('x'.repeat(123));
    await ann.field('Year (optional)').fill('soon');
    await ann.button('Save').click();
    await ann.see('must be a number');
    await ann.field('Year (optional)').fill('99');
    await ann.button('Save').click();

    await ann.see('Give the song a title');
    const mistakes = [
      ['Title', 'Give the song a title'],
      ['Artist', 'Is 3 too long: at most 120 characters fit'],
      ['Year (optional)', 'Give a year from 1000 to 2100, or leave it empty'],
    ] as const;
    for (const [label, message] of mistakes) {
      const field = ann.field(label);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      const beside = await field.getAttribute('aria-describedby');
      expect(await ann.page.locator(`#${beside}`).textContent()).toBe(message);
    }
    expect(await hasFocus(ann.field('Title'))).toBe(true);
    expect(await ann.field('Artist').inputValue()).toBe('x'.repeat(123));

    await ann.field('Title').fill('A title');
    expect(await ann.field('Title').getAttribute('aria-invalid')).toBeNull();
  });

  test('refuses the same song twice', async () => {
    const ann = await open('#/songs/new');
    await ann.field('Title').fill('Clair de lune');
    await ann.field('Artist').fill('Claude Debussy');
    await ann.button('Save').click();
    await ann.see('“Clair de lune” by Claude Debussy is already in the library');
    expect(await hasFocus(ann.field('Title'))).toBe(true);
  });

  test('shows markup in a title as text', async () => {
    const ann = await open();
    const title = '<img src=x onerror=alert(1)> & "more"';
    await ann.add(title, '<b>nobody</b>');
    expect(await ann.page.locator('#content img').count()).toBe(0);
    await ann.delete();
  });

  test('tells what it is on the About page', async () => {
    const ann = await open();
    await ann.link('About').click();
    await ann.heading('About').waitFor();
    await ann.see('SQLite');
    expect(await ann.link('About').getAttribute('aria-current')).toBe('page');
    await ann.link('Listening Room').click();
    await ann.heading('Songs').waitFor();
  });

  test('has an address for each page: reload, Back and Forward work', async () => {
    const ann = await open();
    await ann.openForm('Greensleeves');
    const address = ann.page.url();
    await ann.page.reload();
    await ann.heading('Edit song').waitFor();
    expect(ann.page.url()).toBe(address);
    expect(await ann.field('Title').inputValue()).toBe('Greensleeves');

    await ann.page.goBack();
    await ann.heading('Greensleeves').waitFor();
    await ann.page.goBack();
    await ann.heading('Songs').waitFor();
    await ann.page.goForward();
    await ann.heading('Greensleeves').waitFor();
  });

  test('says so when an address leads nowhere', async () => {
    const ann = await open('#/songs/123456');
    await ann.heading('This page cannot be shown').waitFor();
    await ann.see('There is no such song, or it has been deleted');
    await ann.link('To all songs').click();
    await ann.heading('Songs').waitFor();
  });

  test('can be used without a mouse', async () => {
    const ann = await open();
    const { keyboard } = ann.page;
    await keyboard.press('Tab');
    expect(await hasFocus(ann.link('Skip to content'))).toBe(true);
    await keyboard.press('Enter');
    await tabTo(ann.page, ann.link('Add a song'), 1);
    await keyboard.press('Enter');
    await ann.heading('Add a song').waitFor();
    expect(await hasFocus(ann.heading('Add a song'))).toBe(true);

    await keyboard.press('Tab');
    await keyboard.type('La Mer');
    await keyboard.press('Tab');
    await keyboard.type('Claude Debussy');
    await keyboard.press('Enter');
    await ann.heading('La Mer').waitFor();
    expect(await hasFocus(ann.heading('La Mer'))).toBe(true);

    await tabTo(ann.page, ann.button('Delete…'));
    await keyboard.press('Enter');
    await tabTo(ann.page, ann.button('Delete for everyone'));
    await keyboard.press('Space');
    await ann.heading('Songs').waitFor();
    expect(await ann.titles()).not.toContain('La Mer');
  });

  test('fits a phone: nothing to scroll sideways to', async () => {
    const ann = await open('', { viewport: { width: 320, height: 640 } });
    const isWide = () => ann.page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(await isWide()).toBe(false);
    await ann.openForm('Clair de lune');
    expect(await isWide()).toBe(false);
  });
});

describe('two windows', () => {
  test('the list of one shows what the other creates, edits and deletes', async () => {
    const [ann, ben] = await Promise.all([open(), open()]);
    await ann.add('An der schönen blauen Donau', 'Johann Strauss', '1866');
    await ben.link('An der schönen blauen Donau').waitFor();
    expect(await ben.titles()).toEqual([...(await ben.titles())].sort((a, b) => a.localeCompare(b)));

    await ann.link('Edit').click();
    await ann.field('Title').fill('The Blue Danube');
    await ann.button('Save').click();
    await ben.link('The Blue Danube').waitFor();
    expect(await ben.titles()).not.toContain('An der schönen blauen Donau');

    await ann.heading('The Blue Danube').waitFor();
    await ann.delete();
    await ben.link('The Blue Danube').waitFor({ state: 'detached' });
  });

  test('news of songs do not disturb who reads another page', async () => {
    const [ann, ben] = await Promise.all([open(), open('#/about')]);
    await ben.page.evaluate(recordHeadings);
    await ann.add('Ungarischer Tanz', 'Johannes Brahms');
    await ann.link('Edit').click();
    await ann.field('Year (optional)').fill('1869');
    await ann.button('Save').click();
    await ann.see('1869');
    await ann.delete();
    // The answer to this comes after the news: by then they were handled.
    await ben.link('About').click();
    await ben.page.waitForFunction('headings.length > 0');
    expect(new Set(await ben.page.evaluate<string[]>('headings'))).toEqual(new Set(['About']));
  });

  test('the page of a song follows it, up to its end', async () => {
    const ann = await open();
    await ann.add('Asturias', 'Isaac Albéniz');
    const ben = await open();
    await ben.openSong('Asturias');

    await ann.link('Edit').click();
    await ann.field('Year (optional)').fill('1892');
    await ann.button('Save').click();
    await ben.see('1892');

    await ann.heading('Asturias').waitFor();
    await ann.delete();
    await ben.heading('“Asturias” is gone').waitFor();
  });

  test('what somebody is typing stays, whatever others do', async () => {
    const ann = await open();
    await ann.add('Aquarium', 'Camille Saint-Saëns', '1886');
    const ben = await open();
    await ben.openForm('Aquarium');
    await ben.field('Title').pressSequentially(', from The Carnival');

    await ann.link('Edit').click();
    await ann.field('Artist').fill('Saint-Saëns');
    await ann.button('Save').click();
    await ben.see('Somebody else has saved this song');
    await ben.see('It now reads “Aquarium” by Saint-Saëns, 1886.');
    expect(await ben.field('Title').inputValue()).toContain(', from The Carnival');
    expect(await hasFocus(ben.field('Title'))).toBe(true);

    await ann.heading('Aquarium').waitFor();
    await ann.delete();
    await ben.see('Somebody else has deleted “Aquarium”');
    await ben.button('Save as a new song').click();
    await ben.flash.getByText('is in the library').waitFor();
    await ben.delete();
  });

  test('of two people who edit the same song, the second is told and decides', async () => {
    const ann = await open();
    await ann.add('Nocturne', 'Field');
    const ben = await open();
    await ben.openForm('Nocturne');
    await ben.field('Artist').fill('Chopin');
    await ann.link('Edit').click();
    await ann.field('Artist').fill('John Field');
    await ann.button('Save').click();
    await ann.heading('Nocturne').waitFor();

    await ben.see('Somebody else has saved this song');
    await ben.field('Artist').press('Enter');
    await ben.page.getByRole('alert').getByText('Not saved yet').waitFor();
    expect(await ben.field('Artist').inputValue()).toBe('Chopin');
    await ann.see('John Field');

    await ben.button('Take theirs').click();
    await ben.button('Take theirs').waitFor({ state: 'detached' });
    expect(await ben.field('Artist').inputValue()).toBe('John Field');

    await ben.field('Artist').fill('Frédéric Chopin');
    await ann.link('Edit').click();
    await ann.field('Year (optional)').fill('1812');
    await ann.button('Save').click();
    await ben.button('Save mine over it').click();
    await ben.flash.getByText('“Nocturne” was saved.').waitFor();
    await ann.see('Frédéric Chopin');
    await ben.delete();
  });

  test('both come back when the server restarts, and go on; a form keeps what was typed', async () => {
    const [ann, ben] = await Promise.all([open(), open()]);
    await ben.openForm('St. Louis Blues');
    await ben.field('Year (optional)').fill('1913');

    await server.stop();
    await Promise.all([ann.see('Reconnecting…'), ben.see('Reconnecting…')]);
    await server.restart();
    await Promise.all([ann.see('Live'), ben.see('Live')]);

    expect(await ben.field('Year (optional)').inputValue()).toBe('1913');
    await ben.button('Save').click();
    await ben.flash.getByText('“St. Louis Blues” was saved.').waitFor();
    await ann.page.locator('.card', { hasText: 'St. Louis Blues' }).getByText('1913').waitFor();

    // What somebody asks for meanwhile is what they get, not the page they left.
    await server.stop();
    await ann.see('Reconnecting…');
    await ann.link('Vltava').click();
    await server.restart();
    await ann.heading('Vltava').waitFor();
    await ann.see('Live');
    await ann.link('About').click();
    await ann.heading('About').waitFor();
    await ann.page.goBack();
    await ann.heading('Vltava').waitFor();

    // A browser itself writes each failed attempt to the console.
    for (const visitor of visitors) forgive(visitor, /WebSocket connection to .* failed/);
  });
});

/** Runs in the page: what its heading is after each time that something is drawn. */
const recordHeadings = `
  globalThis.headings = [];
  const content = document.querySelector('#content');
  const record = () => headings.push(content.querySelector('h1').textContent);
  new MutationObserver(record).observe(content, { childList: true, subtree: true });
`;
