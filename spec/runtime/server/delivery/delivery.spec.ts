import { beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryEngine } from '../../../../runtime/server/engine/memory-engine.js';
import { SharedFrame } from '../../../../runtime/server/sockets/shared-frame.js';
import { RocketError } from '../../../../src/errors.js';
import type { Position } from '../../../../src/protocol/positions.js';
import { FakeOutlet } from '../../../support/fake-outlet.js';
import { show, shown, type TestDelivery, testDelivery } from '../../../support/test-delivery.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An engine whose answers to `follow` wait until they are let through, and which fails when it is told to. */
class SlowEngine extends MemoryEngine {
  isSlow = false;
  isAway = false;
  private gates: (() => void)[] = [];

  override async follow(source: string): Promise<Position> {
    const baseline = await super.follow(source);
    if (this.isSlow) await new Promise<void>((resolve) => this.gates.push(resolve));
    return baseline;
  }

  override append(...args: Parameters<MemoryEngine['append']>): Position | Promise<Position> {
    return this.isAway ? Promise.reject(new RocketError('unavailable')) : super.append(...args);
  }

  async letThrough(): Promise<void> {
    await settled();
    for (const gate of this.gates.splice(0)) gate();
    await settled();
  }
}

describe('Delivery', () => {
  let bench: TestDelivery;

  beforeEach(async () => {
    bench = await testDelivery();
  });

  test('the caller’s messages are numbered from 1 by the session and sent at once', async () => {
    const ann = await bench.visit();
    expect(ann.seen['']).toEqual(['1', 0]);
    void ann.session.user.transmit(show(1));
    void ann.session.user.transmit(show(2));
    expect(ann.sent).toEqual([
      { 'Song.show': { id: 1 }, $at: ['1', 1] },
      { 'Song.show': { id: 2 }, $at: ['1', 2] },
    ]);
  });

  test('plain sessions get calls and no control field', async () => {
    const { delivery, transmitter } = bench;
    const outlet = new FakeOutlet('plain');
    const session = await delivery.sessions.open('old', 'x', 'plain', { id: 'ann' });
    delivery.sessions.attach(session, outlet, undefined, undefined);
    void session.user.transmit({ 'Song.show': { id: 1 }, 'Song.index': '' });
    await session.user.join('songs');
    await transmitter.toGroup('songs').transmit(show(2));
    await transmitter.toEveryone().except(session.user).transmit(show(3));
    await transmitter.toUser('ann').transmit(show(4));
    await session.user.leave('songs');
    expect(outlet.raw.map((frame) => (frame instanceof SharedFrame ? frame.text : frame))).toEqual([
      '{"Song.show":{"id":1},"Song.index":""}',
      '{"Song.show":{"id":2}}',
      '{"Song.show":{"id":4}}',
    ]);
  });

  test('a group message is one frame for all members', async () => {
    const visitors = await Promise.all([bench.visit(), bench.visit(), bench.visit()]);
    for (const { session } of visitors) await session.user.join('songs');
    await bench.transmitter.toGroup('songs').transmit(show(1));
    const [first, ...others] = visitors.map(({ outlet }) => outlet.raw.at(-1));
    expect(first).toBeInstanceOf(SharedFrame);
    for (const other of others) expect(other).toBe(first);
  });

  test('several can be excepted, and get the position alone', async () => {
    const [ann, bob, eve] = [await bench.visit(), await bench.visit(), await bench.visit()];
    const audience = bench.transmitter.toEveryone().except(ann.session.user).except(bob.session.user);
    await audience.transmit(show(1));
    for (const { sent } of [ann, bob]) expect(sent).toEqual([{ $of: 'all', $at: expect.anything() }]);
    expect(eve.take().handled).toEqual(shown(1));
  });

  test('a session is reached by its id; one that nobody has is a typed rejection, and an event where nobody awaits it', async () => {
    const ann = await bench.visit();
    await bench.transmitter.toSession(ann.session.id).transmit(show(1));
    await bench.transmitter.toSession(ann.session.id).except(ann.session.user).transmit(show(2));
    expect(ann.take().handled).toEqual(shown(1));
    const toNobody = bench.transmitter.toSession('nobody');
    await expect(toNobody.transmit(show(1))).rejects.toMatchObject({ code: 'not_found' });
    void toNobody.transmit(show(2));
    await settled();
    expect(bench.refused).toMatchObject([{ source: 'session:nobody' }, { source: 'session:nobody' }]);
  });

  test('values are encoded when they are transmitted: later changes are not sent', async () => {
    const ann = await bench.visit();
    const song = { id: 1 };
    const accepted = bench.transmitter.toEveryone().transmit({ 'Song.show': song });
    song.id = 2;
    await accepted;
    expect(ann.take().handled).toEqual(shown(1));
  });

  test('what no client could receive is thrown at once', async () => {
    const { user } = (await bench.visit()).session;
    expect(() => void user.transmit({ 'No.such': '' } as never)).toThrow(TypeError);
    expect(() => void user.transmit(show(1), { volatile: true, latest: 'x' })).toThrow(/not both/);
  });
});

