import { beforeEach, describe, expect, test } from '@jest/globals';
import { Connection, type ConnectionDelegate } from '../../../../runtime/server/sockets/connection.js';
import { Heartbeat } from '../../../../runtime/server/sockets/heartbeat.js';
import type { Wire, WireListener, WireRequest } from '../../../../runtime/server/sockets/wire.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import type { Dialect } from '../../../../src/protocol/frames.js';
import type { Rate } from '../../../../src/token-bucket.js';

class StandInWire implements Wire {
  bufferedBytes = 0;
  movedBytes = 0;
  isFull = false;
  readonly log: string[] = [];
  private listener: WireListener | undefined;

  get peer(): WireListener {
    if (this.listener === undefined) throw new Error('Nobody listens');
    return this.listener;
  }

  listen(listener: WireListener): void {
    this.listener = listener;
  }

  send(frame: unknown): void {
    this.log.push(`send ${frame}`);
  }

  ping(): void {
    this.log.push('ping');
  }

  pause(): void {
    this.log.push('pause');
  }

  resume(): void {
    this.log.push('resume');
  }

  close(code: number): void {
    this.log.push(`close ${code}`);
  }

  terminate(): void {
    this.log.push('terminate');
  }
}

let clock: ManualClock;
let heartbeat: Heartbeat;
let wire: StandInWire;
let told: string[];

beforeEach(() => {
  clock = new ManualClock();
  heartbeat = new Heartbeat(clock, 20_000, 10_000, () => 0);
  wire = new StandInWire();
  told = [];
});

function open(dialect: Dialect = 'rocket.v1', rate?: Rate): Connection<string> {
  const delegate: ConnectionDelegate<string> = {
    message: (_, message) => void told.push(`message ${JSON.stringify(message)}`),
    malformed: (_, fault) => void told.push(fault),
    binary: () => void told.push('binary'),
    late: () => void told.push('late'),
    drained: () => void told.push('drained'),
    flooded: () => void told.push('flooded'),
    closed: (_, code) => void told.push(`closed ${code}`),
  };
  return new Connection(dialect, {} as WireRequest, wire, heartbeat, delegate, rate);
}

describe('the rate of messages', () => {
  const rate = { perSecond: 2, burst: 3 };

  test.each([
    ['rocket.v1', 4029],
    ['plain', 1008],
  ] as const)('of a %s connection that sends more closes it with %i, once', (dialect, code) => {
    open(dialect, rate);
    for (let sent = 0; sent < 10; sent += 1) wire.peer.text('{"Song.a":1}');
    expect(told).toEqual([...Array(3).fill('message {"Song.a":1}'), 'flooded']);
    expect(wire.log.filter((line) => line.startsWith('close'))).toEqual([`close ${code}`]);
  });

  test('comes back with time', async () => {
    open('rocket.v1', rate);
    for (let sent = 0; sent < 3; sent += 1) wire.peer.text('{}');
    await clock.advance(500);
    wire.peer.text('{}');
    expect(told).toHaveLength(4);
    wire.peer.text('{}');
    expect(told.at(-1)).toBe('flooded');
  });

  test.each([
    ['each message of a batch', '[{"Song.a":1},{"Song.b":1},{"$pong":1},{"$pong":1}]'],
    ['each call of a message', '{"Song.a":1,"Song.b":1,"Song.c":1,"Song.d":1}'],
  ])('counts %s, and handles nothing of a frame that is too much', (_, frame) => {
    open('rocket.v1', rate);
    wire.peer.text(frame);
    expect(told).toEqual(['flooded']);
  });

  test.each(['nonsense', '[]'])('counts %p too', (text) => {
    open('plain', rate);
    for (let sent = 0; sent < 4; sent += 1) wire.peer.text(text);
    expect(told).toEqual(['no message', 'no message', 'no message', 'flooded']);
  });

  test('counts binary frames', () => {
    open('plain', rate);
    for (let sent = 0; sent < 4; sent += 1) wire.peer.binary(new Uint8Array());
    expect(told).toEqual(['binary', 'binary', 'binary', 'flooded']);
  });

  test('bounds what is held while a handshake is under way, which is not read either', () => {
    const connection = open('rocket.v1', rate);
    connection.hold();
    for (let sent = 0; sent < 4; sent += 1) wire.peer.text('{}');
    expect(wire.log).toContain('pause');
    connection.release();
    expect(told).toEqual(['flooded']);
  });

  test('is none without an option', () => {
    open('plain');
    for (let sent = 0; sent < 10_000; sent += 1) wire.peer.text('{}');
    expect(told).toHaveLength(10_000);
  });
});

describe('a full wire', () => {
  test('shows on its connection, and draining is told', () => {
    const connection = open();
    wire.isFull = true;
    expect(connection.isFull).toBe(true);
    wire.isFull = false;
    wire.peer.drained();
    expect(connection.isFull).toBe(false);
    expect(told).toEqual(['drained']);
  });

  test('that drains while its connection is being closed is nobody’s news', () => {
    open().close(4001, 'Going away');
    wire.peer.drained();
    expect(told).toEqual([]);
  });

  test('that takes bytes is alive, and one that takes none is dead', async () => {
    heartbeat.start();
    open().introduce('Ann');
    await clock.advance(20_000);
    expect(wire.log).toEqual(['send {"$ping":1}']);
    wire.movedBytes = 1_000;
    await clock.advance(10_000);
    expect(wire.log).not.toContain('terminate');
    await clock.advance(30_000);
    expect(wire.log.at(-1)).toBe('terminate');
  });

  test('that has drained is alive', async () => {
    heartbeat.start();
    open().introduce('Ann');
    await clock.advance(29_000);
    wire.peer.drained();
    await clock.advance(20_000);
    expect(wire.log).not.toContain('terminate');
  });
});
