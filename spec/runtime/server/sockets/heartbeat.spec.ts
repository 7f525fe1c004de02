import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Beating, Heartbeat } from '../../../../runtime/server/sockets/heartbeat.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import type { Cancel, Clock } from '../../../../src/clock.js';

const interval = 20_000;
const deadline = 10_000;

class Peer implements Beating {
  receivedAt = 0;
  sentAt = 0;
  slot = 0;
  moves = false;
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

  isMoving(): boolean {
    return this.moves;
  }

  dead(): void {
    this.log.push(`dead ${this.clock.now()}`);
  }

  late(): void {
    this.log.push(`late ${this.clock.now()}`);
  }
}

/** A clock that can leap, with no timer fired on the way. */
class JumpingClock implements Clock {
  private leap = 0;

  constructor(private readonly clock: ManualClock) {}

  now(): number {
    return this.clock.now() + this.leap;
  }

  after(ms: number, run: () => void): Cancel {
    return this.clock.after(ms, run);
  }

  jump(ms: number): void {
    this.leap += ms;
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

  test('a silent peer whose bytes still move is slow and not dead, until they stop', async () => {
    const peer = add({ introduced: true, answers: false });
    peer.moves = true;
    await clock.advance(3 * interval);
    peer.moves = false;
    await clock.advance(2 * interval);
    const deaths = peer.log.filter((line) => line.startsWith('dead'));
    expect(deaths).toEqual(['dead 90000']);
  });

  test('a peer that the end of another has taken along is not watched any more', async () => {
    const first = add({ introduced: true, answers: false });
    const second = add({ introduced: true, answers: false });
    first.dead = () => heartbeat.remove(second);
    await clock.advance(5 * interval);
    expect(second.log).toEqual(['ping 20000']);
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

  describe('when the process stood still', () => {
    let jumping: JumpingClock;

    beforeEach(() => {
      jumping = new JumpingClock(clock);
      heartbeat.stop();
      heartbeat = new Heartbeat(jumping, interval, deadline, () => 0);
      heartbeat.start();
    });

    test('a peer about to be declared dead gets one turn more, in which its answer is read', async () => {
      const peer = add({ introduced: true, answers: false });
      await clock.advance(interval * 1.5 - 1);
      jumping.jump(5_000);
      await clock.advance(1);
      expect(peer.log).toEqual(['ping 20000']);
      peer.receivedAt = heartbeat.tick;
      await clock.advance(interval);
      expect(peer.log.filter((line) => line.startsWith('dead'))).toEqual([]);
    });

    test('a peer that has not answered by then is dead', async () => {
      const peer = add({ introduced: true, answers: false });
      await clock.advance(interval * 1.5 - 1);
      jumping.jump(5_000);
      await clock.advance(1 + interval / 20);
      expect(peer.log).toEqual(['ping 20000', 'dead 31000']);
    });

    test('nobody grows older by it, however long it was', async () => {
      const peer = add({ introduced: true, answers: true });
      await clock.advance(interval / 2);
      jumping.jump(3_600_000);
      await clock.advance(interval / 2);
      expect(peer.log).toEqual([]);
    });

    test('again and again, the dead are still found', async () => {
      const peer = add({ introduced: true, answers: false });
      for (let turn = 0; turn < 62; turn += 1) {
        jumping.jump(5_000);
        await clock.advance(interval / 20);
      }
      expect(peer.log.at(-1)).toMatch(/^dead/);
    });
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
