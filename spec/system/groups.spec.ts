import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RocketApp } from '../../runtime/server/index.js';
import { ManualClock } from '../../runtime/testing/manual-clock.js';
import { BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { reported } from './visits.js';

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

  const enter = (group: string, name: string) => ({ 'Stage.enter': { group, name } });

  /** Has the client join, and tells where it begins. */
  async function joined(client: BareClient, group: string, $id = 1): Promise<readonly [string, number]> {
    client.send({ 'Song.join': { group }, $id });
    const [baseline, reply] = await client.take(2);
    expect(reply).toEqual({ $re: $id });
    expect(baseline).toEqual({ $of: `group:${group}`, $at: expect.anything() });
    return positionOf(baseline);
  }

  /** Calls, and is gone before anything comes of it. Settles when the call has ended. */
  async function callsAndGoes(client: BareClient, calls: readonly object[]): Promise<void> {
    client.socket.pause();
    for (const call of calls) {
      const finished = reported(app, 'call.finished');
      client.send(call);
      await finished;
    }
    await lost(client);
  }

  test('of a group that was left and joined again, what was told in between never comes', async () => {
    const first = await hello();
    const [generation, start] = await joined(first, 'quartet');
    await app.transmitter.toGroup('quartet').transmit(tick(1));
    expect(await first.next()).toMatchObject(tick(1));
    first.socket.pause();
    await app.transmitter.toGroup('quartet').transmit(tick(2));
    const left = reported(app, 'call.finished');
    first.send({ 'Song.leave': { group: 'quartet' }, $id: 2 });
    await left;
    await app.transmitter.toGroup('quartet').transmit(tick(3));
    await callsAndGoes(first, [{ 'Song.join': { group: 'quartet' }, $id: 3 }]);
    await app.transmitter.toGroup('quartet').transmit(tick(4));
    const second = await again(first, { 'group:quartet': [generation, start + 1] }, {}, [2, 3]);
    second.send({ 'Song.leave': { group: 'quartet' }, $id: 2 });
    second.send({ 'Song.join': { group: 'quartet' }, $id: 3 });
    await second.answers();
    const ofGroup = second.passed.filter((frame) => !('$re' in frame));
    expect(ofGroup).toEqual([
      { ...tick(2), $of: 'group:quartet', $at: [generation, start + 2] },
      { $left: 'group:quartet' },
      { $of: 'group:quartet', $at: [generation, start + 3] },
      { ...tick(4), $of: 'group:quartet', $at: [generation, start + 4] },
    ]);
    expect(second.passed.filter((frame) => '$re' in frame)).toEqual([{ $re: 2 }, { $re: 3 }]);
  });

  test('a group that was joined while its client was away begins with a baseline', async () => {
    const first = await hello();
    await callsAndGoes(first, [{ 'Song.join': { group: 'trio' }, $id: 1 }]);
    await app.transmitter.toGroup('trio').transmit(tick(1));
    const second = await again(first, {}, {}, [1]);
    const [baseline, told] = await second.take(2);
    const [generation, number] = positionOf(baseline);
    expect(baseline).toEqual({ $of: 'group:trio', $at: [generation, number] });
    expect(told).toEqual({ ...tick(1), $of: 'group:trio', $at: [generation, number + 1] });
  });

  test('who is left out gets the place and nothing more, now or when it comes back', async () => {
    const [first, other] = [await hello(), await hello()];
    const [generation, start] = await joined(first, 'duo');
    await joined(other, 'duo');
    first.send({ 'Song.tell': { group: 'duo', others: true }, $id: 2 });
    expect(await first.take(2)).toEqual([{ $of: 'group:duo', $at: [generation, start + 1] }, { $re: 2 }]);
    expect(await other.next()).toMatchObject({ 'Song.changed': {}, $at: [generation, start + 1] });
    await callsAndGoes(first, [{ 'Song.tell': { group: 'duo', others: true }, $id: 3 }]);
    await app.transmitter.toGroup('duo').transmit(tick(1));
    const second = await again(first, { 'group:duo': [generation, start + 1] }, {}, []);
    expect(await second.take(2)).toEqual([
      { $of: 'group:duo', $at: [generation, start + 2] },
      { ...tick(1), $of: 'group:duo', $at: [generation, start + 3] },
    ]);
  });

  test('who is in several groups gets what is told to all of them once, also when it comes back', async () => {
    const [both, one] = [await hello(), await hello()];
    const seen = {
      'group:strings': await joined(both, 'strings', 1),
      'group:brass': await joined(both, 'brass', 2),
    };
    await joined(one, 'brass');
    await app.transmitter.toGroups(['strings', 'brass', 'strings']).transmit(tick(1));
    const ticks = (frames: Record<string, unknown>[]) => frames.filter((frame) => 'Song.tick' in frame);
    expect(ticks(await both.take(2))).toHaveLength(1);
    expect(ticks([await one.next()])).toHaveLength(1);
    for (const client of [both, one]) {
      await client.answers();
      expect(client.passed).toEqual([]);
    }
    await lost(both);
    const second = await again(both, seen, {}, []);
    expect(ticks(await second.take(2))).toHaveLength(1);
    await second.answers();
    expect(second.passed).toEqual([]);
  });

  test('who is present is greeted once by its first session, and said goodbye to when the grace is over', async () => {
    const clock = new ManualClock();
    const timed = fixture.app({ clock, presenceGrace: 3_000, heartbeat: 1_000_000 });
    const at = await timed.listen();
    const visit = async (greeting: object = {}) => {
      const client = await BareClient.hello(at, greeting);
      clients.push(client);
      return client;
    };
    const [watcher, first] = [await visit(), await visit()];
    watcher.send({ 'Song.join': { group: 'hall' }, $id: 1 });
    await watcher.take(2);
    first.send({ ...enter('hall', 'ann'), $id: 1 });
    expect(await watcher.next()).toMatchObject({ 'Stage.entered': { name: 'ann' }, $of: 'group:hall' });
    const { session, secret, at: seen } = first.welcome;
    expect(await timed.presence.members('hall')).toEqual([{ user: session, session, info: { name: 'ann' } }]);
    const gone = async (client: BareClient) => {
      const closed = reported(timed, 'connection.closed');
      client.close();
      await closed;
    };
    await gone(first);
    await clock.advance(2_900);
    const second = await visit({ resume: { session, secret, seen, left: {}, pending: [] } });
    expect(second.welcome.resumed).toBe(true);
    await clock.advance(3_100);
    await watcher.answers();
    expect(watcher.passed).toEqual([]);
    expect(await timed.presence.members('hall')).toHaveLength(1);
    await gone(second);
    await clock.advance(3_000);
    expect(await watcher.next()).toMatchObject({ 'Stage.departed': { name: 'ann' } });
    expect(await timed.presence.members('hall')).toEqual([]);
    // The session goes on, and its presence with it.
    await visit({ resume: { session, secret, seen, left: {}, pending: [] } });
    expect(await watcher.next()).toMatchObject({ 'Stage.entered': { name: 'ann' } });
    expect(await timed.presence.members('hall')).toHaveLength(1);
  });

  test('of what is told by its latest state alone, who was away gets the newest, in its place', async () => {
    const first = await hello();
    const [generation, start] = await joined(first, 'pulse');
    await lost(first);
    const group = app.transmitter.toGroup('pulse');
    for (const n of [1, 2, 3]) await group.transmit(tick(n), { latest: 'one bed' });
    await group.transmit(tick(9), { latest: 'another bed' });
    const second = await again(first, { 'group:pulse': [generation, start] }, {}, []);
    const place = (number: number) => ({ $of: 'group:pulse', $at: [generation, start + number] });
    expect(await second.take(4)).toEqual([
      place(1),
      place(2),
      { ...tick(3), ...place(3) },
      { ...tick(9), ...place(4) },
    ]);
  });

  test('what is volatile has no position and is not sent to who was away', async () => {
    const [first, other] = [await hello(), await hello()];
    const position = await joined(first, 'pointer');
    await joined(other, 'pointer');
    const group = app.transmitter.toGroup('pointer');
    await group.transmit(tick(1), { volatile: true });
    for (const client of [first, other]) expect(await client.next()).toEqual(tick(1));
    await lost(first);
    await group.transmit(tick(2), { volatile: true });
    await group.transmit(tick(3));
    expect(await other.next()).toEqual(tick(2));
    const second = await again(first, { 'group:pointer': position }, {}, []);
    expect(await second.next()).toEqual({
      ...tick(3),
      $of: 'group:pointer',
      $at: [position[0], position[1] + 1],
    });
  });
});
