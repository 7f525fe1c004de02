import { beforeEach, describe, expect, test } from '@jest/globals';
import { DeliveryTransmitter } from '../../../../runtime/server/delivery/audience.js';
import { Delivery, type OpenedSession } from '../../../../runtime/server/delivery/delivery.js';
import type { Outlet } from '../../../../runtime/server/delivery/session.js';
import type { Engine, EngineNode, NewEntry } from '../../../../runtime/server/engine/engine.js';
import { MemoryEngine } from '../../../../runtime/server/engine/memory-engine.js';
import type { SharedFrame } from '../../../../runtime/server/sockets/shared-frame.js';
import { Events, type ServerEvents } from '../../../../src/events.js';
import type { Dialect } from '../../../../src/protocol/frames.js';
import type { Position } from '../../../../src/protocol/positions.js';
import { positionOf } from '../../../support/bare-client.js';

class FakeOutlet implements Outlet {
  readonly raw: (string | SharedFrame)[] = [];

  constructor(readonly dialect: Dialect = 'rocket.v1') {}

  send(frame: string | SharedFrame): void {
    this.raw.push(frame);
  }

  get sent(): Record<string, unknown>[] {
    return this.raw.map((frame) => JSON.parse(typeof frame === 'string' ? frame : frame.text));
  }
}

/** An engine whose answers to `follow` and `append` wait until they are let through. */
class SlowEngine implements Engine {
  readonly inner = new MemoryEngine();
  private gates: (() => void)[] = [];

  start(node: EngineNode): Promise<void> {
    return this.inner.start(node);
  }

  stop(): Promise<void> {
    return this.inner.stop();
  }

  append(source: string, entry: NewEntry): Promise<Position> {
    return this.inner.append(source, entry);
  }

  async follow(source: string): Promise<Position> {
    const baseline = await this.inner.follow(source);
    await new Promise<void>((resolve) => this.gates.push(resolve));
    return baseline;
  }

  unfollow(source: string): void {
    this.inner.unfollow(source);
  }

