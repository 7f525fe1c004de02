import { describe, expect, test } from '@jest/globals';
import { memoryEngines } from '../../../../runtime/server/engine/memory-engine.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import { RocketError } from '../../../../src/errors.js';
import { show, shown, testDelivery } from '../../../support/test-delivery.js';

async function build() {
  const clock = new ManualClock();
  const cluster = memoryEngines();
  const engine = cluster.engine();
  const write = engine.writeSession.bind(engine);
  const state = { isAway: false, writes: 0 };
  engine.writeSession = async (...args) => {
    state.writes += 1;
    if (state.isAway) throw new RocketError('unavailable');
    return write(...args);
  };
  const one = await testDelivery({}, engine, clock);
  const other = await testDelivery({}, cluster.engine(), clock);
  const ann = await one.visit('ann');
  await clock.advance(10);
  state.writes = 0;
  return { clock, state, one, other, ann };
}

describe('what has to outlive its node', () => {
  test('is sent at once and written behind, what happens within a moment together', async () => {
    const { clock, state, ann } = await build();
    let accepted = 0;
    for (let id = 1; id <= 100; id += 1) void ann.session.user.transmit(show(id)).then(() => (accepted += 1));
    expect(ann.take().handled).toHaveLength(100);
    expect(accepted).toBe(0);
    await clock.advance(10);
    expect(accepted).toBe(100);
    expect(state.writes).toBe(1);
  });

  test('is written when the engine is back; until then nothing counts as accepted', async () => {
    const { clock, state, one, other, ann } = await build();
    state.isAway = true;
    const accepted: number[] = [];
    for (const id of [1, 2]) void ann.session.user.transmit(show(id)).then(() => accepted.push(id));
    await clock.advance(5_000);
    void ann.session.user.transmit(show(3)).then(() => accepted.push(3));
    await clock.advance(5_000);
    expect(accepted).toEqual([]);
    expect(ann.take().handled).toEqual(shown(1, 2, 3));
    state.isAway = false;
    await clock.advance(1_000);
    expect(accepted).toEqual([1, 2, 3]);
    expect(one.refused).toEqual([]);
    ann.cut();
    ann.seen[''] = ['1', 0];
    expect(await ann.back({ at: other.delivery })).toBe(true);
    expect(ann.take().handled.slice(3)).toEqual(shown(1, 2, 3));
  });

  test('is not written by who has lost the session: it lets go of it, and what it sent is not accepted', async () => {
    const { clock, one, other, ann } = await build();
    const [former, outlet] = [ann.session, ann.outlet];
    // The other node takes it over, and this one is not told.
    one.delivery.fenced = () => undefined;
    await ann.back({ at: other.delivery });
    const refused = former.user.transmit(show(1)).catch((error: unknown) => error);
    await clock.advance(10);
    expect(await refused).toBeInstanceOf(RocketError);
    expect(former.hasEnded).toBe(true);
    expect(outlet.closed).toMatchObject({ code: 4409 });
    void ann.session.user.transmit(show(2));
    await clock.advance(10);
    expect(ann.take().handled).toEqual(shown(2));
  });

  test('what the client has handled is let go of there too', async () => {
    const { clock, one, other, ann } = await build();
    for (const id of [1, 2, 3]) void ann.session.user.transmit(show(id));
    ann.session.reply(1, '1');
    ann.session.reply(2, '2');
    one.delivery.sessions.acknowledge(ann.session, { '': ['1', 2] }, 1);
    await clock.advance(10);
    ann.cut();
    ann.seen[''] = ['1', 1];
    await ann.back({ at: other.delivery, pending: [1, 2] });
    expect(ann.take().gaps).toEqual([': expired']);
    expect([1, 2].map((id) => ann.session.ledger.state(id))).toEqual(['unknown', 'finished']);
  });

  test('leaves no timer when everything is stopped', async () => {
    const { clock, one, other, ann } = await build();
    void ann.session.user.transmit(show(1));
    await one.delivery.stop();
    await other.delivery.stop();
    expect(clock.pending).toBe(1); // The store's own, of the cluster.
  });
});
