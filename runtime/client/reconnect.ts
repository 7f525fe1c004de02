import type { Cancel, Clock } from '../../src/clock.js';

const baseMs = 250;
const capMs = 10_000;

/** Full jitter: anything between nothing and a bound that doubles with each attempt. */
export function reconnectDelay(attempt: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}

/** When to try again. */
export class Reconnect {
  private attempt = 0;
  private cancel: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
    private readonly run: () => void,
  ) {}

  /** @param openFor how long the connection that was lost had been open, 0 where it never was. */
  schedule(openFor: number): void {
    // A server that welcomes and then closes at once is not to be dialled in a tight loop.
    if (openFor >= capMs) this.attempt = 0;
    const delay = reconnectDelay(this.attempt, this.random);
    this.attempt += 1;
    this.cancel = this.clock.after(delay, () => {
      this.cancel = undefined;
      this.run();
    });
  }

  /** Tries now, if it is waiting: the browser is online again, or the page is looked at again. */
  wake(): void {
    if (this.cancel === undefined) return;
    this.stop();
    this.attempt = 0;
    this.run();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
