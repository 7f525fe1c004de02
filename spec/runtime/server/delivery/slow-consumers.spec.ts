import { describe, expect, test } from '@jest/globals';
import { show, shown, testDelivery } from '../../../support/test-delivery.js';

describe('a connection that is full', () => {
  test('is sent nothing more, and is caught up in order when it drains; others notice nothing', async () => {
    const { visit, transmitter, delivery } = await testDelivery();
    const [slow, quick] = [await visit('ann'), await visit('bob')];
    for (const { session } of [slow, quick]) await session.user.join('songs');
    slow.take();
    const full = slow.outlet.raw.length;
    slow.outlet.room = full;
    for (let id = 1; id <= 300; id += 1) void transmitter.toGroup('songs').transmit(show(id));
    for (let id = 301; id <= 310; id += 1) void slow.session.user.transmit(show(id));
    expect(slow.outlet.raw).toHaveLength(full);
    expect(quick.take().handled).toHaveLength(300);
    for (let room = full + 50; slow.take().handled.length < 310; room += 50) {
      expect(slow.outlet.raw.length).toBeLessThan(full + 600);
      slow.outlet.room = room;
      delivery.drained(slow.session);
    }
    const all = Array.from({ length: 300 }, (_, index) => index + 1);
    expect(slow.handled.slice(0, 10)).toEqual(shown(301, 302, 303, 304, 305, 306, 307, 308, 309, 310));
    expect(slow.handled.slice(10)).toEqual(shown(...all));
    void transmitter.toGroup('songs').transmit(show(311));
    slow.outlet.room = Number.POSITIVE_INFINITY;
    delivery.drained(slow.session);
    expect(slow.take().handled.at(-1)).toBe(shown(311)[0]);
    expect(slow.gaps).toEqual([]);
  });

  test('that stays full for longer than entries are kept is told of the gap when it drains', async () => {
    const { visit, transmitter, delivery } = await testDelivery({ history: { entries: 5, bytes: 10_000 } });
    const slow = await visit('ann');
    slow.outlet.room = slow.outlet.raw.length;
    for (let id = 1; id <= 50; id += 1) {
      void slow.session.user.transmit(show(id));
      void transmitter.toUser('ann').transmit(show(id));
    }
    expect(slow.session.log.length).toBe(5);
    slow.outlet.room = Number.POSITIVE_INFINITY;
    delivery.drained(slow.session);
    expect(slow.take().gaps).toEqual([': expired', 'user: expired']);
    void slow.session.user.transmit(show(51));
    expect(slow.take().handled).toEqual(shown(51));
  });

  test('has its replies behind the transmissions that were made before them', async () => {
    const { visit, delivery } = await testDelivery();
    const slow = await visit('ann');
    slow.outlet.room = slow.outlet.raw.length;
    void slow.session.user.transmit(show(1));
    slow.session.reply(1, '7');
    void slow.session.user.transmit(show(2));
    expect(slow.sent).toEqual([]);
    slow.outlet.room = Number.POSITIVE_INFINITY;
    delivery.drained(slow.session);
    expect(slow.sent).toEqual([
      { 'Song.show': { id: 1 }, $at: ['1', 1] },
      { 'Song.show': { id: 2 }, $at: ['1', 2] },
      { $re: 1, value: 7 },
    ]);
  });

  test('is closed with 4008 where the app wants that, and is caught up when it comes back', async () => {
    const { visit, transmitter } = await testDelivery({ slowConsumers: 'close' });
    const slow = await visit('ann');
    slow.outlet.room = slow.outlet.raw.length;
    void transmitter.toUser('ann').transmit(show(1));
    expect(slow.outlet.closed).toMatchObject({ code: 4008 });
    slow.cut();
    await slow.back();
    expect(slow.take().handled).toEqual(shown(1));
  });

  test('and then leaves the group gets what it was to get until then, and the end of it', async () => {
    const { visit, transmitter, delivery } = await testDelivery();
    const slow = await visit('ann');
    await slow.session.user.join('songs');
    slow.take();
    slow.outlet.room = slow.outlet.raw.length;
    void transmitter.toGroup('songs').transmit(show(1));
    await slow.session.user.leave('songs');
    void transmitter.toGroup('songs').transmit(show(2));
    await slow.session.user.join('songs');
    void transmitter.toGroup('songs').transmit(show(3));
    slow.outlet.room = Number.POSITIVE_INFINITY;
    delivery.drained(slow.session);
    void transmitter.toGroup('songs').transmit(show(4));
    expect(slow.take().handled).toEqual(shown(1, 3, 4));
    expect(slow.gaps).toEqual([]);
  });
});
