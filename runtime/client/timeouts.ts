import type { Cancel, Clock } from '../../src/clock.js';

/** What a timer of the platform can wait for; a longer time is waited for in parts. */
const longestMs = 2 ** 31 - 1;

/** Functions that run when a time has passed, each after its own. One timer serves all, set only while there are any. */
export class Timeouts {
  private readonly ends = new Map<() => void, number>();
  private cancel: Cancel | undefined;
  private dueAt = 0;

  constructor(private readonly clock: Clock) {}

  set(run: () => void, ms: number): void {
    const end = this.clock.now() + ms;
    this.ends.set(run, end);
    if (this.cancel === undefined || end < this.dueAt) this.wait(end);
  }

  clear(run: () => void): void {
    if (this.ends.delete(run) && this.ends.size === 0) this.stop();
  }

  private wait(end: number): void {
    const { clock } = this;
    this.stop();
    this.dueAt = end;
    this.cancel = clock.after(Math.min(end - clock.now(), longestMs), () => this.pass());
  }

  private pass(): void {
    this.cancel = undefined;
    const now = this.clock.now();
    for (const [run, end] of this.ends) {
      if (end > now) continue;
      this.ends.delete(run);
      run();
    }
    if (this.ends.size > 0 && this.cancel === undefined) this.wait(Math.min(...this.ends.values()));
  }

  private stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
