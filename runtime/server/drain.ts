import type { Clock } from '../../src/clock.js';
import type { Session } from './delivery/session.js';

export interface DrainSettings {
  /** Milliseconds over which clients are spread on their way to other nodes. */
  readonly drainWithin: number;
  /** Milliseconds that calls under way get to end. */
  readonly drainTimeout: number;
}

/** Milliseconds between two looks at whether everybody has gone. */
const interval = 50;

/**
 * Empties a node that is going away: each client is told to go elsewhere, at a moment of its own choice within the time it is
 * given; calls under way get to end. What is still there then is for `close` to end.
 */
export class Drain {
  private cancel: (() => void) | undefined;
  private finish: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly settings: DrainSettings,
    private readonly sessions: () => Iterable<Session>,
    private readonly callsUnderWay: () => number,
  ) {}

  /** @param elsewhere whether sessions can go on in another node */
  run(elsewhere: boolean): Promise<void> {
    const { drainWithin: within, drainTimeout } = this.settings;
    const started = this.clock.now();
    const told = elsewhere && within > 0;
    if (told) for (const session of this.sessions()) session.control({ $drain: { within } });
    return new Promise((resolve) => {
      this.finish = resolve;
      const look = () => {
        const passed = this.clock.now() - started;
        const waitsForClients = told && passed < within * 2 && this.hasClients();
        const waitsForCalls = passed < drainTimeout && this.callsUnderWay() > 0;
        if (!waitsForClients && !waitsForCalls) return this.stop();
        this.cancel = this.clock.after(interval, look);
      };
      look();
    });
  }

  /** Waits no longer. */
  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.finish?.();
    this.finish = undefined;
  }

  private hasClients(): boolean {
    for (const session of this.sessions()) if (session.isAttached && session.dialect !== 'plain') return true;
    return false;
  }
}
