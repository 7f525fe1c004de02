import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Call } from '../../../runtime/server/actions/call.js';
import { CallContext } from '../../../runtime/server/actions/call-context.js';
import type { Dispatcher } from '../../../runtime/server/actions/dispatcher.js';
import { Calls } from '../../../runtime/server/calls.js';
import { RocketError } from '../../../src/errors.js';
import { Events } from '../../../src/events.js';
import { show, testDelivery } from '../../support/test-delivery.js';
import type { TestVisitor } from '../../support/test-visitor.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

interface Run {
  readonly call: Call;
  answer(value?: unknown): void;
  fail(error: unknown): void;
}

interface Settings {
  maxCallsInFlight?: number;
  replies?: { entries: number; bytes: number };
  idempotent?: boolean;
  timeout?: number;
}

/** Calls of an action that answers when it is told to, with what it is told. */
async function build({ maxCallsInFlight = 10, idempotent = false, timeout, replies }: Settings = {}) {
  const bench = await testDelivery(replies === undefined ? {} : { replies });
  const events = new Events();
  const runs: Run[] = [];
  const dispatch = (call: Call) =>
    new Promise((resolve, reject) => runs.push({ call, answer: resolve, fail: reject }));
  const dispatcher = { dispatch, entry: () => ({ idempotent, timeout }) } as unknown as Dispatcher;
  const settings = { maxCallsInFlight, callTimeout: 60_000 };
  const calls = new Calls(dispatcher, new CallContext(), events, bench.clock, settings, {
    results: {},
    items: {},
  });
  const visitor = await bench.visit('ann');
  const send = (id: number, one: TestVisitor = visitor, items?: readonly [number, number]) => {
    const { session } = one;
    const form = { text: false, items };
    if (session.ledger.state(id) === 'new') void calls.answer(session, id, 'Song.show', undefined, form);
    else return calls.again(session, id, 'Song.show', undefined, form);
    return true;
  };
  const run = (index: number) => runs[index] as Run;
  return { ...bench, calls, visitor, events, runs, run, send };
}

async function* count(log: string[], to = Number.POSITIVE_INFINITY): AsyncGenerator<number> {
  log.push('begun');
  try {
    for (let n = 1; n <= to; n += 1) yield n;
  } finally {
    log.push('left');
  }
}