describe('an engine that takes its time', () => {
  test('entries that arrive while it is asked are neither lost nor sent before the baseline', async () => {
    const engine = new SlowEngine();
    const { visit, transmitter } = await testDelivery({}, engine);
    const ann = await visit();
    engine.isSlow = true;
    const joining = ann.session.user.join('songs');
    await transmitter.toGroup('songs').transmit(show(1));
    await engine.letThrough();
    await joining;
    await transmitter.toGroup('songs').transmit(show(2));
    const [generation] = ann.take().seen['group:songs'] as Position;
    expect(ann.sent).toEqual([
      { $of: 'group:songs', $at: [generation, 1] },
      { 'Song.show': { id: 2 }, $of: 'group:songs', $at: [generation, 2] },
    ]);
  });

  test('leaving while the join is under way leaves; joining again stands', async () => {
    const engine = new SlowEngine();
    const { visit, transmitter } = await testDelivery({}, engine);
    const ann = await visit();
    engine.isSlow = true;
    const first = ann.session.user.join('songs');
    await ann.session.user.leave('songs');
    await engine.letThrough();
    await first;
    await transmitter.toGroup('songs').transmit(show(1));
    expect(ann.take().handled).toEqual([]);
    const again = ann.session.user.join('songs');
    await engine.letThrough();
    await again;
    await transmitter.toGroup('songs').transmit(show(2));
    expect(ann.take().handled).toEqual(shown(2));
  });

  test('a client that comes back while a join is under way is told where it begins', async () => {
    const engine = new SlowEngine();
    const { visit, transmitter } = await testDelivery({}, engine);
    const ann = await visit();
    engine.isSlow = true;
    const joining = ann.session.user.join('songs');
    ann.cut();
    await ann.back();
    await engine.letThrough();
    await joining;
    void transmitter.toGroup('songs').transmit(show(1));
    expect(ann.take().handled).toEqual(shown(1));
  });

  test('appends that it cannot take are made again, in order, and only then accepted', async () => {
    const engine = new SlowEngine();
    const { visit, transmitter, clock } = await testDelivery({}, engine);
    const ann = await visit();
    engine.isAway = true;
    const accepted: number[] = [];
    const sending = [1, 2, 3].map((id) =>
      transmitter
        .toEveryone()
        .transmit(show(id))
        .then(() => void accepted.push(id)),
    );
    await clock.advance(10_000);
    expect(accepted).toEqual([]);
    engine.isAway = false;
    await clock.advance(200);
    await Promise.all(sending);
    expect(accepted).toEqual([1, 2, 3]);
    expect(ann.take().handled).toEqual(shown(1, 2, 3));
  });

  test('what it does not take within the time is refused as unavailable, and an event where nobody awaits it', async () => {
    const engine = new SlowEngine();
    const { transmitter, clock, refused } = await testDelivery({}, engine);
    engine.isAway = true;
    void transmitter.toEveryone().transmit(show(1));
    await clock.advance(31_000);
    expect(refused).toMatchObject([{ source: 'all', error: { code: 'unavailable' } }]);
  });
});

describe('kinds of messages', () => {
  test('of the latest of a name a client that was away gets one, of every source, with all places', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit('ann');
    await ann.session.user.join('songs');
    ann.take().cut();
    for (const id of [1, 2, 3]) {
      void ann.session.user.transmit(show(id), { latest: 'price' });
      void transmitter.toGroup('songs').transmit(show(id + 10), { latest: 'price' });
      void transmitter.toUser('ann').transmit(show(id + 20), { latest: 'price' });
    }
    void ann.session.user.transmit(show(4), { latest: 'volume' });
    await ann.back();
    ann.take();
    expect([...ann.handled].sort()).toEqual([...shown(3, 4, 13, 23)].sort());
    expect(ann.gaps).toEqual([]);
    void transmitter.toGroup('songs').transmit(show(14), { latest: 'price' });
    expect(ann.take().handled).toContain(shown(14)[0]);
  });

  test('a volatile one reaches who is there, has no place, and is never seen again', async () => {
    const { visit, transmitter } = await testDelivery();
    const [ann, bob] = [await visit('ann'), await visit('bob')];
    await ann.session.user.join('songs');
    ann.take();
    bob.cut();
    const volatile = { volatile: true };
    for (const one of [ann, bob]) void one.session.user.transmit(show(1), volatile);
    void transmitter.toGroups(['songs', 'others']).transmit(show(2), volatile);
    void transmitter.toEveryone().except(ann.session.user).transmit(show(3), volatile);
    void transmitter.toUser('bob').transmit(show(4), volatile);
    expect(ann.take().handled).toEqual(shown(1, 2).map((call) => `~${call}`));
    await bob.back();
    expect(bob.sent).toEqual([]);
  });

  test('a volatile one is not sent where the connection is full, nor in front of what is behind', async () => {
    const { visit, delivery } = await testDelivery();
    const ann = await visit();
    ann.outlet.room = 1;
    const { user } = ann.session;
    void user.transmit(show(1), { volatile: true });
    void user.transmit(show(2));
    void user.transmit(show(3), { volatile: true });
    ann.outlet.room = 2;
    delivery.drained(ann.session);
    ann.outlet.room = 9;
    delivery.drained(ann.session);
    void user.transmit(show(4), { volatile: true });
    expect(ann.take().handled).toEqual([...shown(2), '~Song.show({"id":4})']);
  });
});
