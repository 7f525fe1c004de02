import type { Cancel, Clock } from '../../../src/clock.js';

/** What the heartbeat watches over. The numbers are ticks, the heartbeat's own count of time. */
export interface Beating {
  receivedAt: number;
  sentAt: number;
  /** Where the wheel holds it; the heartbeat's to write. */
  slot: number;
  /** Whether the peer is known: until then it is on the handshake's deadline. */
  readonly introduced: boolean;
  /** Nothing was received, or nothing sent, for an interval. */
  ping(): void;
  /** Whether bytes of it have moved since the last ping, although no frame has come: asked before it is called dead. */
  isMoving(): boolean;
  /** Nothing was received for one and a half intervals, and nothing moves. */
  dead(): void;
  /** The handshake's deadline has passed. */
  late(): void;
}

const ticksPerInterval = 20;

/**
 * Finds silent and half-open connections, and handshakes that never end, with one timer for all: a
 * wheel of slots, one tick each, in which every connection stands at the moment of its next check.
 *
 * Time is counted in turns of the wheel, not read from the clock: a process that stood still, or a clock that jumped,
 * makes nobody older than one turn.
 */
export class Heartbeat {
  /** Now, in ticks. */
  tick = 0;
  private readonly slots: Set<Beating>[];
  private readonly tickLength: number;
  private readonly handshakeTicks: number;
  private cancel: Cancel | undefined;
  private dueAt = 0;
  private hasWaited = false;

  constructor(
    private readonly clock: Clock,
    interval: number,
    handshakeDeadline: number,
    private readonly random: () => number = Math.random,
  ) {
    this.tickLength = interval / ticksPerInterval;
    this.handshakeTicks = Math.ceil(handshakeDeadline / this.tickLength);
    const size = Math.max(this.handshakeTicks, ticksPerInterval * 2) + 1;
    this.slots = Array.from({ length: size }, () => new Set());
  }

  /** The time now, in milliseconds of the clock. */
  get now(): number {
    return this.clock.now();
  }

  start(): void {
    if (this.cancel === undefined) this.schedule();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Watches a connection. The first ping of an introduced one comes at a random moment of the interval, so that a herd that came together does not beat together. */
  add(one: Beating): void {
    one.receivedAt = this.tick;
    one.sentAt = one.introduced ? this.tick - Math.floor(this.random() * ticksPerInterval) : this.tick;
    this.place(one, one.introduced ? this.dueIn(one) : this.handshakeTicks);
  }

  remove(one: Beating): void {
    this.slots[one.slot]?.delete(one);
  }

  private readonly turn = (): void => {
    // A turn that comes late says that the process stood still: what came meanwhile has yet to be read. It gets
    // one turn for that, and not two in a row, or nobody would be found dead while the process is busy.
    const mustWait = !this.hasWaited && this.clock.now() - this.dueAt > this.tickLength;
    this.hasWaited = mustWait;
    this.schedule();
    if (mustWait) return;
    this.tick += 1;
    const due = this.slots[this.tick % this.slots.length] as Set<Beating>;
    for (const one of [...due]) {
      // The end of one may have taken another with it.
      if (due.delete(one)) this.check(one);
    }
  };

  private schedule(): void {
    this.dueAt = this.clock.now() + this.tickLength;
    this.cancel = this.clock.after(this.tickLength, this.turn);
  }

  private check(one: Beating): void {
    if (!one.introduced) return one.late();
    if (this.tick - one.receivedAt >= ticksPerInterval * 1.5) {
      if (!one.isMoving()) return one.dead();
      one.receivedAt = this.tick;
    }
    const silence = this.tick - one.receivedAt;
    if (silence >= ticksPerInterval || this.tick - one.sentAt >= ticksPerInterval) one.ping();
    this.place(one, this.dueIn(one));
  }

  /** Ticks until something may have to be done about `one`; at least one. */
  private dueIn(one: Beating): number {
    const silence = this.tick - one.receivedAt;
    const untilDead = Math.ceil(ticksPerInterval * 1.5) - silence;
    const untilPing = ticksPerInterval - Math.max(silence, this.tick - one.sentAt);
    return Math.max(1, untilPing > 0 ? Math.min(untilPing, untilDead) : untilDead);
  }

  private place(one: Beating, ticks: number): void {
    one.slot = (this.tick + ticks) % this.slots.length;
    this.slots[one.slot]?.add(one);
  }
}
