import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { TokenAuthenticator } from '../support/token-authenticator.js';

describe('rocket.v1, over a bare WebSocket', () => {
  let fixture: FixtureApp;
  let url: string;
  let guarded: string;
  const clients: BareClient[] = [];

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    url = await fixture.app().listen();
    guarded = await fixture.app({ authenticator: TokenAuthenticator, handshakeDeadline: 300 }).listen();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => fixture.dispose());

  async function hello(at = url, greeting: object = {}) {
    const client = await BareClient.hello(at, greeting);
    clients.push(client);
    return client;
  }

  async function open(at = url, protocols = ['rocket.v1'], headers = {}) {
    const client = await BareClient.open(`${at}/rocket`, protocols, headers);
    clients.push(client);
    return client;
  }

  test('the welcome says all that a client has to know', async () => {
    const { welcome } = await hello();
    expect(welcome).toEqual({
      session: expect.stringMatching(/^[\w-]{16}$/),
      secret: expect.stringMatching(/^[\w-]{32}$/),
      resumed: false,
      node: expect.any(String),
      contract: expect.stringMatching(/^[0-9a-f]{16}$/),
      heartbeat: 25_000,
      window: 120_000,
      maxCalls: 256,
      maxPayload: 4_194_304,
      at: { '': ['1', 0], user: [expect.any(String), 0], all: [expect.any(String), expect.any(Number)] },
    });
  });

  test('frames sent behind the hello without waiting are handled after the welcome', async () => {
    const client = await open();
    client.send({ $hello: {} });
    client.send({ 'Song.whoami': '', $id: 1 });
    const [welcome = {}, reply] = await client.take(2);
    expect(reply).toMatchObject({
      $re: 1,
      value: { session: (welcome.$welcome as { session: string }).session },
    });
  });

  test('an anonymous user is the session', async () => {
    const client = await hello();
    client.send({ 'Song.whoami': '', $id: 1 });
    const { session } = client.welcome;
    expect(await client.next()).toEqual({ $re: 1, value: { user: session, session } });
  });

  test('a wish to resume goes on with the session; with another secret it gets a new one, and is told so', async () => {
    const earlier = await hello();
    const { session, secret } = earlier.welcome;
    const resume = { session, secret, seen: {}, pending: [] };
    const stranger = await hello(url, { resume: { ...resume, secret: 'guessed' } });
    expect(stranger.welcome.resumed).toBe(false);
    expect(stranger.welcome.session).not.toBe(session);
    const client = await hello(url, { resume });
    expect(client.welcome).toMatchObject({ resumed: true, session, secret });
  });

  test('a reply comes after everything that the action transmitted to its caller, in its place', async () => {
    const client = await hello();
    client.send({ 'Song.ticks': { count: 3 }, $id: 5 });
    expect(await client.take(4)).toEqual([
      { 'Song.tick': { n: 1 }, $at: ['1', 1] },
      { 'Song.tick': { n: 2 }, $at: ['1', 2] },
      { 'Song.tick': { n: 3 }, $at: ['1', 3] },
      { $re: 5, value: 3 },
    ]);
  });

  test('an action without a result is answered all the same', async () => {
    const client = await hello();
    client.send({ 'Song.join': { group: 'a' }, $id: 1 });
    expect(await client.take(2)).toEqual([{ $of: 'group:a', $at: [expect.any(String), 0] }, { $re: 1 }]);
  });

  test('dates travel as text and are dates to the action', async () => {
    const client = await hello();
    client.send({ 'Song.release': { at: '2026-01-01T00:00:00.000Z' }, $id: 1 });
    expect(await client.take(2)).toMatchObject([
      { 'Song.released': { at: '2026-01-01T00:00:00.000Z' } },
      { $re: 1, value: '2026-01-01T00:00:01.000Z' },
    ]);
  });

  test('a form is expanded and converted when the message says that it is one, and only then', async () => {
    const client = await hello();
    client.send({ 'Song.create': { 'song[title]': 'Mingus', 'song[year]': '1979' }, $id: 1, $form: 1 });
    expect(await client.take(2)).toMatchObject([
      { 'Song.show': { song: { title: 'Mingus', year: 1979 } } },
      { $re: 1 },
    ]);
    client.send({ 'Song.create': { song: { title: 'Mingus', year: '1979' } }, $id: 2 });
    expect(await client.next()).toMatchObject({
      $re: 2,
      error: {
        code: 'invalid_arguments',
        issues: [{ path: ['song', 'year'], message: expect.any(String) }],
        retryable: false,
      },
    });
  });

  test('a stream sends its items against credit, then its end', async () => {
    const client = await hello();
    client.send({ 'Song.count': { to: 40 }, $id: 1 });
    const first = await client.take(32);
    expect(first[0]).toEqual({ $re: 1, next: { n: 1, at: '1970-01-01T00:00:00.001Z' } });
    await client.answers();
    expect(client.passed).toEqual([]);
    client.send({ $more: [1, 100] });
    const rest = await client.take(9);
    expect(rest.at(-2)).toMatchObject({ $re: 1, next: { n: 40 } });
    expect(rest.at(-1)).toEqual({ $re: 1, value: client.welcome.session });
  });

  test('a stream that fails ends with its error, a cancelled one with cancelled, and both but once', async () => {
    const client = await hello();
    client.send({ 'Song.count': { to: 5, failAt: 2 }, $id: 1 });
    expect((await client.take(2))[1]).toMatchObject({ $re: 1, error: { code: 'not_found' } });
    client.send({ 'Song.count': { to: 1_000_000 }, $id: 2 });
    await client.take(32);
    client.send([{ $cancel: 2 }, { $cancel: 2 }, { $more: [2, 10] }]);
    expect(await client.next()).toMatchObject({ $re: 2, error: { code: 'cancelled' } });
    await client.answers();
    expect(client.passed).toEqual([]);
  });

  test('a stream without an id has nowhere to go, and says so', async () => {
    const client = await hello();
    client.send({ 'Song.count': { to: 5 } });
    expect(await client.next()).toMatchObject({ $error: { call: 'Song.count', code: 'bad_message' } });
  });

  test('errors are replies; without an id they are reported', async () => {
    const client = await hello();
    client.send({ 'Song.show': { id: '99' }, $id: 1 });
    expect(await client.next()).toEqual({
      $re: 1,
      error: { code: 'not_found', message: 'No song 99', retryable: false },
    });
    client.send({ 'Song.show': { id: '99' } });
    expect(await client.next()).toMatchObject({ $error: { call: 'Song.show', code: 'not_found' } });
    client.send({ 'Song.fail': '', $id: 2 });
    expect(await client.next()).toMatchObject({
      $re: 2,
      error: { code: 'internal', reference: expect.any(String) },
    });
  });

  test('a result that JSON cannot carry is an internal error, not silence', async () => {
    const client = await hello();
    client.send({ 'Song.circular': '', $id: 1 });
    expect(await client.next()).toMatchObject({
      $re: 1,
      error: { code: 'internal', reference: expect.any(String) },
    });
  });

  test('group messages follow the baseline without a hole, the same for every member', async () => {
    const [ann, bob] = [await hello(), await hello()];
    for (const client of [ann, bob]) client.send({ 'Song.join': { group: 'songs' }, $id: 1 });
    const [[baseline], [other]] = [await ann.take(2), await bob.take(2)];
    expect(other).toEqual(baseline);
    const [generation, number] = positionOf(baseline);
    ann.send({ 'Song.tell': { group: 'songs' }, $id: 2 });
    ann.send({ 'Song.tell': { group: 'songs', others: true }, $id: 3 });
    const first = {
      'Song.changed': { song: expect.anything() },
      $of: 'group:songs',
      $at: [generation, number + 1],
    };
    expect(await bob.take(2)).toEqual([first, { ...first, $at: [generation, number + 2] }]);
    const received = await ann.take(4);
    expect(received).toContainEqual(first);
    expect(received).toContainEqual({ $of: 'group:songs', $at: [generation, number + 2] });
    ann.send({ 'Song.leave': { group: 'songs' }, $id: 4 });
    expect(await ann.next()).toEqual({ $left: 'group:songs' });
  });

  test('a user hears on every connection, wherever it was sent', async () => {
    const phone = await hello(guarded, { auth: { token: 'ann' } });
    const laptop = await hello(guarded, { auth: { token: 'ann' } });
    const bob = await hello(guarded, { auth: { token: 'bob' } });
    bob.send({ 'Song.tellUser': { user: 'ann' }, $id: 1 });
    const heard = { 'Song.tick': { n: 7 }, $of: 'user', $at: [expect.any(String), 1] };
    expect(await phone.next()).toEqual(heard);
    expect(await laptop.next()).toEqual(heard);
    expect(await bob.next()).toEqual({ $re: 1 });
  });

  test('the identity is what the authenticator says, from the hello or from the headers', async () => {
    const client = await hello(guarded, { auth: { token: 'ann' } });
    client.send({ 'Song.whoami': '', $id: 1 });
    expect(await client.next()).toMatchObject({ value: { user: 'ann' } });
    const byHeader = await open(guarded, ['rocket.v1'], { 'x-token': 'bob' });
    byHeader.send({ $hello: {} });
    byHeader.send({ 'Song.whoami': '', $id: 1 });
    expect((await byHeader.take(2))[1]).toMatchObject({ value: { user: 'bob' } });
  });

  test.each([
    ['no credentials', {}, 4301],
    ['refused for good', { auth: { token: 'banned' } }, 4503],
    ['an authenticator that fails', { auth: { token: 'broken' } }, 1011],
  ])('%s is a close code', async (_case, greeting, code) => {
    const client = await open(guarded);
    client.send({ $hello: greeting });
    expect(await client.closed()).toBe(code);
  });

  test.each([
    ['no credentials', {}, 401],
    ['refused for good', { 'x-token': 'banned' }, 403],
    ['an authenticator that fails', { 'x-token': 'broken' }, 500],
  ])('on plain, %s is an HTTP answer', async (_case, headers, status) => {
    await expect(BareClient.open(`${guarded}/rocket`, [], headers)).rejects.toThrow(`${status}`);
  });

  test('half a handshake, then silence, is closed at the deadline', async () => {
    const client = await open(guarded);
    expect(await client.closed()).toBe(4504);
  });

  test.each([
    ['{"Song.index":""}'],
    ['{"$hello":1}'],
    ['{"$hello":[]}'],
    ['{}'],
    ['nonsense'],
    ['"Song.index"'],
  ])('a first frame %s closes 4504', async (frame) => {
    const client = await open();
    client.send(frame);
    expect(await client.closed()).toBe(4504);
  });

  test('another version of the protocol is told that it is outdated; among several ours is picked', async () => {
    const newer = await open(url, ['rocket.v9']);
    expect(newer.socket.protocol).toBe('rocket.v9');
    expect(await newer.closed()).toBe(4505);
    const both = await open(url, ['rocket.v9', 'rocket.v1']);
    expect(both.socket.protocol).toBe('rocket.v1');
  });

  test('a page of another origin is refused: 4503, or 403 on plain', async () => {
    const client = await open(url, ['rocket.v1'], { origin: 'https://evil.example.com' });
    expect(await client.closed()).toBe(4503);
    await expect(
      BareClient.open(`${url}/rocket`, [], { origin: 'https://evil.example.com' }),
    ).rejects.toThrow('403');
    const own = await open(url, ['rocket.v1'], { origin: url });
    own.send({ $hello: {} });
    expect(await own.next()).toHaveProperty('$welcome');
  });

  test('a silent client is pinged and, if it stays silent, cut', async () => {
    const hasty = await fixture.app({ heartbeat: 100 }).listen();
    const client = await hello(hasty);
    expect(await client.next()).toEqual({ $ping: 1 });
    expect(await client.closed()).toBe(1006);
    const lively = await hello(hasty);
    for (let beat = 0; beat < 4; beat += 1) {
      expect(await lively.next()).toEqual({ $ping: 1 });
      lively.send({ $pong: 1, $seen: { '': ['1', 0] } });
    }
    expect(await lively.answers()).toMatchObject({ $error: { code: 'unknown_action' } });
  });
});
