import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RocketApp } from '../../runtime/server/index.js';
import { ManualClock } from '../../runtime/testing/manual-clock.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { lost, Visits, type Welcomed } from './visits.js';

type Frame = Record<string, unknown>;

describe('calls over real sockets', () => {
  let fixture: FixtureApp;
  let app: RocketApp;
  let url: string;
  let stageHand: Welcomed;
  let stages = 0;
  const visits = new Visits();

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    app = fixture.app();
    url = await app.listen();
  });

  afterEach(() => visits.end());

  afterAll(() => fixture.dispose());

  /** Asks from a connection of its own, so that nothing of it is in the way of what a spec looks at. */
  async function ask(action: string, args: object, at = url): Promise<unknown> {
    stageHand = await visits.hello(at);
    stageHand.send({ [`Stage.${action}`]: args, $id: 1 });
    const { $re, value } = await stageHand.next();
    expect($re).toBe(1);
    return value;
  }

  function stageName(): string {
    stages += 1;
    return `stage ${stages}`;
  }

  /** A client with a call that is under way. */
  async function standing(action = 'stand', at = url) {
    const name = stageName();
    const client = await visits.hello(at);
    client.send({ [`Stage.${action}`]: { name }, $id: 1 });
    expect(await ask('begun', { name }, at)).toBe(1);
    return { client, name };
  }

  test('one that runs while its client is away is answered when the client has come back and it ends', async () => {
    const { client, name } = await standing();
    await lost(client, app);
    const second = await visits.resume(url, client, { pending: [1] });
    second.send({ 'Stage.stand': { name }, $id: 1 });
    await second.answers();
    expect(second.passed).toEqual([]);
    await ask('open', { name });
    expect(await second.next()).toEqual({ $re: 1, value: expect.any(String) });
    expect(await ask('begun', { name })).toBe(1);
    await second.answers();
    expect(second.passed).toEqual([]);
  });

  test('one that ends while its client is away is answered from what was kept', async () => {
    const { client, name } = await standing();
    await lost(client, app);
    await ask('open', { name });
    const second = await visits.resume(url, client, { pending: [1] });
    second.send({ 'Stage.stand': { name }, $id: 1 });
    const reply = await second.next();
    expect(reply).toEqual({ $re: 1, value: expect.any(String) });
    // Lost once more on its way: it is the same again.
    await lost(second, app);
    const third = await visits.resume(url, client, { pending: [1] });
    third.send({ 'Stage.stand': { name }, $id: 1 });
    expect(await third.next()).toEqual(reply);
    expect(await ask('begun', { name })).toBe(1);
  });

  test('a reply that the client has said it has is let go of', async () => {
    const client = await visits.hello(url);
    client.send({ 'Song.whoami': '', $id: 1 });
    client.send({ 'Song.whoami': '', $id: 2 });
    await client.take(2);
    client.send({ $got: 1 });
    await client.answers();
    await lost(client, app);
    const second = await visits.resume(url, client, { pending: [1, 2] });
    second.send({ 'Song.whoami': '', $id: 1 });
    second.send({ 'Song.whoami': '', $id: 2 });
    expect(await second.take(2)).toMatchObject([
      { $re: 1, error: { code: 'outcome_unknown' } },
      { $re: 2, value: { session: client.welcome.session } },
    ]);
  });

  test('an id for which nobody waits is not run again after a resume', async () => {
    const client = await visits.hello(url);
    client.send({ 'Song.ticks': { count: 1 }, $id: 1 });
    await client.take(2);
    await lost(client, app);
    const second = await visits.resume(url, client, {
      seen: { ...(client.welcome.at as object), '': ['1', 1] },
    });
    second.send({ 'Song.ticks': { count: 1 }, $id: 1 });
    expect(await second.next()).toMatchObject({ $error: { call: 'Song.ticks', code: 'bad_message' } });
    await second.answers();
    expect(second.passed).toEqual([]);
  });

  test('a cancelled one is told so, and answered at once and but once', async () => {
    const { client, name } = await standing();
    client.send({ $cancel: 1 });
    expect(await client.next()).toMatchObject({ $re: 1, error: { code: 'cancelled', retryable: false } });
    expect(await ask('aborted', { name })).toBe('cancelled');
    client.send({ $cancel: 1 });
    await ask('open', { name });
    await client.answers();
    expect(client.passed).toEqual([]);
  });

  test('one that is cancelled by a client that has come back', async () => {
    const { client, name } = await standing();
    await lost(client, app);
    const second = await visits.resume(url, client, { pending: [1] });
    second.send({ $cancel: 1 });
    expect(await second.next()).toMatchObject({ $re: 1, error: { code: 'cancelled' } });
    expect(await ask('aborted', { name })).toBe('cancelled');
  });

  test('a lost connection is no reason to give one up, a session that is over is', async () => {
    const brief = fixture.app({ window: 30 });
    const at = await brief.listen();
    const { client, name } = await standing('stand', at);
    client.close();
    expect(await ask('aborted', { name }, at)).toEqual(expect.any(String));
  });

  test('takes no longer than its action says, or the app', async () => {
    const clock = new ManualClock();
    const at = await fixture.app({ clock, callTimeout: 8_000, heartbeat: 1_000_000 }).listen();
    const brief = await standing('standBriefly', at);
    const long = await standing('stand', at);
    await clock.advance(4_999);
    await brief.client.answers();
    expect(brief.client.passed).toEqual([]);
    await clock.advance(1);
    expect(await brief.client.next()).toMatchObject({ $re: 1, error: { code: 'timeout' } });
    expect(await ask('aborted', { name: brief.name }, at)).toBe('timeout');
    await clock.advance(2_999);
    await long.client.answers();
    expect(long.client.passed).toEqual([]);
    await clock.advance(1);
    expect(await long.client.next()).toMatchObject({ $re: 1, error: { code: 'timeout' } });
    await ask('open', { name: brief.name }, at);
    await brief.client.answers();
    expect(brief.client.passed).toEqual([]);
  });

  test('a cancelled one counts until its action has ended', async () => {
    const at = await fixture.app({ maxCallsInFlight: 1 }).listen();
    const { client, name } = await standing('stand', at);
    client.send({ $cancel: 1 });
    client.send({ 'Song.whoami': '', $id: 2 });
    expect(await client.take(2)).toMatchObject([
      { $re: 1, error: { code: 'cancelled' } },
      { $re: 2, error: { code: 'rate_limited', retryable: true } },
    ]);
    await ask('open', { name }, at);
    client.send({ 'Song.whoami': '', $id: 3 });
    expect(await client.next()).toMatchObject({ $re: 3, value: expect.anything() });
  });

  test('each has a key of its own', async () => {
    const keys: unknown[] = [];
    for (const client of [await visits.hello(url), await visits.hello(url)]) {
      client.send([
        { 'Stage.key': '', $id: 1 },
        { 'Stage.key': '', $id: 2 },
      ]);
      keys.push(...(await client.take(2)).map(({ value }) => value));
    }
    expect(new Set(keys).size).toBe(4);
    expect(keys.every((key) => typeof key === 'string' && key !== '')).toBe(true);
  });

  const numbersOf = (frames: Frame[]) => frames.map(({ next }) => (next as { n: number }).n);
  const upTo = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

  test.each([5, 32, 40])(
    'a stream of %d items that is cut at any one point loses and repeats nothing',
    async (to) => {
      for (let cut = 0; cut <= to; cut += 1) {
        const first = await visits.hello(url);
        first.send({ 'Song.count': { to }, $id: 1 });
        const items = numbersOf(await first.take(Math.min(cut, 32)));
        if (cut > 32) first.send({ $more: [1, cut - 32] });
        items.push(...numbersOf(await first.take(cut - items.length)));
        await lost(first, app);
        const second = await visits.resume(url, first, { pending: [1] });
        await second.answers();
        expect(second.passed).toEqual([]);
        second.send({ 'Song.count': { to }, $id: 1, $items: [cut, to] });
        const rest = await second.take(to - cut + 1);
        expect(rest.pop()).toEqual({ $re: 1, value: first.welcome.session });
        items.push(...numbersOf(rest));
        expect(items).toEqual(upTo(to));
        second.close();
      }
    },
  );

  test('a stream that is cut behind each of its items loses and repeats nothing', async () => {
    const to = 40;
    const first = await visits.hello(url);
    first.send({ 'Song.count': { to }, $id: 1 });
    const items = numbersOf(await first.take(1));
    let client = first;
    for (let came = 1; came < to; came += 1) {
      await lost(client, app);
      client = await visits.resume(url, first, { pending: [1] });
      client.send({ 'Song.count': { to }, $id: 1, $items: [came, 3] });
      items.push(...numbersOf(await client.take(1)));
    }
    expect(items).toEqual(upTo(to));
    expect(await client.next()).toEqual({ $re: 1, value: first.welcome.session });
  });

  test('a stream takes no more than it was granted over a resume', async () => {
    const first = await visits.hello(url);
    first.send({ 'Song.count': { to: 100 }, $id: 1 });
    await first.take(32);
    await lost(first, app);
    const second = await visits.resume(url, first, { pending: [1] });
    second.send({ 'Song.count': { to: 100 }, $id: 1, $items: [32, 2] });
    expect(numbersOf(await second.take(2))).toEqual([33, 34]);
    await second.answers();
    expect(second.passed).toEqual([]);
    second.send({ $cancel: 1 });
    expect(await second.next()).toMatchObject({ $re: 1, error: { code: 'cancelled' } });
  });
});
