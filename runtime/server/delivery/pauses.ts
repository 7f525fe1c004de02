import type { Clock } from '../../../src/clock.js';
import { RocketError } from '../../../src/errors.js';

/** Milliseconds until an engine that could not be reached is asked again. */
const retryPause = 500;

/** Waits of a while before an engine is asked again, which end at once when everything ends. */
export class Pauses {
  private readonly ends = new Set<() => void>();
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  get isOver(): boolean {
    return this.stopped;
  }

  /** @param ms milliseconds @default what an engine gets that could not be reached */
  wait(ms = retryPause): Promise<void> {
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

  /**
   * Asks an engine until it can be reached. Rejects with what asking again does not change, or where it is not
   * wanted any more.
   */
  async insist<Answer>(ask: () => Promise<Answer>, isWanted: () => boolean): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isRetryable(error) || this.stopped || !isWanted()) throw error;
        await this.wait();
        // Meanwhile something else may have been asked for.
        if (!isWanted()) throw error;
      }
    }
  }

  /** Leaves no timer behind: every wait ends now, and those to come take no time. */
  stop(): void {
    this.stopped = true;
    for (const end of this.ends) end();
  }
}

/** Whether the same may succeed when an engine is asked again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof RocketError && error.retryable;
}
