import type { RateLimitOptions } from '../../../decorators/index.js';
import { RocketError } from '../../../src/errors.js';
import { type Rate, TokenBucket } from '../../../src/token-bucket.js';

/** Who calls, as far as limits tell callers apart. */
export interface RateLimitedCaller {
  readonly id: string;
  readonly sessionId: string;
  /** The address that the session's connection came from, behind trusted proxies. */
  readonly remoteAddress: string;
}

/** What `@RateLimit` says, worked out once. */
export class RateLimitRule {
  readonly rate: Rate;
  readonly by: 'user' | 'session' | 'address';
  /** What the caller is told. */
  readonly sentence: string;

  /** @param name the action, or the controller whose actions share the limit */
  constructor(
    readonly name: string,
    { perSecond, perMinute, burst, by }: RateLimitOptions,
  ) {
    const count = perSecond ?? perMinute ?? 0;
    this.rate = {
      perSecond: perSecond ?? count / 60,
      burst: burst ?? Math.max(1, count),
    };
    this.by = by ?? 'user';
    this.sentence = `Too many calls of ${name}: at most ${count} a ${perSecond === undefined ? 'minute' : 'second'}`;
  }
}

/** How many of the buckets at hand are compared when one has to go. */
const sample = 16;

/**
 * Who has called how often. A bucket that is full again is the same as none, so that it is forgotten; each call looks
 * at one for that. Beyond the most that are kept the fullest of a handful goes, whose owner gains least by it.
 */
export class RateLimits {
  private readonly buckets = new Map<string, TokenBucket>();
  /** Goes round the buckets. */
  private hand: Iterator<[string, TokenBucket]>;
  /** Of this round: what is added meanwhile waits for the next, or who comes and goes would keep the hand for ever. */
  private left = 0;

  constructor(private readonly most = 100_000) {
    this.hand = this.buckets.entries();
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /**
   * Counts one call of an action.
   *
   * @param rule that of the action; one without is better not asked about at all
   * @param now milliseconds of a clock that never goes backwards
   * @throws RocketError `rate_limited` when it is one too many; it is not counted then
   */
  check(rule: RateLimitRule, caller: RateLimitedCaller, now: number): void {
    this.forgetOne(now);
    const key = `${rule.name} ${keyOf(rule, caller)}`;
    let bucket = this.buckets.get(key);
    if (bucket === undefined) {
      if (this.buckets.size >= this.most) this.dropFullest(now);
      bucket = new TokenBucket(rule.rate, now);
      this.buckets.set(key, bucket);
    }
    if (!bucket.take(1, now)) throw new RocketError('rate_limited', rule.sentence, { retryable: true });
  }

  private forgetOne(now: number): void {
    const next = this.advance();
    if (next?.[1].isFull(now)) this.buckets.delete(next[0]);
  }

  private dropFullest(now: number): void {
    let fullest: string | undefined;
    let most = -1;
    for (let looked = 0; looked < sample; looked += 1) {
      const next = this.advance();
      if (next === undefined) break;
      const share = next[1].share(now);
      if (share <= most) continue;
      [fullest] = next;
      most = share;
    }
    if (fullest !== undefined) this.buckets.delete(fullest);
  }

  private advance(): [string, TokenBucket] | undefined {
    let next = this.left > 0 ? this.hand.next() : undefined;
    if (next === undefined || next.done) {
      this.left = this.buckets.size;
      this.hand = this.buckets.entries();
      next = this.hand.next();
    }
    this.left -= 1;
    return next.done ? undefined : next.value;
  }
}

function keyOf({ by }: RateLimitRule, { id, sessionId, remoteAddress }: RateLimitedCaller): string {
  if (by === 'user') return id;
  return by === 'session' ? sessionId : remoteAddress;
}
