import { describe, expect, test } from '@jest/globals';
import { Calls } from '../../../runtime/client/calls.js';
import { ManualClock } from '../../../runtime/testing/manual-clock.js';
import { RocketError } from '../../../src/errors.js';
import { initialCredit } from '../../../src/protocol/frames.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function build() {
  const sent: Record<string, unknown>[] = [];
  const unheard: Error[] = [];
  const translate = {
    params: (_action: string, value: unknown) => value,
    result: (_action: string, value: unknown) => value,
    item: (_action: string, value: unknown) => {
      if (value === 'bad') throw new TypeError('no item');
      return { revived: value };
    },
  };
  const clock = new ManualClock();
  const calls = new Calls({
    queueLimit: 10,
    clock,
    translate,
    unheard: (error) => unheard.push(error),
    changed() {},
  });
  const line = { send: (text: string) => sent.push(JSON.parse(text)), maxPayload: 1_000_000, maxCalls: 256 };
  const open = (resumed = false) => calls.opened(line, resumed);
  return { calls, sent, unheard, open, clock };
}

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const collected: unknown[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('a streamed result', () => {
  test('is iterated over, then awaited', async () => {
    const { calls, sent, open } = build();
    open();
    const stream = calls.stream('Song.list', { year: 1971 });
    expect(sent).toEqual([{ 'Song.list': { year: 1971 }, $id: 1 }]);
    const items = collect(stream);
    calls.settle(1, { next: 1 });
    await settled();
    calls.settle(1, { next: null });
    calls.settle(1, { value: { total: 2 } });
    expect(await items).toEqual([{ revived: 1 }, { revived: null }]);
    expect(await stream).toEqual({ total: 2 });
    expect(calls.pending()).toEqual([]);
  });

  test('is asked for as it is taken, half of the credit at a time', async () => {
    const { calls, sent, open } = build();
    open();
    const iterator = calls.stream('Song.list', '')[Symbol.asyncIterator]();
    for (let item = 0; item < initialCredit; item += 1) calls.settle(1, { next: item });
    for (let item = 0; item < initialCredit / 2 - 1; item += 1) await iterator.next();
    expect(sent).toHaveLength(1);
    await iterator.next();
    expect(sent[1]).toEqual({ $more: [1, initialCredit / 2] });
  });

  test('that is only awaited is let run to its end, whatever its length', async () => {
    const { calls, sent, open } = build();
    open();
    const end = Promise.resolve(calls.stream('Song.list', ''));
    await settled();
    for (let item = 0; item < 100; item += 1) calls.settle(1, { next: item });
    calls.settle(1, { value: 'done' });
    expect(await end).toBe('done');
    expect(sent.filter((frame) => '$more' in frame)).toHaveLength(Math.floor(100 / (initialCredit / 2)));
  });

  test('fails where it is read: behind the items that came before', async () => {
    const { calls, open, unheard } = build();
    open();
    const iterator = calls.stream('Song.list', '')[Symbol.asyncIterator]();
    calls.settle(1, { next: 1 });
    calls.settle(1, { error: new RocketError('forbidden').toWire() });
    expect(await iterator.next()).toEqual({ done: false, value: { revived: 1 } });
    await expect(iterator.next()).rejects.toMatchObject({ code: 'forbidden' });
    await settled();
    expect(unheard).toEqual([]);
  });

  test('that nobody looks at is reported when it fails', async () => {
    const { calls, open, unheard } = build();
    open();
    calls.stream('Song.list', '');
    calls.settle(1, { error: new RocketError('forbidden').toWire() });
    await settled();
    expect(unheard).toMatchObject([{ code: 'forbidden' }]);
  });

  test('is cancelled by leaving the loop', async () => {
    const { calls, sent, open } = build();
    open();
    const stream = calls.stream('Song.list', '');
    const left = (async () => {
      for await (const _item of stream) break;
    })();
    calls.settle(1, { next: 1 });
    await left;
    expect(sent[1]).toEqual({ $cancel: 1 });
    calls.settle(1, { error: new RocketError('cancelled').toWire() });
    await expect(stream).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('that waits for a connection and is cancelled is never sent', async () => {
    const { calls, sent, open } = build();
    const stream = calls.stream('Song.list', '');
    stream.cancel();
    open();
    await expect(stream).rejects.toMatchObject({ code: 'cancelled' });
    expect(sent).toEqual([]);
  });

  test('ends with the connection, its outcome unknown', async () => {
    const { calls, open } = build();
    open();
    const items = collect(calls.stream('Song.list', ''));
    calls.settle(1, { next: 1 });
    calls.lost();
    calls.giveUpSent();
    await expect(items).rejects.toMatchObject({ code: 'outcome_unknown' });
  });

  test('that is cancelled fails at once, behind the items that came, whatever still comes', async () => {
    const { calls, sent, open } = build();
    open();
    const stream = calls.stream('Song.list', '');
    const iterator = stream[Symbol.asyncIterator]();
    calls.settle(1, { next: 1 });
    stream.cancel();
    stream.cancel();
    calls.settle(1, { next: 2 });
    expect(await iterator.next()).toEqual({ done: false, value: { revived: 1 } });
    await expect(iterator.next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(sent.slice(1)).toEqual([{ $cancel: 1 }]);
    expect(calls.pending()).toEqual([1]);
    calls.settle(1, { error: new RocketError('cancelled').toWire() });
    expect(calls.pending()).toEqual([]);
  });

  test('ends by its signal and by its timeout', async () => {
    const { calls, open, clock } = build();
    open();
    const abort = new AbortController();
    const first = collect(calls.stream('Song.list', '', { signal: abort.signal }));
    const second = collect(calls.stream('Song.list', '', { timeout: 100 }));
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    const timedOut = expect(second).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(100);
    await timedOut;
    expect(clock.pending).toBe(0);
  });

  test('with an item that does not fit its type fails and is cancelled', async () => {
    const { calls, sent, open } = build();
    open();
    const items = collect(calls.stream('Song.list', ''));
    calls.settle(1, { next: 'bad' });
    await expect(items).rejects.toThrow('The result of Song.list does not fit its type');
    expect(sent[1]).toEqual({ $cancel: 1 });
  });

  describe('over a reconnect', () => {
    test('is sent again with the items that came and those that it still takes', async () => {
      const { calls, sent, open } = build();
      open();
      const iterator = calls.stream('Song.list', { year: 1971 })[Symbol.asyncIterator]();
      for (let item = 0; item < 20; item += 1) calls.settle(1, { next: item });
      calls.lost();
      // Taken while there is no connection: what the server may send grows all the same.
      for (let item = 0; item < 17; item += 1) await iterator.next();
      open(true);
      expect(sent).toEqual([
        { 'Song.list': { year: 1971 }, $id: 1 },
        { 'Song.list': { year: 1971 }, $id: 1, $items: [20, initialCredit + 16 - 20] },
      ]);
      for (let item = 20; item < 35; item += 1) calls.settle(1, { next: item });
      const rest: unknown[] = [];
      for (let item = 17; item < 35; item += 1) rest.push((await iterator.next()).value);
      expect(rest).toEqual(Array.from({ length: 18 }, (_, index) => ({ revived: index + 17 })));
      expect(sent[2]).toEqual({ $more: [1, 16] });
    });

    test('of which nothing has come says so', () => {
      const { calls, sent, open } = build();
      open();
      void calls.stream('Song.list', '');
      calls.lost();
      open(true);
      expect(sent[1]).toMatchObject({ $id: 1, $items: [0, initialCredit] });
    });

    test('never has more under way than its credit, and none lost or twice, however often it is cut', async () => {
      const { calls, sent, open } = build();
      open();
      const items = collect(calls.stream('Song.list', ''));
      let came = 0;
      let mayCome = initialCredit;
      for (let round = 0; round < 40; round += 1) {
        const count = Math.min(mayCome, (round * 7) % 19);
        for (let item = 0; item < count; item += 1) calls.settle(1, { next: came + item });
        came += count;
        await settled();
        calls.lost();
        open(true);
        const [told, more] = (sent.at(-1) as { $items: [number, number] }).$items;
        expect(told).toBe(came);
        expect(more).toBeGreaterThan(initialCredit / 2);
        expect(more).toBeLessThanOrEqual(initialCredit);
        mayCome = more;
      }
      calls.settle(1, {});
      expect(await items).toEqual(Array.from({ length: came }, (_, item) => ({ revived: item })));
      expect(came).toBeGreaterThan(300);
    });

    test('and given up meanwhile has its $cancel sent in its place, once', () => {
      const { calls, sent, open, unheard } = build();
      open();
      const stream = calls.stream('Song.list', '');
      calls.lost();
      stream.cancel();
      expect(calls.pending()).toEqual([1]);
      open(true);
      expect(sent.slice(1)).toEqual([{ $cancel: 1 }]);
      calls.lost();
      open(true);
      expect(sent).toHaveLength(2);
      expect(unheard).toEqual([]);
    });
  });

  test('is iterated over once', () => {
    const { calls, open } = build();
    open();
    const stream = calls.stream('Song.list', '');
    stream[Symbol.asyncIterator]();
    expect(() => stream[Symbol.asyncIterator]()).toThrow('once');
  });
});
