/** How much may come: so many a second in the long run, so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Holds what may still be taken. It fills up as time goes by, which is handed in; taking allocates nothing. */
export class TokenBucket {
  private level: number;
  private at: number;

  /** @param now milliseconds of a clock that never goes backwards */
  constructor(
    private readonly rate: Rate,
    now: number,
  ) {
    this.level = rate.burst;
    this.at = now;
  }

  /** @returns whether there was enough; where there was not, nothing is taken. */
  take(count: number, now: number): boolean {
    this.level = this.levelAt(now);
    this.at = now;
    if (this.level < count) return false;
    this.level -= count;
    return true;
  }

  /** How full it is at `now`, from 0 to 1. */
  share(now: number): number {
    return this.levelAt(now) / this.rate.burst;
  }

  /** Whether it is as good as new. */
  isFull(now: number): boolean {
    return this.levelAt(now) >= this.rate.burst;
  }

  private levelAt(now: number): number {
    return Math.min(this.rate.burst, this.level + ((now - this.at) / 1_000) * this.rate.perSecond);
  }
}
