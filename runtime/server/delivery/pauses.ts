import type { Clock } from '../../../src/clock.js';

/** Waits of a while before an engine is asked again, which end at once when everything ends. */
export class Pauses {
  private readonly ends = new Set<() => void>();
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  get isOver(): boolean {
    return this.stopped;
  }

  /** @param ms milliseconds */
  wait(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.ends.delete(end);
        resolve();
      };
      const cancel = this.clock.after(ms, end);
      this.ends.add(end);
    });
  }

  /** Leaves no timer behind: every wait ends now, and those to come take no time. */
  stop(): void {
    this.stopped = true;
    for (const end of this.ends) end();
  }
}
