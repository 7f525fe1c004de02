import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AppOptions, RocketApp } from '../../runtime/server/index.js';
import { BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { lost, reported, resuming } from './visits.js';

const song = (id: number) => ({
  'Song.show': { song: { id: String(id), title: 'x'.repeat(10_000), year: 1971 } },
});

describe('a socket that is not read', () => {
  let fixture: FixtureApp;
  const clients: BareClient[] = [];

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => fixture.dispose());

  async function start(options: Partial<AppOptions>) {
    const app = fixture.app({ bufferLimit: 65_536, ...options });
    const url = await app.listen();
    const hello = async () => {
      const client = await BareClient.hello(url);
      clients.push(client);
      client.send({ 'Song.join': { group: 'songs' }, $id: 1 });
      await client.take(2);
      return client;
    };
    return { app, url, slow: await hello(), quick: await hello() };
  }

  /** Sends what no buffer of an operating system takes; the quick one keeps up with it. */
  async function flood(app: RocketApp, quick: BareClient, count: number): Promise<void> {
    for (let id = 1; id <= count; id += 1) {
      await app.transmitter.toGroup('songs').transmit(song(id));
      await quick.next();
    }
  }

  test('is caught up in order when it is read again', async () => {
    const { app, slow, quick } = await start({ history: { entries: 5_000, bytes: 100_000_000 } });
    slow.socket.pause();
    await flood(app, quick, 1_500);
    slow.socket.resume();
    const frames = await slow.take(1_500);
    const [, first] = positionOf(frames[0]);
    expect(frames.map((frame) => positionOf(frame)[1])).toEqual(frames.map((_, index) => first + index));
    await app.transmitter.toGroup('songs').transmit(song(0));
    expect(positionOf(await slow.next())[1]).toBe(first + 1_500);
  });

  test('takes no more memory than the log: what is no longer kept becomes a gap', async () => {
    const { app, slow, quick } = await start({ history: { entries: 20, bytes: 1_000_000 } });
    slow.socket.pause();
    await flood(app, quick, 1_500);
    slow.socket.resume();
    const frames: Record<string, unknown>[] = [];
    do frames.push(await slow.next());
    while (frames.at(-1)?.$gap === undefined);
    // What the buffers of both ends took, and not what was sent.
    expect(frames.length).toBeLessThan(1_200);
    expect(frames.at(-1)).toEqual({ $gap: { of: 'group:songs', reason: 'expired' } });
    expect(positionOf(await slow.next())[1]).toBe(1_500);
    await app.transmitter.toGroup('songs').transmit(song(0));
    expect(positionOf(await slow.next())[1]).toBe(1_501);
  });

  test('is closed with 4008 where the app wants that', async () => {
    const { app, slow, quick } = await start({ slowConsumers: 'close' });
    slow.socket.pause();
    await flood(app, quick, 1_500);
    slow.socket.resume();
    expect(await slow.closed()).toBe(4008);
  });

  test('holds no more of the server’s memory than a buffer, and nobody else up', async () => {
    const bufferLimit = 65_536;
    const app = fixture.app({ bufferLimit, history: { entries: 5_000, bytes: 100_000_000 } });
    const sockets: Socket[] = [];
    app.http.server.on('connection', (socket: Socket) => sockets.push(socket));
    const url = await app.listen();
    const join = async () => {
      const client = await BareClient.hello(url);
      clients.push(client);
      client.send({ 'Song.join': { group: 'songs' }, $id: 1 });
      await client.take(2);
      return client;
    };
    const slow = await join();
    const quick = await join();
    const [ofSlow, ofQuick] = sockets as [Socket, Socket];
    slow.socket.pause();
    const queued: number[] = [];
    for (let id = 1; id <= 2_000; id += 1) {
      await app.transmitter.toGroup('songs').transmit(song(id));
      await app.transmitter.toSession(String(slow.welcome.session)).transmit(song(id));
      // In order, and while the other is stuck.
      expect(await quick.next()).toMatchObject(song(id));
      queued.push(ofSlow.writableLength);
    }
    const frame = JSON.stringify(song(1)).length + 100;
    // It was stuck, and nothing was queued for it beyond the limit and the frame that crossed it.
    expect(queued.at(-1)).toBeGreaterThan(bufferLimit / 2);
    expect(Math.max(...queued)).toBeLessThanOrEqual(bufferLimit + frame);
    expect(ofQuick.writableLength).toBe(0);
    // What it asks is answered behind what it has not read, and what is asked of others at once.
    slow.send({ 'Song.whoami': '', $id: 2 });
    await quick.answers();
    slow.socket.resume();
    const frames: Record<string, unknown>[] = [];
    while (frames.length < 4_001) frames.push(await slow.next());
    for (const source of [undefined, 'group:songs']) {
      const shown = frames.filter((one) => 'Song.show' in one && one.$of === source);
      expect(shown.map((one) => (one['Song.show'] as { song: { id: string } }).song.id)).toEqual(
        Array.from({ length: 2_000 }, (_, index) => String(index + 1)),
      );
    }
    expect(frames.filter((one) => '$re' in one)).toMatchObject([{ $re: 2 }]);
  });

  test('that is closed for being slow goes on where it was when it comes back', async () => {
    const history = { entries: 5_000, bytes: 100_000_000 };
    const { app, url, slow, quick } = await start({ slowConsumers: 'close', history });
    slow.socket.pause();
    await flood(app, quick, 1_500);
    slow.socket.resume();
    expect(await slow.closed()).toBe(4008);
    const [, last] = positionOf(slow.received.at(-1));
    expect(last).toBeLessThan(1_500);
    const seen = { ...(slow.welcome.at as object), 'group:songs': slow.received.at(-1)?.$at };
    const { session, secret } = slow.welcome;
    const again = await BareClient.hello(url, { resume: { session, secret, seen, left: {}, pending: [] } });
    clients.push(again);
    expect(again.welcome.resumed).toBe(true);
    // It is fed as far as it takes it: too much at once would close it again.
    const frames = await again.take(1_500 - last);
    expect(frames.map((frame) => positionOf(frame)[1])).toEqual(frames.map((_, index) => last + 1 + index));
  });

  test('that comes back to a long log is fed no faster than it reads', async () => {
    const bufferLimit = 65_536;
    const history = { entries: 5_000, bytes: 100_000_000 };
    const { app, url, slow, quick } = await start({ bufferLimit, history });
    await lost(slow, app);
    await flood(app, quick, 1_500);
    const connected = new Promise<Socket>((resolve) => app.http.server.once('connection', resolve));
    const again = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
    clients.push(again);
    again.socket.pause();
    const ofSlow = await connected;
    const opened = reported(app, 'connection.opened');
    again.send({ $hello: resuming(slow) });
    await opened;
    const queued: number[] = [];
    for (let id = 1_501; id <= 1_600; id += 1) {
      await app.transmitter.toGroup('songs').transmit(song(id));
      await quick.next();
      queued.push(ofSlow.writableLength);
    }
    expect(queued.at(-1)).toBeGreaterThan(bufferLimit / 2);
    // The log is read a page of 64 KiB at a time, while there is room; one frame may cross either limit.
    expect(Math.max(...queued)).toBeLessThanOrEqual(bufferLimit + 65_536 + 2 * (10_000 + 200));
    again.socket.resume();
    const frames: Record<string, unknown>[] = [];
    while (frames.length < 1_600) {
      const frame = await again.next();
      if ('Song.show' in frame) frames.push(frame);
    }
    expect(frames.map((frame) => positionOf(frame)[1])).toEqual(frames.map((_, index) => index + 1));
  });
});
