import type { Cancel, Clock } from './clock.js';

/**
 * Things that are due a fixed time after they were set, in several lines with a time each. One timer serves all,
 * and is set only while something is due; setting and clearing cost the same however many things there are.
 */
export class Deadlines {
  private readonly lines: DeadlineLine<never>[] = [];
  private cancel: Cancel | undefined;
  private turnAt = Number.POSITIVE_INFINITY;
  private stopped = false;

  constructor(readonly clock: Clock) {}

  /**
   * @param length milliseconds
   * @param passed what happens to a thing whose time is over. Must not throw.
   */
  line<Thing>(length: number, passed: (thing: Thing) => void): DeadlineLine<Thing> {
    const line = new DeadlineLine<Thing>(this, length, passed);
    this.lines.push(line as unknown as DeadlineLine<never>);
    return line;
  }

  /** Nothing passes any more, and no timer is left behind. */
  stop(): void {
    this.stopped = true;
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Sees to it that the timer fires by then. It may fire early for what was cleared, and is set anew then. */
  due(time: number): void {
    if (this.stopped || (this.cancel !== undefined && this.turnAt <= time)) return;
    this.cancel?.();
    this.turnAt = time;
    this.cancel = this.clock.after(Math.max(0, time - this.clock.now()), this.turn);
  }

  private readonly turn = (): void => {
    this.cancel = undefined;
    const now = this.clock.now();
    for (const line of this.lines) line.pass(now);
    let next = Number.POSITIVE_INFINITY;
    for (const line of this.lines) next = Math.min(next, line.next);
    if (next !== Number.POSITIVE_INFINITY) this.due(next);
  };
}

export class DeadlineLine<Thing> {
  /** In the order in which they are due, since all have the same time. */
  private readonly ends = new Map<Thing, number>();

  constructor(
    private readonly deadlines: Deadlines,
    private readonly length: number,
    private readonly passed: (thing: Thing) => void,
  ) {}

  /** When the next thing is due; infinite where none is. */
  get next(): number {
    for (const end of this.ends.values()) return end;
    return Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.ends.size;
  }

  has(thing: Thing): boolean {
    return this.ends.has(thing);
  }

  /** Begins the time of a thing, again if it had begun. */
  set(thing: Thing): void {
    const end = this.deadlines.clock.now() + this.length;
    this.ends.delete(thing);
    this.ends.set(thing, end);
    this.deadlines.due(end);
  }

  /** @returns whether the time of the thing was running */
  clear(thing: Thing): boolean {
    return this.ends.delete(thing);
  }

  pass(now: number): void {
    for (const [thing, end] of this.ends) {
      if (end > now) return;
      this.ends.delete(thing);
      this.passed(thing);
    }
  }
}
