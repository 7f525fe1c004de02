import { describe, expect, test } from '@jest/globals';
import { Call } from '../../../../runtime/server/actions/call.js';
import { CallContext } from '../../../../runtime/server/actions/call-context.js';
import { ReplyStream } from '../../../../runtime/server/actions/reply-stream.js';
import { RocketError } from '../../../../src/errors.js';
import { initialCredit } from '../../../../src/protocol/frames.js';
import { FakeUser } from '../../../support/fake-user.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

class Line {
  connection: object | undefined = {};
  readonly items: number[] = [];

  next(frame: string): void {
    this.items.push((JSON.parse(frame) as { next: number }).next);
  }
}

/** One for all: each that has run looks at every promise of the process. */
const context = new CallContext();

function build(isAwaited = false) {
  const user = new FakeUser();
  const call = new Call(user, 'Song.list', 7);
  const line = new Line();
  const stream = new ReplyStream(call, context, line, (item) => JSON.stringify(item), isAwaited);
  return { stream, call, line, context, user };
}

async function* count(to: number, left: string[] = []): AsyncGenerator<number, string> {
  try {
    for (let n = 1; n <= to; n += 1) yield n;
    return 'end';
  } finally {
    left.push('left');
  }
}

const upTo = (to: number, from = 1) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a stream', () => {
  test('sends every item, then says what its generator returned', async () => {
    const { stream, line } = build();
    expect(await stream.run(count(2))).toBe('end');
    expect(line.items).toEqual([1, 2]);
    expect(stream.tail.frames).toHaveLength(2);
  });

  test('waits for credit, one item ahead, and tells an end that needs none', async () => {
    const short = build();
    expect(await short.stream.run(count(initialCredit))).toBe('end');
    const { stream, line } = build();
    let made = 0;
    const running = stream.run(
      (async function* () {
        while (made < initialCredit + 3) {
          made += 1;
          yield made;
        }
      })(),
    );
    await settled();
    expect(line.items).toHaveLength(initialCredit);
    expect(made).toBe(initialCredit + 1);
    stream.more(1);
    await settled();
    expect(line.items).toHaveLength(initialCredit + 1);
    stream.more(2);
    await running;
    expect(line.items).toEqual(upTo(initialCredit + 3));
  });

  test('fails behind its items', async () => {
    const { stream, line } = build();
    async function* failing() {
      yield 1;
      throw new Error('out of paper');
    }
    await expect(stream.run(failing())).rejects.toThrow('out of paper');
    expect(line.items).toEqual([1]);
  });

  test('whose call is over is left, and its finally blocks run', async () => {
    const { stream, call, line } = build();
    const left: string[] = [];
    const told: RocketError[] = [];
    call.aborted = (error) => told.push(error);
    const running = stream.run(count(1_000, left));
    await settled();
    call.abort(new RocketError('cancelled'));
    call.abort(new RocketError('timeout'));
    await running;
    await settled();
    expect(left).toEqual(['left']);
    expect(told).toMatchObject([{ code: 'cancelled' }]);
    expect(line.items).toHaveLength(initialCredit);
  });

  test('runs its body for the caller', async () => {
    const { stream, line, context, user } = build();
    async function* who() {
      yield context.user === user;
      await settled();
      yield context.user === user;
    }
    await stream.run(who());
    expect(line.items).toEqual([true, true]);
  });
});

describe('a stream whose client comes back', () => {
  test('goes on without loss or repetition, whatever had come and whatever was taken', async () => {
    for (const total of [5, 40, 70]) {
      for (let came = 0; came <= Math.min(total, initialCredit); came += 1) {
        for (const taken of [0, Math.floor(came / 2), came]) {
          const { stream, line } = build();
          const running = stream.run(count(total));
          await settled();
          line.connection = undefined;
          await settled();
          const received = line.items.slice(0, came);
          line.items.length = 0;
          line.connection = {};
          // Nothing is sent before the client has said where it stands.
          await settled();
          expect(line.items).toEqual([]);
          if (line.connection === undefined) throw new Error('unreachable');
          const isOver = await Promise.race([running.then(() => true), settled().then(() => false)]);
          if (isOver) {
            // Its end was told while the client was there: the tail is the session's to send again.
            const { from, frames } = stream.tail;
            const again = frames.slice(Math.max(0, came - from)).map((frame) => JSON.parse(frame).next);
            expect([...received, ...again]).toEqual(upTo(total));
            continue;
          }
          const more = initialCredit - (came - taken);
          stream.resume(came, more);
          await settled();
          expect(line.items).toHaveLength(Math.min(more, total - came));
          for (let step = 0; step < 20; step += 1) {
            stream.more(10);
            await settled();
          }
          await running;
          expect([...received, ...line.items]).toEqual(upTo(total));
        }
      }
    }
  });

  test('keeps no more than its credit, however often it comes back', async () => {
    const { stream, line } = build();
    void stream.run(count(100_000));
    await settled();
    let came = 0;
    for (let cut = 0; cut < 50; cut += 1) {
      came += line.items.length;
      line.items.length = 0;
      line.connection = {};
      // What the client said of the items it had taken was lost each time.
      stream.resume(came, initialCredit);
      await settled();
      expect(stream.tail.frames.length).toBeLessThanOrEqual(initialCredit);
      stream.more(initialCredit);
      await settled();
      expect(stream.tail.frames.length).toBeLessThanOrEqual(2 * initialCredit);
    }
  });

  test('and claims items that were never sent, or that are not kept any more, is refused', async () => {
    const { stream } = build();
    void stream.run(count(1_000));
    await settled();
    expect(() => stream.resume(initialCredit + 1, 5)).toThrow('can be sent again');
    stream.more(initialCredit);
    await settled();
    expect(() => stream.resume(0, 5)).toThrow('can be sent again');
  });

  test('before it began waits until it is asked for again', async () => {
    const { stream, line } = build(true);
    const running = stream.run(count(3));
    await settled();
    expect(line.items).toEqual([]);
    stream.resume(0, initialCredit);
    await running;
    expect(line.items).toEqual([1, 2, 3]);
  });
});
