import type { Cancel, Clock } from '../../src/clock.js';

/** How late a timer must fire to show that the machine or the page was asleep. */
const sleepMs = 1_000;
/** How long a server then gets: what has come meanwhile is yet to be read. */
const graceMs = 2_500;

/**
 * Notices that a server is dead: it has said nothing for one and a half heartbeats, though it would have pinged after
 * one. One timer, set anew when it fires; a frame only notes the time. A timer that was held back, as browsers
 * do to pages in the background and lids to everything, proves nothing: the server gets time again.
 */
export class Liveness {
  private heardAt: number;
  private cancel: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly heartbeat: number,
    private readonly dead: () => void,
  ) {
    this.heardAt = clock.now();
    this.watch(this.usualEnd());
  }

  heard(): void {
    this.heardAt = this.clock.now();
  }

  /**
   * The page is looked at again. A client cannot ask for a sign of life, but knows when one is due: a heartbeat after
   * the last one, or a tenth more, since servers look at many connections at a time. One that has missed it
   * has a few seconds left, instead of what is left of another half a heartbeat.
   */
  hurry(): void {
    const due = this.heardAt + this.heartbeat + this.heartbeat / 10;
    const end = Math.max(this.clock.now(), due) + graceMs;
    if (end < this.usualEnd()) this.watch(end);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private usualEnd(): number {
    return this.heardAt + this.heartbeat * 1.5;
  }

  private watch(end: number): void {
    const { heardAt, clock } = this;
    this.cancel?.();
    this.cancel = clock.after(end - clock.now(), () => {
      if (this.heardAt > heardAt) this.watch(this.usualEnd());
      else if (clock.now() - end > sleepMs) this.watch(clock.now() + graceMs);
      else this.dead();
    });
  }
}
