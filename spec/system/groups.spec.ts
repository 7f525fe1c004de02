import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RocketApp } from '../../runtime/server/index.js';
import { BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

type Welcomed = Awaited<ReturnType<typeof BareClient.hello>>;

const tick = (n: number) => ({ 'Song.tick': { n } });

describe('groups and calls across reconnects, over real sockets', () => {
  let fixture: FixtureApp;
  let app: RocketApp;
  let url: string;
  const clients: BareClient[] = [];

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    app = fixture.app();
    url = await app.listen();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => fixture.dispose());

  async function hello(greeting: object = {}): Promise<Welcomed> {
    const client = await BareClient.hello(url, greeting);
    clients.push(client);
    return client;
  }

  function again(
    { welcome: { session, secret, at } }: Welcomed,
    seen: object,
    left: object,
    pending: number[],
  ) {
    return hello({ resume: { session, secret, seen: { ...(at as object), ...seen }, left, pending } });
  }

  async function lost(client: BareClient): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      const stop = app.events.on('connection.closed', () => {
        stop();
        resolve();
      });
    });
    client.close();
    await closed;
  }

  test('a member that was away gets what the group was told, and where it left meanwhile no more than that', async () => {
    const first = await hello();
    first.send({ 'Song.join': { group: 'band' }, $id: 1 });
    const [baseline] = await first.take(2);
    const [generation] = positionOf(baseline);
    await lost(first);
    await app.transmitter.toGroup('band').transmit(tick(1));
    const second = await again(first, { 'group:band': [generation, 0] }, {}, []);
    expect(await second.next()).toEqual({ ...tick(1), $of: 'group:band', $at: [generation, 1] });
    // It leaves, and is gone before it is told so.
    second.socket.pause();
    second.send({ 'Song.leave': { group: 'band' }, $id: 2 });
    await new Promise((resolve) => {
      const stop = app.events.on('call.finished', () => {
        stop();
        resolve(undefined);
      });
    });
    await lost(second);
    await app.transmitter.toGroup('band').transmit(tick(2));
    const third = await again(first, { 'group:band': [generation, 1] }, {}, [2]);
    third.send({ 'Song.leave': { group: 'band' }, $id: 2 });
    expect(await third.take(2)).toEqual([{ $left: 'group:band' }, { $re: 2 }]);
    await lost(third);
    const fourth = await again(first, {}, { 'group:band': [generation, 1] }, []);
    await fourth.answers();
    expect(fourth.passed).toEqual([]);
  });

  test('a stream goes on where the client was, without loss or repetition', async () => {
    const first = await hello();
    first.send({ 'Song.count': { to: 100 }, $id: 1 });
    const items = (await first.take(20)).map((frame) => (frame.next as { n: number }).n);
    await lost(first);
    const second = await again(first, {}, {}, [1]);
    second.send({ 'Song.count': { to: 100 }, $id: 1, $items: [20, 50] });
    items.push(...(await second.take(50)).map((frame) => (frame.next as { n: number }).n));
    await second.answers();
    expect(second.passed).toEqual([]);
    second.send({ $more: [1, 50] });
    const rest = await second.take(31);
    expect(rest.pop()).toMatchObject({ $re: 1, value: expect.any(String) });
    items.push(...rest.map((frame) => (frame.next as { n: number }).n));
    expect(items).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('a call of which the client has no reply is not run again', async () => {
    const first = await hello();
    let runs = 0;
    const stop = app.events.on('call.started', ({ action }) => {
      if (action === 'Song.ticks') runs += 1;
    });
    first.socket.pause();
    first.send({ 'Song.ticks': { count: 2 }, $id: 1 });
    await new Promise((resolve) => {
      const stopWaiting = app.events.on('call.finished', () => {
        stopWaiting();
        resolve(undefined);
      });
    });
    await lost(first);
    const second = await again(first, {}, {}, [1]);
    second.send({ 'Song.ticks': { count: 2 }, $id: 1 });
    expect(await second.take(3)).toEqual([
      { ...tick(1), $at: ['1', 1] },
      { ...tick(2), $at: ['1', 2] },
      { $re: 1, value: 2 },
    ]);
    stop();
    expect(runs).toBe(1);
  });
});
