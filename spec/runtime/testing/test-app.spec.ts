import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '../../../runtime/client/client.js';
import type { Stream } from '../../../runtime/client/stream.js';
import { type Connect, type TestApp, testApp } from '../../../runtime/testing/index.js';
import { type FixtureApp, fixtureApp } from '../../support/fixture-app.js';

/** As much of the generated client as these specs use. */
interface Rocket extends Client {
  readonly Song: {
    show(params: { id: string }): Promise<void>;
    ticks(params: { count: number }): Promise<number>;
    release(params: { at: Date }): Promise<Date>;
    never(): Promise<void>;
    count(params: { to: number }): Stream<{ n: number; at: Date }, string>;
    whoami(): Promise<{ user: string; session: string }>;
  };
}

describe('testApp: the generated client over sockets in memory', () => {
  let fixture: FixtureApp;
  let connect: Connect<Rocket>;

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    const client = (await import(pathToFileURL(join(fixture.root, '.rocket', 'client.js')).href)) as {
      connect: Connect<Rocket>;
    };
    connect = client.connect;
  });

  afterAll(() => fixture.dispose());

  async function withApp(run: (app: TestApp) => Promise<void>): Promise<void> {
    await using app = await testApp(fixture.options);
    await run(app);
  }

  test('calls settle with typed results, errors are RocketErrors', () =>
    withApp(async (app) => {
      const ann = await app.connect(connect);
      expect(await ann.Song.ticks({ count: 2 })).toBe(2);
      await expect(ann.Song.show({ id: '99' })).rejects.toMatchObject({
        code: 'not_found',
        message: 'No song 99',
      });
    }));

  test('a date is a date at both ends', () =>
    withApp(async (app) => {
      const ann = await app.connect(connect);
      const heard: unknown[] = [];
      ann.on('Song.released', (args) => heard.push(args));
      const at = new Date('2026-01-01T00:00:00Z');
      expect(await ann.Song.release({ at })).toEqual(new Date('2026-01-01T00:00:01Z'));
      expect(heard).toEqual([{ at }]);
    }));

  test('a stream is iterated over, its dates revived, and awaited', () =>
    withApp(async (app) => {
      const ann = await app.connect(connect);
      const { user } = await ann.Song.whoami();
      const stream = ann.Song.count({ to: 100 });
      const numbers: number[] = [];
      for await (const { n, at } of stream) {
        expect(at).toEqual(new Date(n));
        numbers.push(n);
      }
      expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
      expect(await stream).toBe(user);
    }));

  test('what everyone is told reaches every client', () =>
    withApp(async (app) => {
      const [ann, bob] = [await app.connect(connect), await app.connect(connect)];
      const heard: string[] = [];
      ann.on('Song.tick', () => heard.push('ann'));
      bob.on('Song.tick', () => heard.push('bob'));
      await app.transmitter.toEveryone().transmit({ 'Song.tick': { n: 1 } });
      await app.clock.advance(0);
      expect(heard).toEqual(['ann', 'bob']);
    }));

  test('a lost network: the session goes on as time moves, and nothing of it is missing', () =>
    withApp(async (app) => {
      const ann = await app.connect(connect);
      const first = await ann.Song.whoami();
      const happened: unknown[] = [];
      for (const name of ['disconnect', 'connect', 'firstConnect', 'gap'] as const)
        ann.on(name, () => happened.push(name));
      ann.on('Song.tick', (args) => happened.push((args as { n: number }).n));
      app.cut();
      await app.clock.advance(0);
      await app.transmitter.toEveryone().transmit({ 'Song.tick': { n: 1 } });
      const waiting = ann.Song.whoami();
      await app.clock.advance(10_000);
      const second = await waiting;
      expect(second.session).toBe(first.session);
      expect(happened).toEqual(['disconnect', 'connect', 1]);
    }));

  test('a network that stays away for longer than the window: a new session, and the client is told', () =>
    withApp(async (app) => {
      const ann = await app.connect(connect);
      const first = await ann.Song.whoami();
      const happened: string[] = [];
      for (const name of ['firstConnect', 'gap'] as const) ann.on(name, () => happened.push(name));
      const refused = expect(ann.Song.never()).rejects.toMatchObject({ code: 'outcome_unknown' });
      await app.clock.advance(0);
      app.goOffline();
      await app.clock.advance(121_000);
      app.goOnline();
      await app.clock.advance(10_000);
      await refused;
      expect((await ann.Song.whoami()).session).not.toBe(first.session);
      expect(happened).toEqual(['gap', 'gap', 'gap', 'firstConnect']);
    }));

  test('closing leaves no timer', async () => {
    const app = await testApp(fixture.options);
    await app.connect(connect);
    await app.close();
    expect(app.clock.pending).toBe(0);
  });
});
