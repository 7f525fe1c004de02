import { describe, expect, test } from '@jest/globals';
import { CallContext } from '../../../runtime/server/actions/call-context.js';
import type { Dispatcher } from '../../../runtime/server/actions/dispatcher.js';
import { Calls } from '../../../runtime/server/calls.js';
import { Delivery } from '../../../runtime/server/delivery/delivery.js';
import { MemoryEngine } from '../../../runtime/server/engine/memory-engine.js';
import { Events } from '../../../src/events.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Calls over an action that answers when it is told to, with what it is told. */
async function build() {
  const events = new Events();
  const delivery = new Delivery('node', new MemoryEngine(), events);
  await delivery.start({});
  const sent: string[] = [];
  const outlet = { dialect: 'rocket.v1' as const, send: (frame: unknown) => sent.push(String(frame)) };
  const { user } = await delivery.open(outlet, { id: 's', secret: 'x', identity: { id: 'ann' } });
  user.session.begin();
  let answer: (value: unknown) => void = () => {};
  const dispatch = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const dispatcher = { dispatch } as unknown as Dispatcher;
  const calls = new Calls(dispatcher, new CallContext(), events, 10, { results: {}, items: {} });
  const disconnect = () => {
    delivery.end(user.session);
    calls.end(user);
  };
  return { calls, user, sent, events, disconnect, answer: (value: unknown) => answer(value) };
}

async function* count(log: string[]): AsyncGenerator<number> {
  log.push('begun');
  try {
    for (let n = 1; ; n += 1) yield n;
  } finally {
    log.push('left');
  }
}

describe('Calls', () => {
  test('a result that cannot be looked at is an internal error, whose reference is in the log', async () => {
    const { calls, user, sent, events, answer } = await build();
    const references: unknown[] = [];
    events.on('reply.failed', ({ reference }) => references.push(reference));
    const answered = calls.answer(user, 1, 'Song.trap', undefined, false);
    const trap = () => {
      throw new Error('do not touch');
    };
    // A promise that is resolved with a proxy asks it for `then`.
    answer(
      new Proxy(
        {},
        { has: trap, ownKeys: trap, get: (_target, key) => (key === 'then' ? undefined : trap()) },
      ),
    );
    await answered;
    const { error } = JSON.parse(sent[0] ?? '{}') as { error: { code: string; reference: string } };
    expect(error).toMatchObject({ code: 'internal' });
    expect(references).toEqual([error.reference]);
  });

  test('a stream whose caller has gone before it began does not begin, and holds nothing', async () => {
    const { calls, user, disconnect, answer } = await build();
    const log: string[] = [];
    const answered = calls.answer(user, 1, 'Song.count', undefined, false);
    disconnect();
    answer(count(log));
    await answered;
    expect(log).toEqual([]);
    expect(user.session.callsInFlight).toBe(0);
  });

  test('a stream under way is left when its caller goes, and gives its place back', async () => {
    const { calls, user, sent, disconnect, answer } = await build();
    const log: string[] = [];
    const answered = calls.answer(user, 1, 'Song.count', undefined, false);
    answer(count(log));
    await settled();
    expect(user.session.callsInFlight).toBe(1);
    disconnect();
    await answered;
    await settled();
    expect(log).toEqual(['begun', 'left']);
    expect(user.session.callsInFlight).toBe(0);
    expect(sent).toHaveLength(32);
  });
});
