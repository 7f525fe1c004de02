import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RocketApp } from '../../runtime/server/index.js';
import { positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { lost, Visits, type Welcomed } from './visits.js';

type Frame = Record<string, unknown>;

const tick = (n: number) => ({ 'Song.tick': { n } });

describe('sessions that cannot be given all that they missed, over real sockets', () => {
  let fixture: FixtureApp;
  let app: RocketApp;
  let url: string;
  const visits = new Visits();

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    app = fixture.app({ history: { entries: 3, bytes: 1_000_000 } });
    url = await app.listen();
  });

  afterEach(() => visits.end());

  afterAll(() => fixture.dispose());

  async function member(group: string) {
    const client = await visits.hello(url);
    client.send({ 'Song.join': { group }, $id: 1 });
    const [baseline] = await client.take(2);
    return { client, seen: { ...(client.welcome.at as object), [`group:${group}`]: positionOf(baseline) } };
  }

  /** What comes of one source, up to an answer of the connection. */
  async function of(client: Welcomed, source: string): Promise<Frame[]> {
    await client.answers();
    return client.passed.filter(
      (frame) =>
        ('$at' in frame && (frame.$of ?? '') === source) ||
        (frame.$gap as { of?: string } | undefined)?.of === source,
    );
  }

  const audiences = [
    ['', (session: string) => app.transmitter.toSession(session)],
    ['user', (session: string) => app.transmitter.toUser(session)],
    ['all', () => app.transmitter.toEveryone()],
    ['group:full', () => app.transmitter.toGroup('full')],
  ] as const;

  test.each(audiences)(
    'of the source "%s" a gap is told, then the baseline, then what is new',
    async (source, to) => {
      const { client, seen } = await member('full');
      await lost(client, app);
      const audience = to(String(client.welcome.session));
      for (let n = 1; n <= 4; n += 1) await audience.transmit(tick(n));
      const second = await visits.resume(url, client, { seen });
      expect(second.welcome.resumed).toBe(true);
      await audience.transmit(tick(5));
      const [gap, baseline, ...rest] = await of(second, source);
      expect(gap).toEqual({ $gap: { of: source, reason: 'expired' } });
      const [generation, number] = positionOf(baseline);
      const name = source === '' ? {} : { $of: source };
      expect(baseline).toEqual({ ...name, $at: [generation, number] });
      expect(rest).toEqual([{ ...tick(5), ...name, $at: [generation, number + 1] }]);
      // The other sources know nothing of it.
      expect(second.passed.filter((frame) => '$gap' in frame)).toHaveLength(1);
    },
  );

  test.each(audiences)('of the source "%s" as much as is kept comes whole', async (source, to) => {
    const { client, seen } = await member('full');
    await lost(client, app);
    const audience = to(String(client.welcome.session));
    for (let n = 1; n <= 3; n += 1) await audience.transmit(tick(n));
    const second = await visits.resume(url, client, { seen });
    expect(await of(second, source)).toMatchObject([tick(1), tick(2), tick(3)]);
  });

  test.each([
    ['in the future', (at: readonly [string, number]) => [at[0], at[1] + 1_000]],
    ['far in the future', (at: readonly [string, number]) => [at[0], Number.MAX_SAFE_INTEGER]],
    ['of a generation that never was', () => ['nowhere', 1]],
    ['before the membership', (at: readonly [string, number]) => [at[0], 0]],
  ])('a place %s moves no source to where it is not', async (_, changed) => {
    await app.transmitter.toGroup('liar').transmit(tick(0));
    const { client, seen } = await member('liar');
    const honest = seen as unknown as Record<string, readonly [string, number]>;
    const lies = Object.fromEntries(Object.entries(honest).map(([name, at]) => [name, changed(at)]));
    await lost(client, app);
    const second = await visits.resume(url, client, { seen: lies });
    expect(second.welcome.resumed).toBe(true);
    await app.transmitter.toGroup('liar').transmit(tick(1));
    const told = await of(second, 'group:liar');
    expect(told.at(-1)).toMatchObject(tick(1));
    // What was told before it joined is not for it, whatever it says.
    expect(told.filter((frame) => 'Song.tick' in frame)).toHaveLength(1);
    await app.transmitter.toSession(String(client.welcome.session)).transmit(tick(2));
    expect(await second.next()).toMatchObject(tick(2));
  });
});
