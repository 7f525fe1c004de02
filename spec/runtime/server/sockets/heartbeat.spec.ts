import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Beating, Heartbeat } from '../../../../runtime/server/sockets/heartbeat.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';

const interval = 20_000;
const deadline = 10_000;

class Peer implements Beating {
  receivedAt = 0;
  sentAt = 0;
  slot = 0;
  readonly log: string[] = [];

  constructor(
    private readonly clock: ManualClock,
    private readonly heartbeat: Heartbeat,
    readonly introduced: boolean,
    private readonly answers: boolean,
  ) {}

  ping(): void {
    this.log.push(`ping ${this.clock.now()}`);
    this.sentAt = this.heartbeat.tick;
    if (this.answers) this.receivedAt = this.heartbeat.tick;
  }

  dead(): void {
    this.log.push(`dead ${this.clock.now()}`);
  }

  late(): void {
    this.log.push(`late ${this.clock.now()}`);
  }
}

describe('Heartbeat', () => {
  let clock: ManualClock;
  let heartbeat: Heartbeat;

  beforeEach(() => {
    clock = new ManualClock();
    heartbeat = new Heartbeat(clock, interval, deadline, () => 0);
    heartbeat.start();
  });

  function add(options: { introduced: boolean; answers: boolean }): Peer {
    const peer = new Peer(clock, heartbeat, options.introduced, options.answers);
    heartbeat.add(peer);
    return peer;
  }

  test('an idle peer that answers is pinged once an interval, and lives', async () => {
    const peer = add({ introduced: true, answers: true });
    await clock.advance(3 * interval);
    expect(peer.log).toEqual(['ping 20000', 'ping 40000', 'ping 60000']);
  });

  test('a silent peer is pinged after one interval and dead after one and a half', async () => {
    const peer = add({ introduced: true, answers: false });
    await clock.advance(5 * interval);
    expect(peer.log).toEqual(['ping 20000', 'dead 30000']);
  });

  test('a peer that is heard and spoken to is left alone', async () => {
    const peer = add({ introduced: true, answers: false });
    for (let step = 0; step < 20; step += 1) {
      await clock.advance(interval / 2);
      peer.receivedAt = heartbeat.tick;
      peer.sentAt = heartbeat.tick;
    }
    expect(peer.log).toEqual([]);
  });

  test('a peer that only talks is pinged, so that it hears from us', async () => {
    const peer = add({ introduced: true, answers: true });
    await clock.advance(interval / 2);
    peer.receivedAt = heartbeat.tick;
    await clock.advance(interval / 2);
    expect(peer.log).toEqual(['ping 20000']);
  });

  test('a handshake that never ends is late at its deadline', async () => {
    const peer = add({ introduced: false, answers: false });
    await clock.advance(deadline - 1);
    expect(peer.log).toEqual([]);
    await clock.advance(1);
    expect(peer.log).toEqual(['late 10000']);
  });

  test('a handshake deadline longer than the interval is kept as well', async () => {
    const patient = new Heartbeat(clock, 1_000, 30_000, () => 0);
    patient.start();
    const peer = new Peer(clock, patient, false, false);
    patient.add(peer);
    await clock.advance(60_000);
    expect(peer.log).toEqual(['late 30000']);
  });

  test('first pings of a herd are spread over the interval', async () => {
    const parts = [0, 0.25, 0.5, 0.75];
    const spread = new Heartbeat(clock, interval, deadline, () => parts.shift() ?? 0);
    spread.start();
    const herd = [1, 2, 3, 4].map(() => {
      const peer = new Peer(clock, spread, true, true);
      spread.add(peer);
      return peer;
    });
    await clock.advance(interval);
    expect(herd.map((peer) => peer.log[0])).toEqual(['ping 20000', 'ping 15000', 'ping 10000', 'ping 5000']);
  });

  test('who was removed is never heard of again, and stopping leaves no timer', async () => {
    const peer = add({ introduced: true, answers: false });
    heartbeat.remove(peer);
    await clock.advance(5 * interval);
    expect(peer.log).toEqual([]);
    heartbeat.stop();
    expect(clock.pending).toBe(0);
  });
});
