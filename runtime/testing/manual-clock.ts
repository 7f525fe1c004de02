import type { Cancel, Clock } from '../../src/clock.js';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  private time = 0;
  private timers: Timer[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Cancel {
    const timer: Timer = { at: this.time + Math.max(0, ms), run };
    // Behind those due at the same moment: timers fire in the order in which they were set.
    const index = this.timers.findIndex(({ at }) => at > timer.at);
    this.timers.splice(index === -1 ? this.timers.length : index, 0, timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** How many timers are set: 0 when everything has been stopped. */
  get pending(): number {
    return this.timers.length;
  }

  /**
   * Moves time on by `ms`, firing what becomes due on the way, each at its own moment. Between timers
   * promises get to settle, so that what one sets off is there before the next fires.
   */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let [next] = this.timers; next !== undefined && next.at <= end; [next] = this.timers) {
      this.timers.shift();
      this.time = next.at;
      next.run();
      await settle();
    }
    this.time = end;
  }
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Lets everything that is ready run: promises, ticks, and what they make ready in turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
