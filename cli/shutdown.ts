import type { Output } from './output.js';

/**
 * One Ctrl-C can arrive several times: from the terminal, and passed on by each `npm` in between. What
 * comes within this time of the first is the same wish.
 */
const sameWish = 500;

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** What is ended. */
export interface Ending {
  /** Lets nobody in, sends those who are in elsewhere, and waits, within limits, until they have gone. */
  drain?(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Ends the process when it is asked to: politely the first time, at once the second time. SIGTERM comes from whoever
 * replaces the process with another, so that clients get the time to go there; SIGINT comes from someone at a
 * terminal, who waits.
 */
export class Shutdown {
  private askedAt: number | undefined;

  constructor(
    private readonly app: Ending,
    private readonly output: Output,
  ) {
    process.on('SIGINT', () => this.ask(signals.SIGINT, false));
    process.on('SIGTERM', () => this.ask(signals.SIGTERM, true));
  }

  /** Whether the process is on its way out. */
  get isAsked(): boolean {
    return this.askedAt !== undefined;
  }

  private ask(code: number, drains: boolean): void {
    const now = performance.now();
    if (this.askedAt === undefined) {
      this.askedAt = now;
      void this.end(drains);
    } else if (now - this.askedAt > sameWish) {
      process.exit(code);
    }
  }

  /** The exit is explicit: what the app's own initializers opened may keep the process alive. */
  private async end(drains: boolean): Promise<void> {
    let code = 0;
    for (const step of drains ? (['drain', 'close'] as const) : (['close'] as const)) {
      try {
        await this.app[step]?.();
      } catch (error) {
        this.output.failure(error);
        code = 1;
      }
    }
    process.exit(code);
  }
}
