import type { Output } from './output.js';

/**
 * One Ctrl-C can arrive several times: from the terminal, and passed on by each `npm` in between. What
 * comes within this time of the first is the same wish.
 */
const sameWish = 500;

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ends the process when it is asked to: politely the first time, at once the second time. */
export class Shutdown {
  private askedAt: number | undefined;

  constructor(
    private readonly close: () => Promise<void>,
    private readonly output: Output,
  ) {
    for (const [signal, code] of Object.entries(signals)) process.on(signal, () => this.ask(code));
  }

  /** Whether the process is on its way out. */
  get isAsked(): boolean {
    return this.askedAt !== undefined;
  }

  private ask(code: number): void {
    const now = performance.now();
    if (this.askedAt === undefined) {
      this.askedAt = now;
      void this.end();
    } else if (now - this.askedAt > sameWish) {
      process.exit(code);
    }
  }

  /** The exit is explicit: what the app's own initializers opened may keep the process alive. */
  private async end(): Promise<void> {
    try {
      await this.close();
      process.exit(0);
    } catch (error) {
      this.output.failure(error);
      process.exit(1);
    }
  }
}
