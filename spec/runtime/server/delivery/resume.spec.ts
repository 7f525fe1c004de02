import { describe, expect, test } from '@jest/globals';
import { memoryEngines } from '../../../../runtime/server/engine/memory-engine.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import { show, shown, testDelivery } from '../../../support/test-delivery.js';

const closed = (code: number) => expect.objectContaining({ code });

describe('a session that is resumed', () => {
  test('is sent what it missed of all its sources, in order and once, wherever the cut was', async () => {
    for (let arrived = 0; arrived <= 8; arrived += 1) {
      const { visit, transmitter } = await testDelivery();
      const ann = await visit('ann');
      await ann.session.user.join('songs');
      ann.take();
      for (const id of [1, 2]) {
        void ann.session.user.transmit(show(id));
        void transmitter.toUser('ann').transmit(show(id + 10));
        void transmitter.toGroup('songs').transmit(show(id + 20));
        void transmitter.toEveryone().transmit(show(id + 30));
      }
      ann.take(arrived).cut();
      for (const id of [3, 4]) {
        void ann.session.user.transmit(show(id));
        void transmitter.toUser('ann').transmit(show(id + 10));
        void transmitter.toGroup('songs').transmit(show(id + 20));
        void transmitter.toEveryone().transmit(show(id + 30));
      }
      expect(await ann.back()).toBe(true);
      void ann.session.user.transmit(show(5));
      void transmitter.toGroup('songs').transmit(show(25));
      ann.take();
      const byTens = (tens: number) =>
        ann.handled.filter((call) => Math.floor(Number(/\d+/.exec(call)) / 10) === tens);
      expect(byTens(0)).toEqual(shown(1, 2, 3, 4, 5));
      expect(byTens(1)).toEqual(shown(11, 12, 13, 14));
      expect(byTens(2)).toEqual(shown(21, 22, 23, 24, 25));
      expect(byTens(3)).toEqual(shown(31, 32, 33, 34));
      expect(ann.gaps).toEqual([]);
    }
  });

  test('is sent nothing again that it has handled', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit('ann');
    void ann.session.user.transmit(show(1));
    void transmitter.toUser('ann').transmit(show(2));
    ann.take().cut();
    await ann.back();
    expect(ann.sent).toEqual([]);
  });

  test('has one connection: the older is closed at once and is sent nothing any more', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit('ann');
    const older = ann.outlet;
    await ann.back();
    expect(older.closed).toEqual(closed(4409));
    const before = older.raw.length;
    void ann.session.user.transmit(show(1));
    void transmitter.toUser('ann').transmit(show(2));
    expect(older.raw).toHaveLength(before);
    expect(ann.take().handled).toEqual(shown(1, 2));
  });

  test('does not end when its older connection is noticed to be gone', async () => {
    const { visit, delivery } = await testDelivery();
    const ann = await visit();
    const older = ann.outlet;
    await ann.back();
    expect(delivery.sessions.lost(ann.session, older)).toBe(false);
    void ann.session.user.transmit(show(1));
    expect(ann.take().handled).toEqual(shown(1));
  });

  test('by two connections at once goes on in the later one', async () => {
    const { visit } = await testDelivery();
    const ann = await visit();
    ann.cut();
    const [first, second] = await Promise.all([ann.back(), ann.back()]);
    expect([first, second]).toEqual([true, true]);
    expect(ann.outlet.closed).toBeUndefined();
    void ann.session.user.transmit(show(1));
    expect(ann.take().handled).toEqual(shown(1));
  });

  test('whose place was never given out is told of a gap before anything newer, and goes on from there', async () => {
    for (const position of [
      ['1', 99],
      ['2', 0],
      ['', 0],
      ['x', 1],
      ['-1', 3],
      ['1.5', 1],
    ] as const) {
      const { visit } = await testDelivery();
      const ann = await visit();
      void ann.session.user.transmit(show(1));
      ann.take().cut();
      void ann.session.user.transmit(show(2));
      ann.seen[''] = position;
      await ann.back();
      void ann.session.user.transmit(show(3));
      expect(ann.sent).toEqual([
        { $gap: { of: '', reason: 'expired' } },
        { $at: ['1', 2] },
        { 'Song.show': { id: 3 }, $at: ['1', 3] },
      ]);
      expect(ann.take().handled).toEqual(shown(1, 3));
    }
  });

  test('that comes to a place of a shared source which was never given is told of a gap', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit('ann');
    const generation = ann.seen.user?.[0] as string;
    ann.cut();
    void transmitter.toUser('ann').transmit(show(1));
    ann.seen.user = [generation, 50];
    ann.seen.all = ['other', 0];
    await ann.back();
    void transmitter.toUser('ann').transmit(show(2));
    expect(ann.take().gaps).toEqual(['user: unknown']);
    expect(ann.handled).toEqual(shown(2));
  });

  test('that says nothing of its own source is sent all of it that is kept', async () => {
    const { visit } = await testDelivery();
    const ann = await visit();
    void ann.session.user.transmit(show(1));
    ann.cut();
    ann.seen = {};
    await ann.back();
    expect(ann.take().handled).toEqual(shown(1));
    expect(ann.gaps).toEqual([]);
  });
});

