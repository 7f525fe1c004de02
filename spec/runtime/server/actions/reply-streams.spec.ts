import { describe, expect, test } from '@jest/globals';
import { CallContext } from '../../../../runtime/server/actions/call-context.js';
import { ReplyStreams } from '../../../../runtime/server/actions/reply-streams.js';
import { initialCredit } from '../../../../src/protocol/frames.js';
import { FakeUser } from '../../../support/fake-user.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function build() {
  const told: unknown[][] = [];
  const context = new CallContext();
  const user = new FakeUser();
  const streams = new ReplyStreams(user, context, {
    next: (id, _call, item) => told.push(['next', id, item]),
    end: (id, _call, value) => told.push(['end', id, value]),
    fail: (id, _call, error) => told.push(['fail', id, (error as Error).message]),
  });
  return { streams, told, context, user };
}

async function* count(to: number, left: string[] = []): AsyncGenerator<number, string> {
  try {
    for (let n = 1; n <= to; n += 1) yield n;
    return 'end';
  } finally {
    left.push('left');
  }
}

describe('ReplyStreams', () => {
  test('sends every item, then the end', async () => {
    const { streams, told } = build();
    await streams.run(7, 'Song.list', count(2));
    expect(told).toEqual([
      ['next', 7, 1],
      ['next', 7, 2],
      ['end', 7, 'end'],
    ]);
    expect(streams.size).toBe(0);
  });

  test('waits for credit, and tells an end that needs none', async () => {
    const { streams, told } = build();
    const short = streams.run(1, 'Song.list', count(initialCredit));
    await short;
    expect(told.at(-1)).toEqual(['end', 1, 'end']);
    const long = streams.run(2, 'Song.list', count(initialCredit + 3));
    await settled();
    expect(told.filter(([kind, id]) => kind === 'next' && id === 2)).toHaveLength(initialCredit);
    streams.more(2, 1);
    await settled();
    expect(told.at(-1)).toEqual(['next', 2, initialCredit + 1]);
    streams.more(2, 2);
    await long;
    expect(told.at(-1)).toEqual(['end', 2, 'end']);
  });

  test('a generator that throws fails behind its items', async () => {
    const { streams, told } = build();
    async function* failing() {
      yield 1;
      throw new Error('out of paper');
    }
    await streams.run(1, 'Song.list', failing());
    expect(told).toEqual([
      ['next', 1, 1],
      ['fail', 1, 'out of paper'],
    ]);
  });

  test('a cancelled one is left, its finally blocks run, and nothing follows', async () => {
    const { streams, told } = build();
    const left: string[] = [];
    const running = streams.run(1, 'Song.list', count(1_000, left));
    await settled();
    streams.cancel(1);
    streams.cancel(1);
    await running;
    await settled();
    expect(left).toEqual(['left']);
    expect(told.slice(initialCredit)).toEqual([['fail', 1, expect.any(String)]]);
  });

  test('closing leaves all of them without a word', async () => {
    const { streams, told } = build();
    const left: string[] = [];
    const running = [
      streams.run(1, 'Song.list', count(1_000, left)),
      streams.run(2, 'Song.list', count(1_000, left)),
    ];
    await settled();
    const before = told.length;
    streams.close();
    await Promise.all(running);
    await settled();
    expect(left).toEqual(['left', 'left']);
    expect(told).toHaveLength(before);
  });

  test('the body of a generator runs for the caller', async () => {
    const { streams, told, context, user } = build();
    async function* who() {
      yield context.user === user;
      await settled();
      yield context.user === user;
    }
    await streams.run(1, 'Song.list', who());
    expect(told.map(([, , item]) => item)).toEqual([true, true, undefined]);
  });
});
