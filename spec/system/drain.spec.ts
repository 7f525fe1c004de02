import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fileEngine } from '../../runtime/server/index.js';
import { ManualClock } from '../../runtime/testing/manual-clock.js';
import { BareClient } from '../support/bare-client.js';
import { type Child, startChild } from '../support/child.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { repository } from '../support/repository.js';

describe('an app that is about to go away', () => {
  let fixture: FixtureApp;
  const clients: BareClient[] = [];

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => fixture.dispose());

  async function hello(url: string) {
    const client = await BareClient.hello(url);
    clients.push(client);
    return client;
  }

  test('says so, lets nobody in, and lets calls end', async () => {
    const clock = new ManualClock();
    const app = fixture.app({ clock });
    const url = await app.listen();
    const client = await hello(url);
    client.send({ 'Song.inTurn': { n: 1, after: 0 } });
    await client.next();
    client.send({ 'Song.never': '', $id: 1 });
    await client.answers();
    expect((await fetch(`${url}/rocket/ready`)).status).toBe(200);
    let isOver = false;
    const draining = app.drain().then(() => {
      isOver = true;
    });
    const again = app.drain();
    const ready = await fetch(`${url}/rocket/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'draining' });
    await expect(BareClient.open(`${url}/rocket`, ['rocket.v1'])).rejects.toThrow('503');
    await clock.advance(1_000);
    expect(isOver).toBe(false);
    // Whoever is in is served on.
    client.send({ 'Song.whoami': '', $id: 2 });
    expect(await client.next()).toMatchObject({ $re: 2 });
    client.send({ $cancel: 1 });
    expect(await client.next()).toMatchObject({ $re: 1, error: { code: 'cancelled' } });
    await clock.advance(25_000);
    await Promise.all([draining, again]);
    const closing = app.close();
    expect(await client.closed()).toBe(4001);
    await closing;
    expect(clock.pending).toBe(0);
  });

  test('waits for calls no longer than it may', async () => {
    const clock = new ManualClock();
    const app = fixture.app({ clock, drainTimeout: 3_000 });
    const client = await hello(await app.listen());
    client.send({ 'Song.never': '', $id: 1 });
    await client.answers();
    const draining = app.drain();
    await clock.advance(3_100);
    await draining;
  });

  test('has nothing to wait for where no call is under way', async () => {
    const clock = new ManualClock();
    const app = fixture.app({ clock });
    const client = await hello(await app.listen());
    await app.drain();
    // Nobody is sent away whose session could not go on elsewhere.
    await client.answers();
    expect(client.passed).toEqual([]);
  });

  test('tells clients to go where their sessions can go on, and waits for them to have gone', async () => {
    const clock = new ManualClock();
    const engine = fileEngine(mkdtempSync(join(fixture.root, 'engine-')));
    const app = fixture.app({ clock, engine, drainWithin: 4_000 });
    const url = await app.listen();
    const [one, other] = [await hello(url), await hello(url)];
    const draining = app.drain();
    for (const client of [one, other]) expect(await client.next()).toEqual({ $drain: { within: 4_000 } });
    const closed = new Promise((resolve) => {
      let count = 0;
      app.events.on('connection.closed', () => {
        count += 1;
        if (count === 2) resolve(undefined);
      });
    });
    for (const client of [one, other]) client.close();
    await closed;
    await clock.advance(100);
    await draining;
  });

  test('that is closed waits for nothing', async () => {
    const app = fixture.app({ clock: new ManualClock() });
    const client = await hello(await app.listen());
    client.send({ 'Song.never': '', $id: 1 });
    await client.answers();
    const draining = app.drain();
    await app.close();
    await draining;
  });

  describe('in a process of its own, by SIGTERM', () => {
    let server: Child;
    let url: string;

    async function start(options: object): Promise<void> {
      const folder = mkdtempSync(join(fixture.root, 'engine-'));
      const hooks = pathToFileURL(join(repository, 'scripts/typescript-hooks.mjs')).href;
      const program = join(repository, 'spec/system/songs-server.ts');
      const args = ['--import', hooks, program, fixture.root, folder, JSON.stringify(options)];
      const env = { ...process.env, HOST: '127.0.0.1', PORT: '0' };
      server = startChild(process.execPath, args, { cwd: repository, env });
      [, url = ''] = await server.printed(/listening on (http:\S+)/, 20_000);
    }

    afterEach(() => server.end('SIGKILL'));

    test('tells its clients, lets nobody in, lets the call end, and is gone with 4001', async () => {
      await start({ drainWithin: 4_000, drainTimeout: 60_000 });
      const client = await hello(url);
      client.send({ 'Stage.stand': { name: 'last' }, $id: 1 });
      client.send({ 'Stage.begun': { name: 'last' }, $id: 2 });
      expect(await client.next()).toEqual({ $re: 2, value: 1 });
      expect((await fetch(`${url}/rocket/ready`)).status).toBe(200);
      const gone = once(server.process, 'exit');
      server.process.kill('SIGTERM');
      expect(await client.next()).toEqual({ $drain: { within: 4_000 } });
      const ready = await fetch(`${url}/rocket/ready`);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ status: 'draining' });
      expect((await fetch(`${url}/rocket/health`)).status).toBe(200);
      for (const protocols of [['rocket.v1'], []])
        await expect(BareClient.open(`${url}/rocket`, protocols)).rejects.toThrow('503');
      // Nobody who is in is hurried: the call is there to be ended, and its reply comes.
      client.send({ 'Stage.open': { name: 'last' }, $id: 3 });
      const replies = await client.take(2);
      expect(replies).toContainEqual({ $re: 1, value: expect.any(String) });
      expect(replies).toContainEqual({ $re: 3 });
      expect(await client.closed()).toBe(4001);
      expect(await gone).toEqual([0, null]);
    });

    test('ends at once at the second one', async () => {
      await start({ drainWithin: 60_000, drainTimeout: 60_000 });
      const client = await hello(url);
      client.send({ 'Song.never': '', $id: 1 });
      await client.answers();
      const gone = once(server.process, 'exit');
      server.process.kill('SIGTERM');
      expect(await client.next()).toEqual({ $drain: { within: 60_000 } });
      // Signals that come within half a second are one wish.
      const again = setInterval(() => server.process.kill('SIGTERM'), 100);
      expect(await gone).toEqual([143, null]);
      clearInterval(again);
      expect(await client.closed()).toBe(1006);
    });
  });
});