describe('what is not kept', () => {
  test('of the own source is told as a gap, before anything newer', async () => {
    const { visit } = await testDelivery({ history: { entries: 3, bytes: 10_000 } });
    const ann = await visit();
    ann.cut();
    for (let id = 1; id <= 5; id += 1) void ann.session.user.transmit(show(id));
    await ann.back();
    void ann.session.user.transmit(show(6));
    expect(ann.sent).toEqual([
      { $gap: { of: '', reason: 'expired' } },
      { $at: ['1', 5] },
      { 'Song.show': { id: 6 }, $at: ['1', 6] },
    ]);
    ann.take();
  });

  test('of the own source, by bytes', async () => {
    const { visit } = await testDelivery({ history: { entries: 100, bytes: 100 } });
    const ann = await visit();
    ann.cut();
    for (let id = 1; id <= 5; id += 1) void ann.session.user.transmit({ 'Song.show': 'x'.repeat(30) });
    await ann.back();
    expect(ann.take().gaps).toEqual([': expired']);
  });

  test.each(['user', 'group:songs', 'all'] as const)(
    'of %s is told as a gap, with a new baseline',
    async (of) => {
      const { visit, transmitter } = await testDelivery({ history: { entries: 3, bytes: 10_000 } });
      const ann = await visit('ann');
      await ann.session.user.join('songs');
      ann.take().cut();
      const audience = {
        user: transmitter.toUser('ann'),
        'group:songs': transmitter.toGroup('songs'),
        all: transmitter.toEveryone(),
      }[of];
      for (let id = 1; id <= 5; id += 1) void audience.transmit(show(id));
      await ann.back();
      void audience.transmit(show(6));
      const generation = ann.seen[of]?.[0];
      expect(ann.sent).toEqual([
        { $gap: { of, reason: 'expired' } },
        { $of: of, $at: [generation, 5] },
        { 'Song.show': { id: 6 }, $of: of, $at: [generation, 6] },
      ]);
      ann.take();
    },
  );

  test('is told once: after the gap the next resume goes on from the new baseline', async () => {
    const { visit, transmitter } = await testDelivery({ history: { entries: 3, bytes: 10_000 } });
    const ann = await visit('ann');
    ann.cut();
    for (let id = 1; id <= 5; id += 1) void transmitter.toUser('ann').transmit(show(id));
    await ann.back();
    ann.take().cut();
    void transmitter.toUser('ann').transmit(show(6));
    await ann.back();
    expect(ann.take().handled).toEqual(shown(6));
    expect(ann.gaps).toEqual(['user: expired']);
  });

  test('is told again where the new baseline did not arrive', async () => {
    const { visit, transmitter } = await testDelivery({ history: { entries: 3, bytes: 10_000 } });
    const ann = await visit('ann');
    ann.cut();
    for (let id = 1; id <= 5; id += 1) {
      void transmitter.toUser('ann').transmit(show(id));
      void ann.session.user.transmit(show(id));
    }
    await ann.back();
    // The welcome, and the gap of the own source.
    ann.take(2).cut();
    void transmitter.toUser('ann').transmit(show(6));
    void ann.session.user.transmit(show(7));
    await ann.back();
    ann.take();
    expect(ann.gaps.slice(0, 2)).toEqual([': expired', ': expired']);
    expect(ann.gaps.at(-1)).toMatch('user: ');
    expect(new Set(ann.handled).size).toBe(ann.handled.length);
  });
});

