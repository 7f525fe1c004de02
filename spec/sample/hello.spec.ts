import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { launchChromium } from '../support/chromium.js';
import { repository } from '../support/repository.js';
import { startServer } from '../support/server-process.js';
import { hasFocus, visit } from './visitor.js';

test('the server says hello to whoever types a name, and to nobody else', async () => {
  const [server, browser] = await Promise.all([
    startServer({ cwd: join(repository, 'sample/hello') }),
    launchChromium(),
  ]);
  try {
    const ann = await visit(browser, server.url);
    const ben = await visit(browser, server.url);
    const name = ann.page.getByLabel('Your name');
    await name.fill('Ann <3');
    await ann.page.getByRole('button', { name: 'Say hello' }).click();
    await ann.page.getByRole('status').getByText('O hai, Ann <3!').waitFor();

    await ben.page.getByLabel('Your name').fill('Ben');
    await ben.page.keyboard.press('Enter');
    await ben.page.getByRole('status').getByText('O hai, Ben!').waitFor();
    expect(await ann.page.getByRole('status').textContent()).toBe('O hai, Ann <3!');

    // An empty name never leaves the browser.
    await name.fill('');
    await ann.page.getByRole('button', { name: 'Say hello' }).click();
    expect(await hasFocus(name)).toBe(true);
    expect([...ann.complaints, ...ben.complaints]).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
  }
}, 60_000);
