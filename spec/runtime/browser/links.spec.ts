import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { errorsOn, reply, sentBy, show, TestPages, violationsOn } from './test-pages.js';

let pages: TestPages;
beforeAll(async () => {
  pages = await TestPages.start();
}, 60_000);
afterAll(() => pages.stop());

const link = (target: unknown, text = 'Go', attrs = 'id="go"') =>
  `<a href="#" ${attrs} data-rocket-call="${JSON.stringify(target).replaceAll('"', '&quot;')}">${text}</a>`;

test('a click calls the action, marks the link busy and follows no address', async () => {
  const page = await pages.open(link({ 'Song.show': { id: '7"&<' } }));
  await page.click('#go');
  expect(await sentBy(page)).toEqual([{ 'Song.show': { id: '7"&<' }, $id: 1 }]);
  expect(await page.getAttribute('#go', 'aria-busy')).toBe('true');
  expect(new URL(page.url()).hash).toBe('');
  await reply(page);
  await page.waitForSelector('#go:not([aria-busy])');
  expect(await violationsOn(page)).toEqual([]);
});

test('what linkTo writes can be clicked', async () => {
  const page = await pages.open();
  await show(
    page,
    await page.evaluate(() => globalThis.test.linkTo('A & B', { 'Song.show': { id: `"'<&` } }, { id: 'go' })),
  );
  await page.click('text=A & B');
  expect(await sentBy(page)).toEqual([{ 'Song.show': { id: `"'<&` }, $id: 1 }]);
});

test.each([
  ['a name in JSON', '&quot;Song.index&quot;'],
  ['a bare name', 'Song.index'],
])('%s is a call without arguments', async (_name, text) => {
  const page = await pages.open(`<button id="go" data-rocket-call="${text}">Go</button>`);
  await page.click('#go');
  expect(await sentBy(page)).toEqual([{ 'Song.index': '', $id: 1 }]);
});

test('Enter on a link and Space on a button work', async () => {
  const page = await pages.open(
    `${link('Song.index')}<button id="b" data-rocket-call="Song.show">Go</button>`,
  );
  await page.focus('#go');
  await page.keyboard.press('Enter');
  await page.focus('#b');
  await page.keyboard.press('Space');
  expect((await sentBy(page)).flatMap(Object.keys)).toEqual(['Song.index', '$id', 'Song.show', '$id']);
});

test('several calls run one after another', async () => {
  const page = await pages.open(link({ 'Song.show': { id: 1 }, 'Song.index': '' }));
  await page.click('#go');
  expect(await sentBy(page)).toHaveLength(1);
  await reply(page);
  await page.waitForFunction(() => globalThis.test.sent.length === 2);
  expect((await sentBy(page))[1]).toEqual({ 'Song.index': '', $id: 2 });
});

test('a click inside an SVG or an open shadow tree counts', async () => {
  const page = await pages.open(
    link('Song.index', '<svg width="40" height="40"><path id="path" d="M0 0H40V40H0Z"/></svg>') +
      '<div id="host"></div>',
  );
  await page.click('#path');
  await page.evaluate(() => {
    const button = document.createElement('button');
    button.dataset.rocketCall = 'Song.show';
    button.textContent = 'in the shadow';
    document.querySelector('#host')?.attachShadow({ mode: 'open' }).append(button);
  });
  await page.click('text=in the shadow');
  expect((await sentBy(page)).map((message) => Object.keys(message)[0])).toEqual(['Song.index', 'Song.show']);
});

test.each(['ControlOrMeta', 'Shift', 'Alt'] as const)(
  'a click with %s is left to the browser',
  async (key) => {
    const page = await pages.open(link('Song.index'));
    await page.evaluate(() => {
      // After the client's listener: what it left alone must not open windows here.
      window.addEventListener('click', (event) => {
        Object.assign(window, { wasTaken: event.defaultPrevented });
        event.preventDefault();
      });
    });
    await page.click('#go', { modifiers: [key] });
    expect(await page.evaluate(() => (window as unknown as { wasTaken: boolean }).wasTaken)).toBe(false);
    expect(await sentBy(page)).toEqual([]);
  },
);

test('a second click while the call is under way calls nothing; a link that has become another one does', async () => {
  const page = await pages.open(link({ 'Song.show': { id: 1 } }));
  await page.dblclick('#go');
  expect(await sentBy(page)).toHaveLength(1);
  await show(page, link({ 'Song.show': { id: 2 } }));
  await page.click('#go');
  expect(await sentBy(page)).toHaveLength(2);
});

test('a disabled link calls nothing', async () => {
  const page = await pages.open(link('Song.index', 'Go', 'id="go" aria-disabled="true"'));
  await page.click('#go', { force: true });
  expect(await sentBy(page)).toEqual([]);
});

test('failures are error events: of the call, of an unknown action, of an attribute that names none', async () => {
  const page = await pages.open(
    `${link('Song.index')}${link('Song.nothing', 'Unknown', '')}<a href="#" data-rocket-call="[1]">Bad</a><a href="#" data-rocket-call="{">Worse</a>`,
  );
  await page.click('#go');
  await reply(page, { error: { code: 'not_found', message: 'No songs', retryable: false } });
  await page.click('text=Unknown');
  await page.click('text=Bad');
  await page.click('text=Worse');
  expect(await errorsOn(page)).toEqual([
    'No songs',
    'No action "Song.nothing", which a link calls',
    'data-rocket-call names no call: [1]',
    'No action "{", which a link calls',
  ]);
  expect(await sentBy(page)).toHaveLength(1);
});

test('after close, clicks are left alone', async () => {
  const page = await pages.open(link('Song.index'));
  await page.evaluate(() => globalThis.test.rocket.close());
  await page.click('#go');
  expect(new URL(page.url()).href).toMatch(/#$/);
  expect(await sentBy(page)).toEqual([]);
});

test.each(['online', 'visibilitychange'] as const)('%s ends the wait for a reconnect', async (event) => {
  const page = await pages.open();
  const dialled = await page.evaluate(async (name) => {
    globalThis.test.hangUp();
    const before = globalThis.test.dialled();
    (name === 'online' ? window : document).dispatchEvent(new Event(name));
    // Promises only: no timer fires between them.
    for (let turn = 0; turn < 20; turn += 1) await undefined;
    return globalThis.test.dialled() - before;
  }, event);
  expect(dialled).toBe(1);
  await page.waitForFunction(() => globalThis.test.rocket.state === 'open');
});

test('online moves an open connection to a second socket', async () => {
  const page = await pages.open();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.waitForFunction(() => globalThis.test.dialled() === 2);
  expect(await page.evaluate(() => globalThis.test.rocket.state)).toBe('open');
});
