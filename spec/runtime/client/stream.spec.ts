import { describe, expect, test } from '@jest/globals';
import { Calls } from '../../../runtime/client/calls.js';

import { RocketError } from '../../../src/errors.js';
import { initialCredit } from '../../../src/protocol/frames.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function build() {
  const sent: Record<string, unknown>[] = [];
  const unheard: Error[] = [];
  const translate = {
    params: (_action: string, value: unknown) => value,
    result: (_action: string, value: unknown) => value,
    item: (_action: string, value: unknown) => ({ revived: value }),
  };
  const calls = new Calls(10, translate, (error) => unheard.push(error));
  const line = { send: (text: string) => sent.push(JSON.parse(text)), maxPayload: 1_000_000 };
  const open = () => calls.opened(line, false);
  return { calls, sent, unheard, open };
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

  test('is iterated over once', () => {
    const { calls, open } = build();
    open();
    const stream = calls.stream('Song.list', '');
    stream[Symbol.asyncIterator]();
    expect(() => stream[Symbol.asyncIterator]()).toThrow('once');
  });
});
