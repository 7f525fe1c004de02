import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RocketApp } from '../../runtime/server/index.js';
import { BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { TokenAuthenticator } from '../support/token-authenticator.js';
import { lost, Visits } from './visits.js';

const tick = (n: number) => ({ 'Song.tick': { n } });
const as = (token: string) => ({ token });

describe('signing in and out over real sockets', () => {
  let fixture: FixtureApp;
  let app: RocketApp;
  let url: string;
  const visits = new Visits();

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    app = fixture.app({ authenticator: TokenAuthenticator });
    url = await app.listen();
  });

  afterEach(() => visits.end());

  afterAll(() => fixture.dispose());

  test('a kick ends all sessions of the user, those that are away too, and nobody else’s', async () => {
    const [one, two, away] = [
      await visits.hello(url, { auth: as('ann') }),
      await visits.hello(url, { auth: as('ann') }),
      await visits.hello(url, { auth: as('ann') }),
    ];
    const bob = await visits.hello(url, { auth: as('bob') });
    await lost(away, app);
    one.send({ 'Song.never': '', $id: 1 });
    await one.answers();
    await app.transmitter.kick('ann');
    expect(await Promise.all([one.closed(), two.closed()])).toEqual([4501, 4501]);
    for (const former of [one, two, away]) {
      const again = await visits.resume(url, former, { pending: [1] }, as('ann'));
      expect(again.welcome.resumed).toBe(false);
    }
    await bob.answers();
    expect(bob.passed).toEqual([]);
    // Whoever signs in again is a user like any other.
    const ann = await visits.hello(url, { auth: as('ann') });
    await app.transmitter.toUser('ann').transmit(tick(1));
    expect(await ann.next()).toMatchObject({ ...tick(1), $of: 'user' });
  });

  test('new credentials of the same user change nothing of what the session follows', async () => {
    const client = await visits.hello(url, { auth: as('cid') });
    client.send({ 'Song.join': { group: 'same' }, $id: 1 });
    const [baseline] = await client.take(2);
    client.send({ $auth: as('cid') });
    expect(await client.next()).toEqual({ $auth: { ok: true } });
    await app.transmitter.toUser('cid').transmit(tick(1));
    await app.transmitter.toGroup('same').transmit(tick(2));
    await app.transmitter.toSession(String(client.welcome.session)).transmit(tick(3));
    const [generation, number] = positionOf(baseline);
    expect(await client.take(3)).toMatchObject([
      { ...tick(1), $of: 'user' },
      { ...tick(2), $of: 'group:same', $at: [generation, number + 1] },
      { ...tick(3), $at: ['1', 1] },
    ]);
  });

  test('credentials that are refused change nothing either', async () => {
    const client = await visits.hello(url, { auth: as('dan') });
    client.send({ 'Song.join': { group: 'kept' }, $id: 1 });
    await client.take(2);
    for (const [auth, code] of [
      [{}, 'unauthenticated'],
      [null, 'unauthenticated'],
      [as('banned'), 'forbidden'],
      [as('broken'), 'internal'],
    ]) {
      client.send({ $auth: auth });
      expect(await client.next()).toMatchObject({ $auth: { ok: false, error: { code } } });
    }
    await app.transmitter.toUser('dan').transmit(tick(1));
    await app.transmitter.toGroup('kept').transmit(tick(2));
    expect(await client.take(2)).toMatchObject([tick(1), tick(2)]);
    client.send({ 'Song.whoami': '', $id: 2 });
    expect(await client.next()).toMatchObject({ $re: 2, value: { user: 'dan' } });
  });

  test('of the former user nothing comes, not even behind a resume', async () => {
    const client = await visits.hello(url, { auth: as('eve') });
    client.send({ 'Song.join': { group: 'secret' }, $id: 1 });
    const [joined] = await client.take(2);
    client.socket.pause();
    // Sent, and never read, before the user changes.
    await app.transmitter.toSession(String(client.welcome.session)).transmit(tick(1));
    await app.transmitter.toUser('eve').transmit(tick(2));
    await app.transmitter.toGroup('secret').transmit(tick(3));
    client.socket.resume();
    client.send({ $auth: as('fay') });
    let frame = await client.next();
    while (!('$auth' in frame)) frame = await client.next();
    await lost(client, app);
    for (const audience of [app.transmitter.toUser('eve'), app.transmitter.toGroup('secret')])
      await audience.transmit(tick(4));
    await app.transmitter.toUser('fay').transmit(tick(5));
    // It says what it has seen of eve's sources, as a client does that did not get to read of the change.
    const seen = { ...(client.welcome.at as object), 'group:secret': positionOf(joined) };
    const second = await visits.resume(url, client, { seen }, as('fay'));
    expect(second.welcome.resumed).toBe(true);
    await second.answers();
    const ticks = second.passed.filter((told) => 'Song.tick' in told);
    expect(ticks).toEqual([{ ...tick(5), $of: 'user', $at: expect.anything() }]);
    // That there was something is told, and that the group is followed no more.
    expect(second.passed.filter((told) => '$gap' in told || '$left' in told)).toEqual([
      { $gap: { of: '', reason: 'expired' } },
      { $gap: { of: 'group:secret', reason: 'unknown' } },
      { $left: 'group:secret' },
    ]);
    const other = await visits.resume(url, client, {}, as('eve'));
    expect(other.welcome.resumed).toBe(false);
    expect(await second.closed()).toBe(4409);
  });

  test('an action of the former user that is still under way reaches nobody any more', async () => {
    const client = await visits.hello(url, { auth: as('gus') });
    client.send({ 'Song.inTurn': { n: 1, after: 100 } });
    client.send({ $auth: as('hal') });
    let frame = await client.next();
    while (!('$auth' in frame)) frame = await client.next();
    // Behind the first in the same queue.
    client.send({ 'Song.inTurn': { n: 2, after: 0 }, $id: 1 });
    while (frame.$re !== 1) {
      frame = await client.next();
      expect(frame).not.toMatchObject(tick(1));
    }
  });

  test('what the authenticator says at a resume counts', async () => {
    const client = await visits.hello(url, { auth: as('ida') });
    await lost(client, app);
    for (const [auth, code] of [
      [undefined, 4301],
      [as('banned'), 4503],
      [as('broken'), 1011],
    ] as const) {
      const refused = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
      const { session, secret, at } = client.welcome;
      refused.send({ $hello: { auth, resume: { session, secret, seen: at, left: {}, pending: [] } } });
      expect(await refused.closed()).toBe(code);
      expect(refused.received).toEqual([]);
    }
    expect((await visits.resume(url, client, {}, as('ida'))).welcome.resumed).toBe(true);
  });
});
