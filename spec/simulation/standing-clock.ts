import type { Cancel, Clock } from '../../src/clock.js';

/** The clock of one machine, which can stand still while the world goes on, or stop for good. */
export class StandingClock implements Clock {
  private stoodAt: number | undefined;
  private isDead = false;
  private readonly timers = new Set<Cancel>();
  private held: (() => void)[] = [];

  constructor(private readonly world: Clock) {}

  now(): number {
    return this.stoodAt ?? this.world.now();
  }

  after(ms: number, run: () => void): Cancel {
    if (this.isDead) return () => {};
    let isCancelled = false;
    const fire = () => {
      if (!isCancelled) run();
    };
    const cancel = this.world.after(ms, () => {
      this.timers.delete(cancel);
      if (this.stoodAt === undefined) fire();
      else this.held.push(fire);
    });
    this.timers.add(cancel);
    return () => {
      isCancelled = true;
      this.timers.delete(cancel);
      cancel();
    };
  }

  get stands(): boolean {
    return this.stoodAt !== undefined;
  }

  /** As SIGSTOP or a closed lid: nothing that is due happens until `go`. */
  stand(): void {
    this.stoodAt ??= this.world.now();
  }

  /** Time jumps to the world's, and what was due happens now. */
  go(): void {
    this.stoodAt = undefined;
    for (const run of this.held.splice(0)) this.after(0, run);
  }

  die(): void {
    this.isDead = true;
    this.held = [];
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }
}
