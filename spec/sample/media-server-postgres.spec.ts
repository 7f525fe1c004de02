import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { launchChromium } from '../support/chromium.js';
import { startPostgres } from '../support/postgres.js';
import { repository } from '../support/repository.js';
import { startServer } from '../support/server-process.js';
import { SongPages } from './song-pages.js';
import { visit } from './visitor.js';

test('the media server keeps its songs in PostgreSQL where DATABASE_URL says so', async () => {
  const postgres = await startPostgres();
  const server = await startServer({
    cwd: join(repository, 'sample/media-server'),
    env: { DATABASE_URL: postgres.url },
  });
  const browser = await launchChromium();
  try {
    const { page, complaints } = await visit(browser, server.url);
    const ann = new SongPages(page);
    await ann.heading('Songs').waitFor();
    expect(await ann.titles()).toContain('Clair de lune');

    await ann.add('Träumerei', 'Robert Schumann', '1838');
    await ann.link('Edit').click();
    await ann.field('Year (optional)').fill('');
    await ann.button('Save').click();
    await ann.flash.getByText('“Träumerei” was saved.').waitFor();
    await ann.see('None yet');
    expect(await page.getByText('1838').count()).toBe(0);

    await ann.openList();
    await ann.link('Add a song').click();
    await ann.field('Title').fill('Träumerei');
    await ann.field('Artist').fill('Robert Schumann');
    await ann.button('Save').click();
    await ann.see('“Träumerei” by Robert Schumann is already in the library');

    await ann.openList();
    await ann.openSong('Träumerei');
    await ann.delete();
    await ann.link('About').click();
    await ann.see('PostgreSQL');
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
    await postgres.stop();
  }
}, 120_000);