describe('a call', () => {
  let bench: Awaited<ReturnType<typeof build>>;

  beforeEach(async () => {
    bench = await build();
  });

  test('runs once: of its id that was seen there is nothing to run', async () => {
    const { send, run, runs, visitor } = bench;
    expect(send(1)).toBe(true);
    run(0).answer(7);
    await settled();
    expect(send(1)).toBe(false);
    expect(runs).toHaveLength(1);
    expect(visitor.sent).toEqual([{ $re: 1, value: 7 }]);
  });

  test('has its reply again where the client comes back without it, once', async () => {
    const { send, run, runs, visitor } = bench;
    send(1);
    run(0).answer(7);
    await settled();
    visitor.cut();
    await visitor.back({ pending: [1] });
    expect(visitor.sent).toEqual([]);
    expect(send(1)).toBe(true);
    expect(send(1)).toBe(false);
    expect(visitor.sent).toEqual([{ $re: 1, value: 7 }]);
    expect(runs).toHaveLength(1);
  });

  test('that still runs when the client comes back has one reply, when it ends', async () => {
    const { send, run, runs, visitor } = bench;
    send(1);
    visitor.cut();
    await visitor.back({ pending: [1] });
    send(1);
    run(0).answer(7);
    await settled();
    expect(visitor.sent).toEqual([{ $re: 1, value: 7 }]);
    expect(runs).toHaveLength(1);
  });

  test('that ends between the welcome and the asking has one reply as well', async () => {
    const { send, run, visitor } = bench;
    send(1);
    visitor.cut();
    await visitor.back({ pending: [1] });
    run(0).answer(7);
    await settled();
    send(1);
    expect(visitor.sent).toEqual([{ $re: 1, value: 7 }]);
  });

  test('that ends while the client is away has its reply behind what was transmitted', async () => {
    const { send, run, visitor } = bench;
    send(1);
    visitor.cut();
    void run(0).call.user.transmit(show(1));
    run(0).answer(7);
    await settled();
    await visitor.back({ pending: [1] });
    send(1);
    expect(visitor.sent).toEqual([
      { 'Song.show': { id: 1 }, $at: ['1', 1] },
      { $re: 1, value: 7 },
    ]);
  });

  test('whose reply is not kept any more has an unknown outcome', async () => {
    const { send, run, runs, visitor } = await build({ replies: { entries: 1, bytes: 1_000 } });
    for (const id of [1, 2]) send(id);
    for (const index of [0, 1]) run(index).answer(index);
    await settled();
    visitor.cut();
    await visitor.back({ pending: [1] });
    send(1);
    expect(visitor.sent).toMatchObject([{ $re: 1, error: { code: 'outcome_unknown' } }]);
    expect(runs).toHaveLength(2);
  });

  test('of an idempotent action is run again then, under the same key', async () => {
    const { send, run, runs, visitor } = await build({
      idempotent: true,
      replies: { entries: 1, bytes: 1_000 },
    });
    for (const id of [1, 2]) send(id);
    for (const index of [0, 1]) run(index).answer(index);
    await settled();
    visitor.cut();
    await visitor.back({ pending: [1] });
    send(1);
    expect(runs).toHaveLength(3);
    expect(run(2).call.idempotencyKey).toBe(run(0).call.idempotencyKey);
    run(2).answer('again');
    await settled();
    expect(visitor.sent).toEqual([{ $re: 1, value: 'again' }]);
  });

  test('is forgotten when the client says that it has the reply, and not before', async () => {
    const { send, run, visitor, delivery } = bench;
    for (const id of [1, 2, 3]) send(id);
    for (const index of [0, 1, 2]) run(index).answer(index);
    await settled();
    delivery.sessions.acknowledge(visitor.session, undefined, 2);
    expect([1, 2, 3].map((id) => visitor.session.ledger.resend(id, 0).length)).toEqual([0, 0, 1]);
    delivery.sessions.acknowledge(visitor.session, undefined, 1_000);
    send(4);
    run(3).answer(4);
    await settled();
    expect(visitor.session.ledger.resend(4, 0)).toHaveLength(1);
  });

  test('beyond the limit is refused with an answer; one that nobody waits for counts until it ends', async () => {
    const { send, run, runs, visitor, calls } = await build({ maxCallsInFlight: 2 });
    for (const id of [1, 2, 3]) send(id);
    expect(runs).toHaveLength(2);
    expect(visitor.sent).toMatchObject([{ $re: 3, error: { code: 'rate_limited', retryable: true } }]);
    calls.cancel(visitor.session, 1);
    send(4);
    expect(visitor.sent.at(-1)).toMatchObject({ $re: 4, error: { code: 'rate_limited' } });
    run(0).answer();
    await settled();
    send(5);
    expect(runs).toHaveLength(3);
  });

  test('that is cancelled is answered at once, and its signal says why; what it returns is not told', async () => {
    const { send, run, visitor, calls } = bench;
    send(1);
    const { signal } = run(0).call;
    calls.cancel(visitor.session, 1);
    calls.cancel(visitor.session, 1);
    expect(visitor.sent).toMatchObject([{ $re: 1, error: { code: 'cancelled' } }]);
    expect(signal.reason).toMatchObject({ code: 'cancelled' });
    run(0).answer(7);
    await settled();
    expect(visitor.sent).toHaveLength(1);
    expect(calls.underWay).toBe(0);
  });

  test('that is cancelled after its reply says nothing new', async () => {
    const { send, run, visitor, calls } = bench;
    send(1);
    run(0).answer(7);
    await settled();
    calls.cancel(visitor.session, 1);
    calls.cancel(visitor.session, 99);
    expect(visitor.sent).toEqual([{ $re: 1, value: 7 }]);
  });

  test('that is cancelled by a client that came back has an end, even one that never came', async () => {
    const { send, run, runs, visitor, calls } = bench;
    for (const id of [1, 2]) send(id);
    run(0).answer(7);
    await settled();
    visitor.cut();
    await visitor.back({ pending: [1, 2, 3] });
    for (const id of [1, 2, 3, 4]) calls.cancel(visitor.session, id);
    expect(visitor.sent).toMatchObject([
      { $re: 1, value: 7 },
      { $re: 2, error: { code: 'cancelled' } },
      { $re: 3, error: { code: 'cancelled' } },
    ]);
    send(4);
    expect(runs).toHaveLength(3);
  });

  test('that takes longer than it may is answered with timeout, by the clock', async () => {
    const { send, run, visitor, clock } = await build({ timeout: 1_000 });
    send(1);
    await clock.advance(999);
    expect(visitor.sent).toEqual([]);
    await clock.advance(1);
    expect(visitor.sent).toMatchObject([{ $re: 1, error: { code: 'timeout', retryable: true } }]);
    expect(run(0).call.signal.aborted).toBe(true);
    run(0).fail(new Error('too late'));
    await settled();
    expect(visitor.sent).toHaveLength(1);
  });

  test('is aborted when its session ends, and not when its connection does', async () => {
    const { send, run, visitor, clock, calls } = bench;
    send(1);
    const { signal } = run(0).call;
    visitor.cut();
    await clock.advance(59_000);
    expect(signal.aborted).toBe(false);
    await clock.advance(61_000);
    expect(signal.aborted).toBe(true);
    run(0).answer();
    await settled();
    expect(calls.underWay).toBe(0);
  });

  test('without an id tells its failures alone, and has a key that no other has', async () => {
    const { run, visitor, calls } = bench;
    const message = { 'Song.show': '', 'Song.index': '' };
    const running = calls.runAll(visitor.session, message, Object.keys(message), false);
    run(0).fail(new RocketError('not_found'));
    await settled();
    run(1).answer(7);
    await running;
    expect(visitor.sent).toMatchObject([{ $error: { call: 'Song.show', code: 'not_found' } }]);
    expect(run(0).call.idempotencyKey).not.toBe(run(1).call.idempotencyKey);
    const next = await build();
    void next.calls.runAll(visitor.session, message, ['Song.show'], false);
    expect(next.run(0).call.idempotencyKey).not.toBe(run(0).call.idempotencyKey);
  });

  test('whose result cannot be looked at is an internal error, whose reference is in the log', async () => {
    const { send, run, visitor, events } = bench;
    const references: unknown[] = [];
    events.on('reply.failed', ({ reference }) => references.push(reference));
    send(1);
    const trap = () => {
      throw new Error('do not touch');
    };
    // A promise that is resolved with a proxy asks it for `then`.
    run(0).answer(
      new Proxy(
        {},
        { has: trap, ownKeys: trap, get: (_target, key) => (key === 'then' ? undefined : trap()) },
      ),
    );
    await settled();
    const { error } = visitor.sent[0] as { error: { code: string; reference: string } };
    expect(error).toMatchObject({ code: 'internal' });
    expect(references).toEqual([error.reference]);
  });
});

