import { describe, expect, test } from '@jest/globals';
import { type MemoryClusterEngine, memoryEngines } from '../../../../runtime/server/engine/memory-engine.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import { RocketError } from '../../../../src/errors.js';
import { show, shown, testDelivery } from '../../../support/test-delivery.js';
import type { TestVisitor } from '../../../support/test-visitor.js';

/** Two nodes that share an engine, and the second one's view of it, to be broken. */
async function nodes() {
  const clock = new ManualClock();
  const cluster = memoryEngines();
  const engines: [MemoryClusterEngine, MemoryClusterEngine] = [cluster.engine(), cluster.engine()];
  const one = await testDelivery({}, engines[0], clock);
  const other = await testDelivery({}, engines[1], clock);
  return { clock, engines, one, other };
}

/** The engine cannot be reached for a method, until `mend`. */
function outage(engine: MemoryClusterEngine, method: 'follow' | 'depart' | 'enter'): { mend(): void } {
  const whole = engine[method];
  engine[method] = (() => Promise.reject(new RocketError('unavailable'))) as never;
  return {
    mend: () => {
      engine[method] = whole as never;
    },
  };
}

const proofOf = ({ session }: TestVisitor) => `proof-${session.id.slice(1)}`;
const facts = (id: string) => ({ info: { id }, entered: show(1) as never, departed: show(2) as never });

describe('a session that is taken over', () => {
  test('is not lost when the engine is away in the midst of it', async () => {
    const { clock, engines, one, other } = await nodes();
    const ann = await one.visit('ann');
    void ann.session.user.join('songs');
    await clock.advance(10);
    const away = outage(engines[1], 'follow');
    const back = ann.back({ at: other.delivery });
    await clock.advance(2000);
    away.mend();
    await clock.advance(1000);
    expect(await back).toBe(true);
    void one.transmitter.toGroup('songs').transmit(show(1));
    await clock.advance(10);
    expect(ann.take().handled).toEqual(shown(1));
    expect(other.ended).toEqual([]);
  });

  test('is whole for a second connection that comes meanwhile', async () => {
    const { clock, engines, one, other } = await nodes();
    const ann = await one.visit('ann');
    void ann.session.user.join('songs');
    await clock.advance(10);
    const away = outage(engines[1], 'follow');
    const first = other.delivery.sessions.find(ann.resume(), proofOf(ann), 'ann');
    await clock.advance(10);
    const back = ann.back({ at: other.delivery });
    away.mend();
    await clock.advance(1000);
    expect(await back).toBe(true);
    expect(await first).toBe(ann.session);
    expect(ann.take().gaps).toEqual([]);
    expect(ann.sent.filter((frame) => '$left' in frame)).toEqual([]);
  });

  test('by a hello that had been given up: what its client has asked of the former owner since then is not run', async () => {
    const { clock, one, other } = await nodes();
    const ann = await one.visit('ann');
    await clock.advance(10);
    const stray = await other.delivery.sessions.find(ann.resume(), proofOf(ann), 'ann');
    expect(stray?.ledger.state(1)).toBe('new');
    await ann.back({ at: other.delivery, pending: [1] });
    expect(ann.session.ledger.state(1)).toBe('unknown');
    // With this owner the client has been, and of what it asks now nothing can have been run elsewhere.
    ann.take();
    ann.cut();
    await ann.back({ at: other.delivery, pending: [2] });
    expect(ann.session.ledger.state(2)).toBe('new');
  });
});

describe('who is present', () => {
  test('has departed when the engine is there again', async () => {
    const { clock, engines, one, other } = await nodes();
    const ann = await one.visit('ann');
    void ann.session.user.join('songs', facts('ann'));
    await clock.advance(10);
    const away = outage(engines[0], 'depart');
    const leaving = ann.session.user.leave('songs');
    await clock.advance(2000);
    expect(await other.presence.members('songs')).toHaveLength(1);
    away.mend();
    await clock.advance(1000);
    await leaving;
    expect(await other.presence.members('songs')).toEqual([]);
  });

  test('enters again when the engine is there again, and is not made to depart by what was tried before', async () => {
    const { clock, engines, one, other } = await nodes();
    const ann = await one.visit('ann');
    void ann.session.user.join('songs', facts('ann'));
    await clock.advance(10);
    ann.cut();
    const [entering, departing] = [outage(engines[0], 'enter'), outage(engines[0], 'depart')];
    await clock.advance(6000);
    await ann.back();
    await clock.advance(2000);
    entering.mend();
    await clock.advance(1000);
    departing.mend();
    await clock.advance(2000);
    expect(await other.presence.members('songs')).toHaveLength(1);
  });
});

test('a group that is left while it is joined again stays left, also where the session goes on', async () => {
  const { clock, one, other } = await nodes();
  const ann = await one.visit('ann');
  void ann.session.user.join('songs');
  await clock.advance(10);
  void ann.session.user.join('songs', facts('ann'));
  void ann.session.user.leave('songs');
  await clock.advance(10);
  expect(await other.presence.members('songs')).toEqual([]);
  await ann.back({ at: other.delivery });
  void one.transmitter.toGroup('songs').transmit(show(1));
  await clock.advance(10);
  expect(ann.take().handled).toEqual([]);
});
