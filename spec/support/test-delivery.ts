import { DeliveryTransmitter } from '../../runtime/server/delivery/audience.js';
import { Delivery, type DeliverySettings } from '../../runtime/server/delivery/delivery.js';
import { DeliveryPresence } from '../../runtime/server/delivery/delivery-presence.js';
import type { Engine } from '../../runtime/server/engine/engine.js';
import { MemoryEngine } from '../../runtime/server/engine/memory-engine.js';
import { ManualClock } from '../../runtime/testing/manual-clock.js';
import { Events, type ServerEvents } from '../../src/events.js';
import { TestVisitor } from './test-visitor.js';

const defaults: DeliverySettings = {
  window: 120_000,
  presenceGrace: 5_000,
  history: { entries: 1_000, bytes: 1_048_576 },
  replies: { entries: 512, bytes: 1_048_576 },
  slowConsumers: 'catch-up',
};

let ids = 0;

/** What carries messages from an action to visitors, without sockets, frames or actions. */
export interface TestDelivery {
  readonly delivery: Delivery;
  readonly transmitter: DeliveryTransmitter;
  readonly presence: DeliveryPresence;
  readonly clock: ManualClock;
  readonly ended: ServerEvents['session.ended'][];
  readonly refused: ServerEvents['transmission.refused'][];
  readonly membershipsRefused: ServerEvents['membership.refused'][];
  /** A visitor in a new session, welcomed. @param user whose it is. @default one of its own */
  visit(user?: string): Promise<TestVisitor>;
}

export async function testDelivery(
  settings: Partial<DeliverySettings> = {},
  engine: Engine = new MemoryEngine(),
  clock = new ManualClock(),
): Promise<TestDelivery> {
  ids += 1;
  const events = new Events();
  const ended: ServerEvents['session.ended'][] = [];
  const refused: ServerEvents['transmission.refused'][] = [];
  const membershipsRefused: ServerEvents['membership.refused'][] = [];
  events.on('membership.refused', (fields) => membershipsRefused.push(fields));
  events.on('session.ended', (fields) => ended.push(fields));
  events.on('transmission.refused', (fields) => refused.push(fields));
  const delivery = new Delivery(`node-${ids}`, engine, events, clock, { ...defaults, ...settings });
  await delivery.start({ 'Song.index': null, 'Song.show': null });
  return {
    ...{ delivery, clock, ended, refused, membershipsRefused },
    transmitter: new DeliveryTransmitter(delivery),
    presence: new DeliveryPresence(delivery),
    async visit(user) {
      ids += 1;
      const [id, proof] = [`s${ids}`, `proof-${ids}`];
      const session = await delivery.sessions.open(id, proof, 'rocket.v1', { id: user ?? id });
      const visitor = new TestVisitor(delivery, session, proof);
      visitor.begin();
      return visitor.take();
    },
  };
}

/** A message, and how a visitor writes down that it has handled it. */
export const show = (id: number) => ({ 'Song.show': { id } });
export const shown = (...ids: number[]) => ids.map((id) => `Song.show({"id":${id}})`);