describe('a session that is not resumed', () => {
  test('is unknown, or the proof is another', async () => {
    const { visit, delivery } = await testDelivery();
    const ann = await visit();
    const resume = ann.resume();
    const { sessions } = delivery;
    expect(await sessions.find({ ...resume, session: 'nobody' }, 'proof', 'ann')).toBeUndefined();
    expect(await sessions.find(resume, 'wrong', 'ann')).toBeUndefined();
    expect(ann.session.hasEnded).toBe(false);
    expect(ann.outlet.closed).toBeUndefined();
  });

  test('has been away for longer than its window, and leaves nothing behind', async () => {
    const { visit, clock, ended, delivery } = await testDelivery({ window: 1_000 });
    const ann = await visit('ann');
    ann.cut();
    await clock.advance(999);
    expect(await ann.back()).toBe(true);
    ann.cut();
    await clock.advance(1_000);
    expect(await ann.back()).toBe(false);
    expect(ended).toEqual([{ session: ann.session.id, user: 'ann', reason: 'passed' }]);
    expect(delivery.sessions.size).toBe(0);
    await expect(ann.session.user.transmit(show(1))).rejects.toMatchObject({ code: 'not_found' });
    await delivery.stop();
    expect(clock.pending).toBe(0);
  });

  test('is plain', async () => {
    const { delivery } = await testDelivery();
    const session = await delivery.sessions.open('old', 'proof', 'plain', { id: 'ann' });
    const resume = { session: 'old', secret: 'x', seen: {}, left: {}, pending: [] };
    expect(await delivery.sessions.find(resume, 'proof', 'ann')).toBeUndefined();
    expect(session.hasEnded).toBe(false);
  });
});

describe('a session that goes on at another node', () => {
  async function nodes(settings = {}) {
    const clock = new ManualClock();
    const cluster = memoryEngines();
    const engines = [cluster.engine(), cluster.engine()] as const;
    const one = await testDelivery(settings, engines[0], clock);
    const other = await testDelivery(settings, engines[1], clock);
    return { one, other, clock, engines, cluster };
  }

  test('has the same order, and nothing twice, at every place of a cut', async () => {
    for (let arrived = 0; arrived <= 4; arrived += 1) {
      const { one, other, clock } = await nodes();
      const ann = await one.visit('ann');
      await clock.advance(10);
      for (const id of [1, 2, 3, 4]) void ann.session.user.transmit(show(id));
      await clock.advance(10);
      ann.take(arrived).cut();
      void one.transmitter.toSession(ann.session.id).transmit(show(5));
      void one.transmitter.toUser('ann').transmit(show(6));
      await clock.advance(10);
      expect(await ann.back({ at: other.delivery })).toBe(true);
      void ann.session.user.transmit(show(7));
      void one.transmitter.toUser('ann').transmit(show(8));
      void one.transmitter.toSession(ann.session.id).transmit(show(9));
      await clock.advance(10);
      ann.take();
      expect(ann.handled.filter((call) => !/[68]/.test(call))).toEqual(shown(1, 2, 3, 4, 5, 7, 9));
      expect(ann.handled.filter((call) => /[68]/.test(call))).toEqual(shown(6, 8));
      expect(ann.gaps).toEqual([]);
      expect(ann.seen['']?.[0]).toBe('2');
    }
  });

  test('is let go of by the first: its connection there is closed, and nothing is written by it', async () => {
    const { one, other, clock } = await nodes();
    const ann = await one.visit('ann');
    await clock.advance(10);
    const [older, former] = [ann.outlet, ann.session];
    await ann.back({ at: other.delivery });
    expect(older.closed).toEqual(closed(4409));
    expect(former.hasEnded).toBe(true);
    expect(one.ended).toMatchObject([{ reason: 'taken over' }]);
    expect(one.delivery.sessions.size).toBe(0);
    await expect(former.user.transmit(show(1))).rejects.toMatchObject({ code: 'not_found' });
    void ann.session.user.transmit(show(2));
    await clock.advance(10);
    expect(ann.take().handled).toEqual(shown(2));
  });

  test('after its node was killed, has what was accepted', async () => {
    const { one, other, clock, engines } = await nodes();
    const ann = await one.visit('ann');
    const accepted = [ann.session.user.join('songs'), ann.session.user.transmit(show(1))];
    await clock.advance(10);
    await Promise.all(accepted);
    engines[0].kill();
    void other.transmitter.toGroup('songs').transmit(show(2));
    expect(await ann.back({ at: other.delivery })).toBe(true);
    await clock.advance(10);
    ann.take();
    expect(ann.handled).toEqual(shown(1, 2));
    expect(ann.gaps).toEqual([]);
  });

  test('whose client has been told of a gap, but of no place yet, is told again and misses nothing after it', async () => {
    const { one, other, clock } = await nodes({ history: { entries: 3, bytes: 10_000 } });
    const ann = await one.visit('ann');
    ann.cut();
    for (let id = 1; id <= 5; id += 1) void ann.session.user.transmit(show(id));
    await clock.advance(10);
    await ann.back();
    ann.take(2).cut();
    void ann.session.user.transmit(show(6));
    await clock.advance(10);
    await ann.back({ at: other.delivery });
    ann.take();
    expect(ann.gaps).toEqual([': expired', ': expired']);
  });
});