  async letThrough(): Promise<void> {
    await settled();
    for (const gate of this.gates.splice(0)) gate();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

let ids = 0;

async function build(engine: Engine = new MemoryEngine()) {
  const events = new Events();
  const refused: ServerEvents['transmission.refused'][] = [];
  events.on('transmission.refused', (fields) => refused.push(fields));
  const delivery = new Delivery('node', engine, events);
  await delivery.start({ 'Song.index': null, 'Song.show': null });
  const transmitter = new DeliveryTransmitter(delivery);
  const open = async (outlet: FakeOutlet, userId?: string): Promise<OpenedSession> => {
    ids += 1;
    const id = `s${ids}`;
    const opened = await delivery.open(outlet, { id, secret: 'x', identity: { id: userId ?? id } });
    opened.user.session.begin();
    return opened;
  };
  return { delivery, transmitter, open, refused };
}

const show = (id: number) => ({ 'Song.show': { id } });

describe('Delivery', () => {
  let outlet: FakeOutlet;

  beforeEach(() => {
    outlet = new FakeOutlet();
  });

  test('the caller’s messages are numbered from 1 by the session and sent at once', async () => {
    const { open } = await build();
    const { user, at } = await open(outlet);
    expect(at['']).toEqual(['1', 0]);
    user.transmit(show(1));
    user.transmit(show(2));
    expect(outlet.sent).toEqual([
      { 'Song.show': { id: 1 }, $at: ['1', 1] },
      { 'Song.show': { id: 2 }, $at: ['1', 2] },
    ]);
  });

  test('plain sessions get calls and no control field', async () => {
    const plain = new FakeOutlet('plain');
    const { open, transmitter } = await build();
    const { user } = await open(plain, 'ann');
    user.transmit({ 'Song.show': { id: 1 }, 'Song.index': '' });
    await user.join('songs');
    await transmitter.toGroup('songs').transmit(show(2));
    await transmitter.toEveryone().except(user).transmit(show(3));
    await user.leave('songs');
    expect(plain.sent).toEqual([{ 'Song.show': { id: 1 }, 'Song.index': '' }, { 'Song.show': { id: 2 } }]);
  });

  test('toUser reaches every session of the user and nobody else, with the same frame', async () => {
    const { open, transmitter } = await build();
    const [phone, laptop, other] = [outlet, new FakeOutlet(), new FakeOutlet()];
    const { at } = await open(phone, 'ann');
    await open(laptop, 'ann');
    await open(other, 'bob');
    await transmitter.toUser('ann').transmit(show(1));
    const [generation, number] = at.user as Position;
    expect(phone.sent).toEqual([{ 'Song.show': { id: 1 }, $of: 'user', $at: [generation, number + 1] }]);
    expect(laptop.raw[0]).toBe(phone.raw[0]);
    expect(other.sent).toEqual([]);
  });

  test('a joined group begins with its baseline, goes on without a hole, and ends with $left', async () => {
    const { open, transmitter } = await build();
    const member = await open(new FakeOutlet());
    await member.user.join('songs');
    await transmitter.toGroup('songs').transmit(show(1));
    const { user } = await open(outlet);
    await user.join('songs');
    await transmitter.toGroup('songs').transmit(show(2));
    await user.leave('songs');
    await transmitter.toGroup('songs').transmit(show(3));
    const [baseline, entry, left, ...more] = outlet.sent;
    const [generation, number] = positionOf(baseline);
    expect(baseline).toEqual({ $of: 'group:songs', $at: [generation, 1] });
    expect(entry).toEqual({ 'Song.show': { id: 2 }, $of: 'group:songs', $at: [generation, number + 1] });
    expect(left).toEqual({ $left: 'group:songs' });
    expect(more).toEqual([]);
  });

  test('who is excepted gets the position alone; its other tab gets the message', async () => {
    const { open, transmitter } = await build();
    const tab = new FakeOutlet();
    const { user } = await open(outlet, 'ann');
    await open(tab, 'ann');
    await transmitter.toUser('ann').except(user).transmit(show(1));
    expect(outlet.sent).toEqual([{ $of: 'user', $at: tab.sent[0]?.$at }]);
    expect(tab.sent[0]).toHaveProperty(['Song.show'], { id: 1 });
  });

  test('several can be excepted', async () => {
    const { open, transmitter } = await build();
    const [first, second, third] = [outlet, new FakeOutlet(), new FakeOutlet()];
    const [ann, bob] = [await open(first), await open(second), await open(third)];
    await transmitter.toEveryone().except(ann.user).except(bob.user).transmit(show(1));
    for (const { sent } of [first, second]) expect(sent).toEqual([{ $of: 'all', $at: expect.anything() }]);
    expect(third.sent[0]).toHaveProperty(['Song.show'], { id: 1 });
  });

  test('joining twice is joining once', async () => {
    const { open, transmitter } = await build();
    const { user } = await open(outlet);
    await Promise.all([user.join('songs'), user.join('songs')]);
    await transmitter.toGroup('songs').transmit(show(1));
    expect(outlet.sent).toHaveLength(2);
  });

  test('nothing precedes the welcome, and what came meanwhile follows it', async () => {
    const { delivery, transmitter } = await build();
    const { user, at } = await delivery.open(outlet, { id: 'early', secret: 'x', identity: { id: 'ann' } });
    await transmitter.toEveryone().transmit(show(1));
    user.transmit(show(2));
    expect(outlet.sent).toEqual([]);
    user.session.begin(JSON.stringify({ $welcome: { at } }));
    const [, number] = at.all as Position;
    expect(outlet.sent).toMatchObject([
      { $welcome: {} },
      { $of: 'all', $at: [expect.any(String), number + 1] },
      { $at: ['1', 1] },
    ]);
  });

  test('entries that arrive while the engine is asked are neither lost nor sent before the baseline', async () => {
    const engine = new SlowEngine();
    const { delivery, transmitter } = await build(engine);
    const opening = delivery.open(outlet, { id: 'slow', secret: 'x', identity: { id: 'ann' } });
    await engine.letThrough();
    await engine.letThrough();
    const { user } = await opening;
    user.session.begin();
    const joining = user.join('songs');
    await transmitter.toGroup('songs').transmit(show(1));
    await engine.letThrough();
    await joining;
    await transmitter.toGroup('songs').transmit(show(2));
    const [baseline, entry, ...more] = outlet.sent;
    const [generation, number] = positionOf(baseline);
    expect(entry).toEqual({ 'Song.show': { id: 2 }, $of: 'group:songs', $at: [generation, number + 1] });
    expect(more).toEqual([]);
  });

  test('leaving while the join is under way leaves; joining again stands', async () => {
    const engine = new SlowEngine();
    const { delivery, transmitter } = await build(engine);
    const opening = delivery.open(outlet, { id: 'fickle', secret: 'x', identity: { id: 'ann' } });
    await engine.letThrough();
    await engine.letThrough();
    const { user } = await opening;
    user.session.begin();
    const first = user.join('songs');
    await user.leave('songs');
    await engine.letThrough();
    await first;
    await transmitter.toGroup('songs').transmit(show(1));
    expect(outlet.sent.filter((message) => 'Song.show' in message)).toEqual([]);
    const again = user.join('songs');
    await engine.letThrough();
    await again;
    await transmitter.toGroup('songs').transmit(show(2));
    expect(outlet.sent.filter((message) => 'Song.show' in message)).toHaveLength(1);
  });

  test('an ended session is sent nothing and follows nothing', async () => {
    const { delivery, open, transmitter } = await build();
    const { user } = await open(outlet, 'ann');
    await user.join('songs');
    const before = outlet.raw.length;
    delivery.end(user.session);
    await user.transmit(show(1));
    await user.join('others');
    await transmitter.toUser('ann').transmit(show(2));
    await transmitter.toGroup('songs').transmit(show(3));
    await transmitter.toEveryone().transmit(show(4));
    expect(outlet.raw).toHaveLength(before);
  });

  test('a session that nobody has is a typed rejection, and an event where nobody awaits it', async () => {
    const { transmitter, refused } = await build();
    await expect(transmitter.toSession('nobody').transmit(show(1))).rejects.toMatchObject({
      code: 'not_found',
    });
    transmitter.toSession('nobody').transmit(show(2));
    await settled();
    expect(refused).toHaveLength(2);
    expect(refused[1]).toMatchObject({ source: 'session:nobody' });
  });

  test('values are encoded when they are transmitted: later changes are not sent', async () => {
    const { open, transmitter } = await build();
    await open(outlet);
    const song = { id: 1 };
    const accepted = transmitter.toEveryone().transmit({ 'Song.show': song });
    song.id = 2;
    await accepted;
    expect(outlet.sent[0]).toMatchObject({ 'Song.show': { id: 1 } });
  });
});
