import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.js';
import { fixtureApp } from '../../support/fixture-app.js';
import { repository } from '../../support/repository.js';
import type { KeptPage } from './page/session-entry.js';
import { ResumingServer } from './resuming-server.js';
import { bundle } from './test-pages.js';

declare global {
  /** What `page/session-entry.ts` put there. Named in functions that `page.evaluate` takes to the browser. */
  var kept: KeptPage;
}

let browser: Browser;
let script: string;
let server: ResumingServer;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  script = await bundle(join(repository, 'spec/runtime/browser/page/session-entry.ts'));
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());

beforeEach(async () => {
  server = await ResumingServer.start(script);
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await server.stop();
});

async function isOpen(at = page): Promise<void> {
  await at.waitForFunction(() => globalThis.kept?.log.includes('drawn'));
}

async function open(path = ''): Promise<void> {
  await page.goto(server.url + path);
  await isOpen();
}

const log = (at = page) => at.evaluate(() => globalThis.kept.log);
const stored = (at = page) => at.evaluate(() => globalThis.kept.stored());

test('a reload goes on with the session: the page draws itself, misses nothing and numbers its calls on', async () => {
  await open();
  await page.evaluate(() => globalThis.kept.save());
  server.transmit('s1', { 'App.note': 'one' });
  await page.waitForFunction(() => globalThis.kept.log.includes('note one'));
  await page.goto(`${server.url}elsewhere`);
  server.transmit('s1', { 'App.note': 'two' });
  await open();
  await page.waitForFunction(() => globalThis.kept.log.includes('note two'));
  expect(await log()).toEqual(['resumed', 'drawn', 'note two']);
  expect(server.hellos[1]?.resume).toEqual({
    session: 's1',
    secret: 'secret of s1',
    seen: { '': ['g', 1] },
    left: {},
    pending: [],
  });
  await page.evaluate(() => globalThis.kept.save());
  expect(server.calls.map(({ $id }) => $id)).toEqual([1, 2]);
  await page.reload();
  await isOpen();
  expect(await log()).toEqual(['resumed', 'drawn']);
  expect(server.ids).toEqual(['s1']);
});

test('a controller that calls when it is made has a call of the session that goes on', async () => {
  await open('?eager');
  await page.reload();
  await isOpen();
  expect(await log()).toEqual(['resumed', 'drawn']);
  expect(server.calls.map(({ $id }) => $id)).toEqual([1, 2]);
});

test('a reload goes on with the session of a whole server, too', async () => {
  const fixture = await fixtureApp('songs');
  try {
    const app = fixture.app({ origins: [new URL(server.url).origin] });
    const address = `${(await app.listen()).replace(/\/$/, '').replace('http', 'ws')}/rocket`;
    const sayToAll = () =>
      app.transmitter.toEveryone().transmit({ 'Song.changed': { song: { id: '1' } } } as never);
    await open(`#${address}`);
    await sayToAll();
    await page.waitForFunction(() => globalThis.kept.log.includes('changed'));
    await page.goto(`${server.url}elsewhere`);
    await sayToAll();
    await sayToAll();
    await open(`#${address}`);
    await page.waitForFunction(() => globalThis.kept.log.filter((line) => line === 'changed').length === 2);
    expect(await log()).toEqual(['resumed', 'drawn', 'changed', 'changed']);
  } finally {
    await fixture.dispose();
  }
}, 60_000);

test('a duplicated tab, which has a copy of the storage, has a session of its own', async () => {
  await open();
  // So that there was an entry, which must be gone when the copy is made.
  await page.reload();
  await isOpen();
  await page.evaluate(() => sessionStorage.setItem('of the app', 'copied'));
  const [copy] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate(() => void window.open(location.href)),
  ]);
  await isOpen(copy);
  expect(await copy.evaluate(() => sessionStorage.getItem('of the app'))).toBe('copied');
  expect(await log(copy)).toEqual(['new', 'drawn']);
  expect(await log()).toEqual(['resumed', 'drawn']);
  await copy.reload();
  await isOpen(copy);
  await page.reload();
  await isOpen();
  expect(server.hellos.map(({ resume }) => resume?.session)).toEqual([
    undefined,
    's1',
    undefined,
    's2',
    's1',
  ]);
});

test('the entry is there only while no page of the tab is', async () => {
  await open();
  expect(await stored()).toEqual([]);
  await page.goto(`${server.url}elsewhere`);
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([
    `rocket ${server.url.replace('http', 'ws')}rocket`,
  ]);
  await page.goBack();
  await isOpen();
  expect(await stored()).toEqual([]);
  expect(await log()).toEqual(['resumed', 'drawn']);
});

test('a page that the browser kept and shows again takes the entry back, and reconnects at once', async () => {
  await open();
  await page.evaluate(() => {
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    const { rocket, log } = globalThis.kept;
    rocket.on('disconnect', () => {
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      log.push(rocket.state);
    });
  });
  expect(await stored()).toHaveLength(1);
  server.cut('s1');
  await page.waitForFunction(() => globalThis.kept.log.includes('resumed'));
  expect(await stored()).toEqual([]);
  expect(await log()).toEqual(['new', 'drawn', 'lost 1006', 'connecting', 'resumed']);
});

test('keepSession: false keeps nothing', async () => {
  await open('?forget');
  await page.reload();
  await isOpen();
  expect(await log()).toEqual(['new', 'drawn']);
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
});

test('a client that was closed keeps nothing', async () => {
  await open();
  await page.evaluate(() => globalThis.kept.rocket.close());
  await page.reload();
  await isOpen();
  expect(await log()).toEqual(['new', 'drawn']);
});

test('a storage that is forbidden or full is no error', async () => {
  await context.addInitScript(() => {
    for (const name of ['getItem', 'setItem', 'removeItem'] as const) {
      Storage.prototype[name] = () => {
        throw new DOMException('No storage', 'SecurityError');
      };
    }
  });
  await open();
  await page.reload();
  await isOpen();
  expect(await log()).toEqual(['new', 'drawn']);
});

test.each([
  'nonsense{',
  'null',
  '[]',
  '{"session":"s1"}',
  '{"session":"s1","secret":"x","seen":{"":[1,2]},"left":{},"lastCall":1}',
])('an entry that is none, %s, is let go', async (entry) => {
  await page.goto(`${server.url}elsewhere`);
  await page.evaluate(
    ([key, value]) => sessionStorage.setItem(key as string, value as string),
    [`rocket ${server.url.replace('http', 'ws')}rocket`, entry],
  );
  await open();
  expect(await log()).toEqual(['new', 'drawn']);
  expect(server.hellos[0]?.resume).toBeUndefined();
  expect(await stored()).toEqual([]);
});
