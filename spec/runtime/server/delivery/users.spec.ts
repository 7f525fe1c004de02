import { describe, expect, test } from '@jest/globals';
import { memoryEngines } from '../../../../runtime/server/engine/memory-engine.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import { show, shown, testDelivery } from '../../../support/test-delivery.js';

describe('a session that becomes another user’s', () => {
  test('leaves the groups of the former one and hears as the new one alone', async () => {
    const { visit, transmitter, delivery } = await testDelivery();
    const ann = await visit('ann');
    const former = ann.session.user;
    await former.join('songs');
    ann.take();
    await delivery.sessions.changeUser(ann.session, { id: 'bob' });
    const [left, baseline, ...more] = ann.sent.slice(1);
    expect(left).toEqual({ $left: 'group:songs' });
    expect(baseline).toEqual({ $of: 'user', $at: [expect.any(String), 0] });
    expect(more).toEqual([]);
    void transmitter.toUser('ann').transmit(show(1));
    void transmitter.toGroup('songs').transmit(show(2));
    void transmitter.toUser('bob').transmit(show(3));
    expect(ann.take().handled).toEqual(shown(3));
    await expect(former.transmit(show(4))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(former.join('songs')).rejects.toMatchObject({ code: 'forbidden' });
    await former.leave('songs');
    void ann.session.user.transmit(show(5));
    expect(ann.take().handled).toEqual(shown(3, 5));
  });

  test('is not sent again what was the former one’s, here or elsewhere: it is told of a gap', async () => {
    for (const isElsewhere of [false, true]) {
      const clock = new ManualClock();
      const cluster = memoryEngines();
      const one = await testDelivery({}, cluster.engine(), clock);
      const other = await testDelivery({}, cluster.engine(), clock);
      const ann = await one.visit('ann');
      void ann.session.user.join('songs');
      await clock.advance(10);
      ann.take();
      void ann.session.user.transmit(show(1));
      void one.transmitter.toUser('ann').transmit(show(2));
      void one.transmitter.toGroup('songs').transmit(show(3));
      await clock.advance(10);
      await one.delivery.sessions.changeUser(ann.session, { id: 'bob' });
      await clock.advance(10);
      ann.cut();
      void one.transmitter.toUser('ann').transmit(show(4));
      await ann.back({ at: isElsewhere ? other.delivery : one.delivery });
      void one.transmitter.toUser('bob').transmit(show(5));
      void ann.session.user.transmit(show(6));
      await clock.advance(10);
      ann.take();
      expect([...ann.handled].sort()).toEqual(shown(5, 6));
      expect(ann.gaps).toContain(': expired');
      expect(ann.seen).not.toHaveProperty(['group:songs']);
    }
  });

  test('stays as it is where the user is the same: the identity is the newer one', async () => {
    const { visit, transmitter, delivery } = await testDelivery();
    const ann = await visit('ann');
    const former = ann.session.user;
    await former.join('songs');
    await delivery.sessions.changeUser(ann.session, { id: 'ann', name: 'Ann' } as never);
    expect(ann.session.user.identity).toEqual({ id: 'ann', name: 'Ann' });
    void transmitter.toGroup('songs').transmit(show(1));
    void former.transmit(show(2));
    expect(ann.take().handled).toEqual(shown(1, 2));
  });
});

describe('a user who is kicked', () => {
  test('loses all sessions, with a connection or without, and none can be resumed', async () => {
    const { visit, transmitter, ended } = await testDelivery();
    const [tab, away, bob] = [await visit('ann'), await visit('ann'), await visit('bob')];
    away.cut();
    await transmitter.kick('ann', 'x'.repeat(500));
    expect(tab.outlet.closed).toEqual({ code: 4501, reason: 'x'.repeat(120) });
    expect(await tab.back()).toBe(false);
    expect(await away.back()).toBe(false);
    expect(ended.map(({ reason }) => reason)).toEqual(['kicked', 'kicked']);
    expect(bob.outlet.closed).toBeUndefined();
  });

  test('loses them wherever they are', async () => {
    const clock = new ManualClock();
    const cluster = memoryEngines();
    const one = await testDelivery({}, cluster.engine(), clock);
    const other = await testDelivery({}, cluster.engine(), clock);
    const [here, there] = [await one.visit('ann'), await other.visit('ann')];
    await one.transmitter.kick('ann');
    expect(here.outlet.closed).toMatchObject({ code: 4501 });
    expect(there.outlet.closed).toMatchObject({ code: 4501 });
    for (const visitor of [here, there])
      for (const at of [one.delivery, other.delivery]) expect(await visitor.back({ at })).toBe(false);
  });

  test('cannot go on with a session that is being taken over at that moment', async () => {
    const clock = new ManualClock();
    const cluster = memoryEngines();
    const one = await testDelivery({}, cluster.engine(), clock);
    const engine = cluster.engine();
    const claim = engine.claimSession.bind(engine);
    let isKicked = true;
    engine.claimSession = async (...args) => {
      const claimed = await claim(...args);
      if (isKicked) await one.transmitter.kick('ann');
      return claimed;
    };
    const other = await testDelivery({}, engine, clock);
    const [ann, bob] = [await one.visit('ann'), await one.visit('bob')];
    expect(await ann.back({ at: other.delivery })).toBe(false);
    isKicked = false;
    expect(await ann.back({ at: other.delivery })).toBe(false);
    expect(await bob.back({ at: other.delivery })).toBe(true);
    expect(other.delivery.sessions.size).toBe(1);
  });
});
