import { describe, expect, test } from '@jest/globals';
import { memoryEngines } from '../../../../runtime/server/engine/memory-engine.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import { show, shown, testDelivery } from '../../../support/test-delivery.js';

const songs = 'group:songs';

describe('groups over time', () => {
  test('who joins while it is away gets what was told from then on', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit();
    const { user } = ann.session;
    ann.cut();
    void transmitter.toGroup('songs').transmit(show(1));
    await user.join('songs');
    void transmitter.toGroup('songs').transmit(show(2));
    await ann.back();
    void transmitter.toGroup('songs').transmit(show(3));
    expect(ann.take().handled).toEqual(shown(2, 3));
    expect(ann.seen[songs]).toBeDefined();
    expect(ann.gaps).toEqual([]);
  });

  test('who leaves while it is away gets what was told until then, and is told that it has left', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit();
    const { user } = ann.session;
    await user.join('songs');
    ann.take().cut();
    void transmitter.toGroup('songs').transmit(show(1));
    await user.leave('songs');
    void transmitter.toGroup('songs').transmit(show(2));
    await ann.back();
    void transmitter.toGroup('songs').transmit(show(3));
    expect(ann.take().handled).toEqual(shown(1));
    expect(ann.seen).not.toHaveProperty([songs]);
    expect(ann.left).toHaveProperty([songs]);
    expect(ann.gaps).toEqual([]);
  });

  test('who leaves while it is away and has missed nothing is told that it has left all the same', async () => {
    const { visit } = await testDelivery();
    const ann = await visit();
    await ann.session.user.join('songs');
    ann.take().cut();
    await ann.session.user.leave('songs');
    await ann.back();
    expect(ann.sent).toEqual([{ $left: songs }]);
  });

  test('who has been told that it left is not told again', async () => {
    const { visit } = await testDelivery();
    const ann = await visit();
    await ann.session.user.join('songs');
    await ann.session.user.leave('songs');
    ann.take().cut();
    await ann.back();
    expect(ann.sent).toEqual([]);
  });

  test.each([0, 1, 2])(
    'who leaves and joins again while it is away does not get what was told between (cut %i)',
    async (arrived) => {
      const { visit, transmitter } = await testDelivery();
      const ann = await visit();
      const { user } = ann.session;
      await user.join('songs');
      ann.take();
      for (const id of [1, 2]) void transmitter.toGroup('songs').transmit(show(id));
      ann.take(arrived).cut();
      await user.leave('songs');
      void transmitter.toGroup('songs').transmit(show(3));
      await user.join('songs');
      void transmitter.toGroup('songs').transmit(show(4));
      await ann.back();
      void transmitter.toGroup('songs').transmit(show(5));
      expect(ann.take().handled).toEqual(shown(1, 2, 4, 5));
      expect(ann.gaps).toEqual([]);
    },
  );

  test('the same where the cut is anywhere in what tells of it', async () => {
    for (let arrived = 0; arrived <= 6; arrived += 1) {
      const { visit, transmitter } = await testDelivery();
      const ann = await visit();
      const { user } = ann.session;
      const tell = (id: number) => void transmitter.toGroup('songs').transmit(show(id));
      await user.join('songs');
      tell(1);
      await user.leave('songs');
      tell(2);
      await user.join('songs');
      tell(3);
      await user.leave('songs');
      ann.take(arrived).cut();
      tell(4);
      await ann.back();
      ann.take();
      expect(ann.handled).toEqual(shown(1, 3));
      expect(ann.seen).not.toHaveProperty([songs]);
      expect(ann.gaps).toEqual([]);
      await user.join('songs');
      tell(5);
      ann.take().cut();
      await ann.back();
      expect(ann.take().handled).toEqual(shown(1, 3, 5));
    }
  });

  test('a message to several groups comes once, live and in replay, wherever the cut was', async () => {
    for (let arrived = 0; arrived <= 4; arrived += 1) {
      const { visit, transmitter } = await testDelivery();
      const ann = await visit();
      const { user } = ann.session;
      await user.join('a');
      await user.join('b');
      ann.take();
      void transmitter.toGroups(['a', 'b']).transmit(show(1));
      void transmitter.toGroups(['b', 'a', 'c']).transmit(show(2));
      ann.take(arrived).cut();
      void transmitter.toGroups(['c', 'b']).transmit(show(3));
      await ann.back();
      ann.take();
      expect([...ann.handled].sort()).toEqual(shown(1, 2, 3));
    }
  });

  test('a message to several groups comes once, although one of them has been left and that is known', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit();
    const { user } = ann.session;
    await user.join('a');
    await user.join('b');
    ann.take();
    void transmitter.toGroups(['a', 'b']).transmit(show(1));
    // That of `a` arrives, the place in `b` does not.
    ann.take(1).cut();
    await user.leave('a');
    await ann.back();
    // The end of `a` arrives, what is behind it does not.
    const end = ann.outlet.sent.findIndex((frame) => '$left' in frame);
    expect(end).toBeGreaterThan(0);
    ann.take(end + 1);
    ann.cut();
    await ann.back();
    expect(ann.take().handled).toEqual(shown(1));
  });

  test('the sender gets no message of its own in replay either, but its place', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit();
    const { user } = ann.session;
    await user.join('songs');
    ann.take().cut();
    void transmitter.toGroup('songs').except(user).transmit(show(1));
    void transmitter.toGroup('songs').transmit(show(2));
    await ann.back();
    expect(ann.take().handled).toEqual(shown(2));
  });

  test('a group that the session has nothing of is told as a gap and as left', async () => {
    const { visit } = await testDelivery();
    const ann = await visit();
    ann.cut();
    ann.seen['group:ghosts'] = ['g', 3];
    ann.left['group:others'] = ['g', 3];
    await ann.back();
    expect(ann.sent).toEqual([
      { $gap: { of: 'group:ghosts', reason: 'unknown' } },
      { $left: 'group:ghosts' },
    ]);
  });

  test('a hundred thousand such groups hold nobody up', async () => {
    const { visit } = await testDelivery();
    const ann = await visit();
    ann.cut();
    for (let n = 0; n < 100_000; n += 1) ann.seen[`group:${n}`] = ['g', 3];
    const started = performance.now();
    await ann.back();
    expect(ann.outlet.raw).toHaveLength(200_001);
    // What is quadratic takes minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('joining again while the first join is under way is one join', async () => {
    const { visit, transmitter } = await testDelivery();
    const ann = await visit();
    const { user } = ann.session;
    const joins = [
      user.join('songs'),
      user.leave('songs'),
      user.join('songs'),
      user.leave('songs'),
      user.join('songs'),
    ];
    await Promise.all(joins);
    void transmitter.toGroup('songs').transmit(show(1));
    expect(ann.take().handled).toEqual(shown(1));
    await user.leave('songs');
    void transmitter.toGroup('songs').transmit(show(2));
    expect(ann.take().handled).toEqual(shown(1));
  });

  test('cannot be joined by who has gone or lost the session: it is told, and an event where nobody awaits it', async () => {
    const { visit, delivery, membershipsRefused } = await testDelivery();
    const [ann, bob] = [await visit('ann'), await visit('bob')];
    const joining = ann.session.user.join('songs');
    await delivery.sessions.changeUser(ann.session, { id: 'eve' });
    await expect(joining).rejects.toMatchObject({ code: 'forbidden' });
    const { user } = bob.session;
    delivery.sessions.kick(bob.session, 'bye');
    void user.join('songs');
    await new Promise((resolve) => setImmediate(resolve));
    expect(membershipsRefused).toMatchObject([
      { session: ann.session.id, group: 'songs', error: { code: 'forbidden' } },
      { session: bob.session.id, group: 'songs', error: { code: 'not_found' } },
    ]);
  });

  test('go on at another node, with their intervals', async () => {
    const clock = new ManualClock();
    const cluster = memoryEngines();
    const one = await testDelivery({}, cluster.engine(), clock);
    const other = await testDelivery({}, cluster.engine(), clock);
    const ann = await one.visit();
    const { user } = ann.session;
    const written = [user.join('songs'), user.join('news')];
    await clock.advance(10);
    await Promise.all(written);
    ann.take().cut();
    void one.transmitter.toGroup('songs').transmit(show(1));
    void one.transmitter.toGroup('news').transmit(show(11));
    const left = user.leave('songs');
    await clock.advance(10);
    await left;
    void one.transmitter.toGroup('songs').transmit(show(2));
    await ann.back({ at: other.delivery });
    void one.transmitter.toGroup('songs').transmit(show(3));
    void one.transmitter.toGroup('news').transmit(show(12));
    await clock.advance(10);
    ann.take();
    expect([...ann.handled].sort()).toEqual([...shown(1, 11, 12)].sort());
    expect(ann.left).toHaveProperty([songs]);
    expect(ann.gaps).toEqual([]);
  });
});

