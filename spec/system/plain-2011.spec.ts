import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { RocketApp } from '../../runtime/server/index.js';
import { launchChromium } from '../support/chromium.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

/** What the browser's side of 2011 does, written anew: dial, hold back, look up by name, read forms, come back. */
const client = `
  const heard = [];
  const failures = [];
  const hear = (name) => (args) => heard.push([name, args]);
  const controllers = {
    SongController: { index: hear('index'), show: hear('show'), changed: hear('changed'), tick: hear('tick') },
  };
  addEventListener('error', ({ message }) => failures.push(message));

  let socket;
  function connect() {
    socket = new WebSocket('ws://' + location.host);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      for (const name in message) {
        const [controller, action] = name.split('.');
        const target = controllers[controller + 'Controller'];
        (action === undefined ? target : target[action])(message[name]);
      }
    };
    socket.onclose = () => setTimeout(connect, 20);
  }
  function rocket(message) {
    if (socket.readyState === 1) socket.send(JSON.stringify(message));
    else setTimeout(rocket, 20, message);
  }
  connect();

  addEventListener('click', (event) => {
    if (!event.target.matches('[type=submit]')) return;
    event.preventDefault();
    const { form } = event.target;
    const values = { _method: form.getAttribute('method') || 'POST' };
    for (const field of form.elements) {
      // The button has no name; what was asked for one wrote "undefined".
      values[field.getAttribute('name') ?? undefined] = field.type === 'checkbox' ? field.checked : field.value;
    }
    rocket({ [form.getAttribute('action')]: values });
  });
`;

const html = `<!doctype html><title>Songs</title>
<form id="create" action="Song.create" method="POST">
  <input name="song[title]"> <input name="song[year]"> <input type="submit" value="Save">
</form>
<form id="tell" action="Song.tell">
  <input type="checkbox" name="others"> <input type="submit">
</form>
<script src="/javascripts/rocket.js"></script>`;

describe('the plain dialect, from a page of 2011', () => {
  const blue = { id: '1', title: 'Blue', year: 1971 };
  let fixture: FixtureApp;
  let browser: Browser;
  let app: RocketApp;
  let url: string;
  let page: Page;

  beforeAll(async () => {
    fixture = await fixtureApp('songs', (root) => {
      mkdirSync(join(root, 'public/javascripts'));
      writeFileSync(join(root, 'public/javascripts/rocket.js'), client);
      writeFileSync(join(root, 'public/index.html'), html);
    });
    browser = await launchChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await fixture.dispose();
  });

  beforeEach(async () => {
    app = fixture.app();
    url = await app.listen();
    page = await visit();
  }, 30_000);

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await app.close();
  });

  async function visit(): Promise<Page> {
    const opened = await (await browser.newContext()).newPage();
    opened.setDefaultTimeout(10_000);
    await opened.goto(url);
    return opened;
  }

  const call = (message: unknown, from = page) => from.evaluate(`rocket(${JSON.stringify(message)})`);

  /** Watches from within the page, whose policy forbids the `eval` of Playwright's own way to wait. */
  const until = (condition: string, on = page) =>
    on.evaluate(
      `new Promise((done) => (function look() { (${condition}) ? done() : setTimeout(look, 5); })())`,
    );

  /** Takes what client actions have heard, once it is so much. */
  async function hears(count: number, on = page): Promise<unknown> {
    await until(`heard.length >= ${count}`, on);
    return on.evaluate('heard.splice(0)');
  }

  const failures = () => page.evaluate('failures');

  test('dials without a path or a subprotocol, and calls in every form', async () => {
    for (const message of [
      { 'Song.index': '' },
      { 'Song.index': null },
      'Song.index',
      [{ 'Song.index': '' }],
    ]) {
      await call(message);
      expect(await hears(1)).toEqual([['index', { songs: [blue] }]]);
    }
    await call({ 'Song.ticks': { count: 2 }, 'Song.show': { id: '1' } });
    expect(await hears(3)).toEqual([
      ['tick', { n: 1 }],
      ['tick', { n: 2 }],
      ['show', { song: blue }],
    ]);
    expect(await failures()).toEqual([]);
  });

  test('a form arrives with its text converted, whatever else the old page puts in it, and is redirected', async () => {
    await page.fill('[name="song[title]"]', 'Hejira');
    await page.fill('[name="song[year]"]', '1976');
    await page.click('#create [type=submit]');
    expect(await hears(1)).toEqual([['show', { song: { id: '2', title: 'Hejira', year: 1976 } }]]);
    expect(await failures()).toEqual([]);
  });

  test('a checkbox is true or false', async () => {
    const other = await visit();
    await call('Song.index', other);
    await hears(1, other);
    await page.click('#tell [type=submit]');
    expect(await hears(1)).toEqual([['changed', { song: blue }]]);
    expect(await hears(1, other)).toEqual([['changed', { song: blue }]]);

    await page.check('[name=others]');
    await page.click('#tell [type=submit]');
    expect(await hears(1, other)).toEqual([['changed', { song: blue }]]);
    await call('Song.index');
    expect(await hears(1)).toEqual([['index', { songs: [blue] }]]);
  });

  test('the calls of one transmission come in one frame and run in its order', async () => {
    await call('Song.index');
    await hears(1);
    await app.transmitter
      .toEveryone()
      .transmit({ 'Song.changed': { song: blue }, 'Song.tick': { n: 1 }, 'Song.show': { song: blue } });
    expect(await hears(3)).toEqual([
      ['changed', { song: blue }],
      ['tick', { n: 1 }],
      ['show', { song: blue }],
    ]);
  });

  test('an error costs the old page one complaint and no more', async () => {
    await call({ 'Song.show': { id: '99' }, 'Song.index': '' });
    expect(await hears(1)).toEqual([['index', { songs: [blue] }]]);
    expect(await failures()).toEqual([expect.stringContaining('not a function')]);
  });

  test('an error reaches a page that has a function of its name', async () => {
    await page.evaluate("controllers.$errorController = hear('$error')");
    await call({ 'Song.show': { id: '99' } });
    expect(await hears(1)).toEqual([
      ['$error', { call: 'Song.show', code: 'not_found', message: 'No song 99', retryable: false }],
    ]);
    expect(await failures()).toEqual([]);
  });

  test('after a restart of the server the page is back, with what it held back', async () => {
    await call('Song.index');
    await hears(1);
    await app.close();
    await until('socket.readyState !== 1');
    await call({ 'Song.show': { id: '1' } });
    app = fixture.app({ port: Number(new URL(url).port) });
    await app.listen();
    expect(await hears(1)).toEqual([['show', { song: blue }]]);
  });
});
