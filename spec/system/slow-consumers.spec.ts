import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AppOptions, RocketApp } from '../../runtime/server/index.js';
import { BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

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
    return { app, slow: await hello(), quick: await hello() };
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
});
