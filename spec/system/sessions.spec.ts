import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryEngine } from '../../runtime/server/engine/memory-engine.js';
import { fileEngine, type RocketApp } from '../../runtime/server/index.js';
import { BareClient } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { TokenAuthenticator } from '../support/token-authenticator.js';

type Welcomed = Awaited<ReturnType<typeof BareClient.hello>>;

const tick = (n: number) => ({ 'Song.tick': { n } });

describe('sessions over real sockets', () => {
  let fixture: FixtureApp;
  let app: RocketApp;
  let url: string;
  let guarded: RocketApp;
  let guardedUrl: string;
  let gated: RocketApp;
  const clients: BareClient[] = [];

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    app = fixture.app();
    url = await app.listen();
    guarded = fixture.app({ authenticator: TokenAuthenticator });
    guardedUrl = await guarded.listen();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => fixture.dispose());

  async function hello(greeting: object = {}, at = url): Promise<Welcomed> {
    const client = await BareClient.hello(at, greeting);
    clients.push(client);
    return client;
  }

  /** What a client says that goes on with the session of another connection. */
  function resume({ welcome: { session, secret, at } }: Welcomed, changes: object = {}) {
    return { resume: { session, secret, seen: at, left: {}, pending: [], ...changes } };
  }

  async function lost(client: BareClient, from: RocketApp = app): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      const stop = from.events.on('connection.closed', () => {
        stop();
        resolve();
      });
    });
    client.close();
    await closed;
  }

  test('one that is resumed is sent what it missed, behind the welcome, and then what is new', async () => {
    const first = await hello();
    const session = String(first.welcome.session);
    await lost(first);
    await app.transmitter.toSession(session).transmit(tick(1));
    await app.transmitter.toUser(session).transmit(tick(2));
    const second = await hello(resume(first));
    expect(second.welcome).toMatchObject({ session, secret: first.welcome.secret, resumed: true });
    await app.transmitter.toSession(session).transmit(tick(3));
    const [user] = (first.welcome.at as Record<string, [string, number]>).user as [string, number];
    expect(await second.take(3)).toEqual([
      { ...tick(1), $at: ['1', 1] },
      { ...tick(2), $of: 'user', $at: [user, 1] },
      { ...tick(3), $at: ['1', 2] },
    ]);
  });

  test('the older connection is closed with 4409, and what it still sends is not handled', async () => {
    const first = await hello();
    first.socket.pause();
    const second = await hello(resume(first));
    first.send({ 'Song.ticks': { count: 1 }, $id: 1 });
    first.send({ $cancel: 2 });
    second.send({ 'Song.whoami': '', $id: 5 });
    expect(await second.next()).toMatchObject({ $re: 5 });
    await second.answers();
    expect(second.passed).toEqual([]);
    first.socket.resume();
    expect(await first.closed()).toBe(4409);
    expect(first.received).toEqual([]);
  });

  test('with another secret, or unknown, is not resumed, and goes on undisturbed', async () => {
    const first = await hello();
    for (const changes of [{ secret: 'x'.repeat(32) }, { session: 'nobody' }, { session: '__proto__' }]) {
      const other = await hello(resume(first, changes));
      expect(other.welcome.resumed).toBe(false);
      expect(other.welcome.session).not.toBe(first.welcome.session);
    }
    await first.answers();
  });

  test.each<[string, unknown]>([
    ['a number', 1],
    ['null', null],
    ['empty', {}],
    ['without a secret', { session: 's', seen: {}, pending: [] }],
    ['with places that are none', { session: 's', secret: 'x', seen: { '': 1 }, pending: [] }],
    ['with a fraction for a place', { session: 's', secret: 'x', seen: { '': ['1', 0.5] }, pending: [] }],
    ['with a list of places', { session: 's', secret: 'x', seen: [], pending: [] }],
    ['with a pending call that has no id', { session: 's', secret: 'x', seen: {}, pending: ['1'] }],
    ['with a left group that is none', { session: 's', secret: 'x', seen: {}, left: 1, pending: [] }],
  ])('a resume that is %s is a protocol error', async (_, resumed) => {
    const client = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
    clients.push(client);
    client.send({ $hello: { resume: resumed } });
    expect(await client.closed()).toBe(4504);
  });

  test('many resumes at once leave one connection, in which the session goes on', async () => {
    const first = await hello();
    const others = await Promise.all(Array.from({ length: 8 }, () => hello(resume(first))));
    await app.transmitter.toSession(String(first.welcome.session)).transmit(tick(1));
    const codes = await Promise.all(
      others.map((client) => Promise.race([client.closed(), client.next().catch(() => client.closed())])),
    );
    expect(codes.filter((code) => code === 4409)).toHaveLength(7);
    expect(codes.filter((code) => code !== 4409)).toEqual([{ ...tick(1), $at: ['1', 1] }]);
  });

  test('one whose window has passed is gone', async () => {
    const brief = fixture.app({ window: 30 });
    const at = await brief.listen();
    const ended = new Promise((resolve) => brief.events.on('session.ended', resolve));
    const first = await hello({}, at);
    expect(first.welcome.window).toBe(30);
    first.close();
    expect(await ended).toMatchObject({ reason: 'passed' });
    expect((await hello(resume(first), at)).welcome.resumed).toBe(false);
  });

  test('another user who brings it gets a new one, and the old one is gone', async () => {
    const ann = await hello({ auth: { token: 'ann' } }, guardedUrl);
    const bob = await hello({ auth: { token: 'bob' }, ...resume(ann) }, guardedUrl);
    expect(bob.welcome.resumed).toBe(false);
    expect(await ann.closed()).toBe(4409);
    const again = await hello({ auth: { token: 'ann' }, ...resume(ann) }, guardedUrl);
    expect(again.welcome.resumed).toBe(false);
  });

  test('bad credentials at the resume keep it for better ones', async () => {
    const ann = await hello({ auth: { token: 'ann' } }, guardedUrl);
    const refused = await BareClient.open(`${guardedUrl}/rocket`, ['rocket.v1']);
    clients.push(refused);
    refused.send({ $hello: resume(ann) });
    expect(await refused.closed()).toBe(4301);
    expect((await hello({ auth: { token: 'ann' }, ...resume(ann) }, guardedUrl)).welcome.resumed).toBe(true);
  });

  test('of a user who is kicked they close with 4501, and cannot be resumed', async () => {
    const ann = await hello({ auth: { token: 'ann' } }, guardedUrl);
    await guarded.transmitter.kick('ann', 'Enough');
    expect(await ann.closed()).toBe(4501);
    expect((await hello({ auth: { token: 'ann' }, ...resume(ann) }, guardedUrl)).welcome.resumed).toBe(false);
  });

  test('of a user who is kicked while one is being opened, that one does not open', async () => {
    let follows = 0;
    let goOn: () => void = () => {};
    const reached = new Promise<void>((resolve) => {
      class Gated extends MemoryEngine {
        override async follow(source: string) {
          follows += 1;
          // The user's source is followed by then, everyone's is not.
          if (follows === 2) {
            resolve();
            await new Promise<void>((gate) => {
              goOn = gate;
            });
          }
          return super.follow(source);
        }
      }
      gated = fixture.app({ authenticator: TokenAuthenticator, engine: new Gated() });
    });
    const client = await BareClient.open(`${await gated.listen()}/rocket`, ['rocket.v1']);
    clients.push(client);
    client.send({ $hello: { auth: { token: 'ann' } } });
    await reached;
    await gated.transmitter.kick('ann');
    goOn();
    expect(await client.closed()).toBe(4410);
    expect(client.received).toEqual([]);
  });

  test('new credentials are answered in order, and what comes behind them is the new user’s', async () => {
    const client = await hello({ auth: { token: 'ann' } }, guardedUrl);
    client.send({ 'Song.join': { group: 'songs' }, $id: 1 });
    await client.take(2);
    client.send([
      { $auth: { token: 'bob' } },
      { 'Song.whoami': '', $id: 2 },
      { $auth: {} },
      { $auth: { token: 'broken' } },
      { $auth: { token: 'banned' } },
      { 'Song.whoami': '', $id: 3 },
    ]);
    expect(await client.take(8)).toMatchObject([
      { $left: 'group:songs' },
      { $of: 'user', $at: [expect.any(String), 0] },
      { $auth: { ok: true } },
      { $re: 2, value: { user: 'bob' } },
      { $auth: { ok: false, error: { code: 'unauthenticated' } } },
      { $auth: { ok: false, error: { code: 'internal' } } },
      { $auth: { ok: false, error: { code: 'forbidden' } } },
      { $re: 3, value: { user: 'bob' } },
    ]);
    await guarded.transmitter.toUser('ann').transmit(tick(1));
    await guarded.transmitter.toGroup('songs').transmit(tick(2));
    await guarded.transmitter.toUser('bob').transmit(tick(3));
    expect(await client.next()).toMatchObject({ ...tick(3), $of: 'user' });
  });

  test('credentials right behind the hello hold up what comes behind them as well', async () => {
    const client = await BareClient.open(`${guardedUrl}/rocket`, ['rocket.v1']);
    clients.push(client);
    client.send([
      { $hello: { auth: { token: 'ann' } } },
      { $auth: { token: 'bob' } },
      { 'Song.whoami': '', $id: 1 },
    ]);
    const [, ...rest] = await client.take(4);
    expect(rest).toMatchObject([
      { $of: 'user' },
      { $auth: { ok: true } },
      { $re: 1, value: { user: 'bob' } },
    ]);
  });

  test('with an engine in a folder they go on in the next process, with replies and messages', async () => {
    const folder = mkdtempSync(join(fixture.root, 'engine-'));
    const before = fixture.app({ engine: fileEngine(folder) });
    const first = await hello({}, await before.listen());
    const session = String(first.welcome.session);
    first.send({ 'Song.join': { group: 'songs' }, $id: 1 });
    const [baseline] = await first.take(2);
    const group = baseline?.$at;
    first.send({ 'Song.whoami': '', $id: 2 });
    await first.next();
    await before.transmitter.toSession(session).transmit(tick(1));
    await before.transmitter.toGroup('songs').transmit(tick(2));
    await before.close();
    expect(await first.closed()).toBe(4001);

    const after = fixture.app({ engine: fileEngine(folder) });
    const at = await after.listen();
    await after.transmitter.toSession(session).transmit(tick(3));
    const seen = { ...(first.welcome.at as object), 'group:songs': group };
    const second = await hello(resume(first, { seen, pending: [2, 3] }), at);
    expect(second.welcome).toMatchObject({ session, resumed: true });
    second.send([
      { 'Song.whoami': '', $id: 2 },
      { 'Song.whoami': '', $id: 3 },
      { 'Song.whoami': '', $id: 4 },
    ]);
    const frames = await second.take(8);
    expect(frames.filter((frame) => frame.$of === undefined && '$at' in frame)).toMatchObject([
      { ...tick(1), $at: ['1', 1] },
      { $at: [expect.any(String), 0] },
      { ...tick(3) },
      { $at: [expect.any(String), 0] },
    ]);
    expect(frames).toContainEqual({ ...tick(2), $of: 'group:songs', $at: expect.anything() });
    expect(frames).toContainEqual({ $re: 2, value: { user: session, session } });
    expect(frames).toContainEqual({ $re: 3, error: expect.objectContaining({ code: 'outcome_unknown' }) });
    expect(frames).toContainEqual({ $re: 4, value: { user: session, session } });
  });
});