describe('presence', () => {
  const entered = (id: number) => ({ info: { id }, entered: show(id), departed: show(-id) });

  async function watched() {
    const bench = await testDelivery({ presenceGrace: 5_000, window: 60_000 });
    const watcher = await bench.visit('watcher');
    await watcher.session.user.join('songs');
    watcher.take();
    return { ...bench, watcher };
  }

  test('greets and says farewell, in order, to all but the one who comes', async () => {
    const { visit, watcher } = await watched();
    const ann = await visit('ann');
    await ann.session.user.join('songs', entered(1));
    await ann.session.user.leave('songs');
    await ann.session.user.join('songs', entered(1));
    expect(watcher.take().handled).toEqual(shown(1, -1, 1));
    expect(ann.take().handled).toEqual([]);
  });

  test('lists who is present, a session each, with what they gave', async () => {
    const { visit, presence } = await watched();
    const [tab, other, bob] = [await visit('ann'), await visit('ann'), await visit('bob')];
    for (const one of [tab, other, bob])
      await one.session.user.join('songs', { info: { at: one.session.id } });
    expect(await presence.members('songs')).toEqual(
      [tab, other, bob].map(({ session: { id, user } }) => ({
        user: user.id,
        session: id,
        info: { at: id },
      })),
    );
    await tab.session.user.leave('songs');
    expect((await presence.members('songs')).map(({ session }) => session)).toEqual([
      other.session.id,
      bob.session.id,
    ]);
    expect(await presence.members('nobody')).toEqual([]);
  });

  test('takes two tabs for one user', async () => {
    const { visit, watcher } = await watched();
    const [tab, other] = [await visit('ann'), await visit('ann')];
    await tab.session.user.join('songs', entered(1));
    await other.session.user.join('songs', entered(1));
    await tab.session.user.leave('songs');
    expect(watcher.take().handled).toEqual(shown(1));
    await other.session.user.leave('songs');
    expect(watcher.take().handled).toEqual(shown(1, -1));
  });

  test('does not take a reconnect for a departure', async () => {
    const { visit, watcher, clock, presence } = await watched();
    const ann = await visit('ann');
    await ann.session.user.join('songs', entered(1));
    for (let cut = 0; cut < 3; cut += 1) {
      ann.take().cut();
      await clock.advance(4_999);
      expect(await presence.members('songs')).toHaveLength(1);
      await ann.back();
    }
    await clock.advance(10_000);
    expect(watcher.take().handled).toEqual(shown(1));
  });

  test('takes who stays away for gone, and who comes back then for new', async () => {
    const { visit, watcher, clock, presence } = await watched();
    const ann = await visit('ann');
    await ann.session.user.join('songs', entered(1));
    ann.take().cut();
    await clock.advance(5_000);
    expect(await presence.members('songs')).toEqual([]);
    expect(watcher.take().handled).toEqual(shown(1, -1));
    await ann.back();
    await clock.advance(0);
    expect(watcher.take().handled).toEqual(shown(1, -1, 1));
    // It was a member all along, and is told what it missed; its own greetings are not for it.
    expect(ann.take().handled).toEqual([]);
  });

  test('ends with the session', async () => {
    const { visit, watcher, presence, transmitter } = await watched();
    const ann = await visit('ann');
    await ann.session.user.join('songs', entered(1));
    await transmitter.kick('ann');
    expect(watcher.take().handled).toEqual(shown(1, -1));
    expect(await presence.members('songs')).toEqual([]);
  });

  test('joining again replaces what is known, silently', async () => {
    const { visit, watcher, presence } = await watched();
    const ann = await visit('ann');
    await ann.session.user.join('songs', entered(1));
    await ann.session.user.join('songs', entered(2));
    expect(await presence.members('songs')).toMatchObject([{ info: { id: 2 } }]);
    await ann.session.user.leave('songs');
    expect(watcher.take().handled).toEqual(shown(1, -2));
  });

  test('does not end when the session goes on at another node', async () => {
    const clock = new ManualClock();
    const cluster = memoryEngines();
    const one = await testDelivery({}, cluster.engine(), clock);
    const other = await testDelivery({}, cluster.engine(), clock);
    const watcher = await one.visit('watcher');
    const ann = await one.visit('ann');
    const joined = [watcher.session.user.join('songs'), ann.session.user.join('songs', entered(1))];
    await clock.advance(10);
    await Promise.all(joined);
    ann.take().cut();
    await clock.advance(1_000);
    await ann.back({ at: other.delivery });
    await clock.advance(10_000);
    expect(watcher.take().handled).toEqual(shown(1));
    expect(await other.presence.members('songs')).toHaveLength(1);
    ann.cut();
    await clock.advance(5_000);
    expect(watcher.take().handled).toEqual(shown(1, -1));
  });

  test('refuses what JSON cannot carry', async () => {
    const { visit } = await watched();
    const ann = await visit('ann');
    await expect(ann.session.user.join('songs', { info: () => 1 })).rejects.toThrow(/JSON cannot carry/);
    await expect(ann.session.user.join('songs', { entered: { 'No.such': '' } as never })).rejects.toThrow(
      /No\.such/,
    );
  });
});