describe('a streamed call', () => {
  test('whose caller has gone before it began does not begin, and holds nothing', async () => {
    const { calls, delivery, run, send, visitor } = await build();
    const log: string[] = [];
    send(1);
    delivery.sessions.kick(visitor.session, 'bye');
    run(0).answer(count(log));
    await settled();
    expect(log).toEqual([]);
    expect(calls.underWay).toBe(0);
  });

  test('is left when its session ends, and gives its place back', async () => {
    const { calls, delivery, run, send, visitor } = await build();
    const log: string[] = [];
    send(1);
    run(0).answer(count(log));
    await settled();
    expect(calls.underWay).toBe(1);
    delivery.sessions.kick(visitor.session, 'bye');
    await settled();
    expect(log).toEqual(['begun', 'left']);
    expect(calls.underWay).toBe(0);
    expect(visitor.sent).toHaveLength(32);
  });

  test.each([0, 1, 31, 32])('goes on behind the %i items that came, each once', async (came) => {
    const { run, send, visitor, calls } = await build();
    send(1);
    run(0).answer(count([], 50));
    await settled();
    const items = visitor.sent.slice(0, came).map(({ next }) => next);
    visitor.cut();
    await visitor.back({ pending: [1] });
    await settled();
    expect(visitor.sent).toEqual([]);
    send(1, visitor, [came, 32]);
    await settled();
    calls.more(visitor.session, 1, 32);
    await settled();
    const [end, ...rest] = [...visitor.sent].reverse();
    expect(end).toEqual({ $re: 1 });
    expect([...items, ...rest.reverse().map(({ next }) => next)]).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
  });

  test('that begins between the welcome and the asking sends its items once', async () => {
    const { run, send, visitor } = await build();
    send(1);
    visitor.cut();
    await visitor.back({ pending: [1] });
    run(0).answer(count([], 3));
    await settled();
    send(1, visitor, [0, 32]);
    await settled();
    expect(visitor.sent).toEqual([{ $re: 1, next: 1 }, { $re: 1, next: 2 }, { $re: 1, next: 3 }, { $re: 1 }]);
  });

  test.each([0, 2, 3])('that has ended sends what is missing behind %i items, and its end', async (came) => {
    const { run, send, visitor } = await build();
    send(1);
    run(0).answer(count([], 3));
    await settled();
    visitor.cut();
    await visitor.back({ pending: [1] });
    send(1, visitor, [came, 32]);
    expect(visitor.sent).toEqual([...[1, 2, 3].slice(came).map((next) => ({ $re: 1, next })), { $re: 1 }]);
  });

  test('has no deadline but one of its own', async () => {
    const log: string[] = [];
    const free = await build();
    free.send(1);
    free.run(0).answer(count(log));
    await free.clock.advance(100_000);
    expect(log).toEqual(['begun']);
    const bound = await build({ timeout: 1_000 });
    bound.send(1);
    bound.run(0).answer(count(log));
    await bound.clock.advance(1_000);
    expect(bound.visitor.sent.at(-1)).toMatchObject({ error: { code: 'timeout' } });
  });
});
