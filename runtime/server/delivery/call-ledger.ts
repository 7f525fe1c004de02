import type { HistoryLimits, StoredResult } from '../engine/engine.js';

/** A call while it runs, as far as its session is concerned. */
export interface RunningCall {
  /** The session is over: nobody waits for the call any more. Must not throw. */
  abandon(): void;
}

/** The last items of a stream that has ended, as they are sent: whether they have arrived is not known. */
export interface ItemTail {
  /** How many items came before them. */
  readonly from: number;
  readonly frames: readonly string[];
}

interface StoredReply {
  readonly frame: string;
  readonly tail: ItemTail | undefined;
  readonly size: number;
}

/**
 * What a session knows of a call, so that none runs twice: `new`, has not been seen; `used`, has been seen in this connection.
 * Of those that a client which came back waits for: `running`; `finished`, its reply is kept; `unknown`, its reply is not
 * known (any more).
 */
export type CallState = 'new' | 'running' | 'finished' | 'unknown' | 'used';

/**
 * The calls of one session, by id. Replies are kept until the client says that it has them, and within limits; the
 * oldest go first.
 */
export class CallLedger {
  /** The highest id seen. */
  lastCall = 0;
  /** The client has the replies of all calls up to this one. */
  handledUpTo = 0;
  /** Made when first needed, as what is below: most sessions call seldom. */
  private running: Map<number, RunningCall> | undefined;
  /** In the order of finishing. */
  private replies: Map<number, StoredReply> | undefined;
  private size = 0;
  private count = 0;
  /** What the client that came back waits for, and has not asked for again yet. */
  private pending: Set<number> | undefined;

  constructor(private readonly limits: HistoryLimits) {}

  /** How many calls run, those included for which nobody waits any more. */
  get executing(): number {
    return this.count;
  }

  state(id: number): CallState {
    if (id > this.lastCall) return 'new';
    if (!this.pending?.has(id)) return 'used';
    if (this.running?.has(id)) return 'running';
    return this.replies?.has(id) ? 'finished' : 'unknown';
  }

  /** Whether the client that came back has yet to ask for a call again. */
  isAwaited(id: number): boolean {
    return this.pending?.has(id) ?? false;
  }

  /** The client that came back has asked for a call again: it does so once. */
  asked(id: number): void {
    this.pending?.delete(id);
  }

  begin(id: number, call: RunningCall): void {
    if (id > this.lastCall) this.lastCall = id;
    this.running ??= new Map();
    this.running.set(id, call);
    this.count += 1;
  }

  /** A call that had begun has come to its end, whether or not anybody waited for it. */
  executed(): void {
    this.count -= 1;
  }

  runningCall(id: number): RunningCall | undefined {
    return this.running?.get(id);
  }

  /** The client comes back, and waits for these calls and no others. */
  waitFor(pending: readonly number[]): void {
    const waited = new Set(pending);
    this.pending = waited;
    for (const id of this.replies?.keys() ?? []) if (!waited.has(id)) this.forget(id);
  }

  /** Keeps a final reply as it is sent. */
  finish(id: number, frame: string, tail?: ItemTail): void {
    if (id > this.lastCall) this.lastCall = id;
    this.running?.delete(id);
    let size = frame.length;
    for (const item of tail?.frames ?? []) size += item.length;
    this.replies ??= new Map();
    this.replies.set(id, { frame, tail, size });
    this.size += size;
    if (!this.keepsTooMuch(this.replies)) return;
    for (const oldest of this.replies.keys()) {
      this.forget(oldest);
      if (!this.keepsTooMuch(this.replies)) return;
    }
  }

  /** The replies that are kept and whole. One without the items before it would pass for a whole stream. */
  results(): StoredResult[] {
    const whole: StoredResult[] = [];
    for (const [call, { frame, tail }] of this.replies ?? [])
      if (!hasItems(tail)) whole.push({ call, frame });
    return whole;
  }

  /** A call that has no reply is over. */
  drop(id: number): void {
    this.running?.delete(id);
  }

  /** The frames of a finished call again: items behind the first `came` ones, then the final reply. */
  resend(id: number, came: number): readonly string[] {
    const stored = this.replies?.get(id);
    if (stored === undefined) return [];
    const { frame, tail } = stored;
    return tail === undefined ? [frame] : [...tail.frames.slice(Math.max(0, came - tail.from)), frame];
  }

  /** The client has the replies of all calls up to `id`. */
  handled(id: number): void {
    if (id > this.handledUpTo) this.handledUpTo = Math.min(id, this.lastCall);
    for (const call of this.replies?.keys() ?? []) if (call <= id) this.forget(call);
  }

  /** The session is over. */
  end(): void {
    const calls = [...(this.running?.values() ?? [])];
    this.running = undefined;
    this.replies = undefined;
    this.size = 0;
    for (const call of calls) call.abandon();
  }

  private keepsTooMuch({ size }: ReadonlyMap<number, StoredReply>): boolean {
    return size > this.limits.entries || this.size > this.limits.bytes;
  }

  private forget(id: number): void {
    this.size -= this.replies?.get(id)?.size ?? 0;
    this.replies?.delete(id);
  }
}

export function hasItems(tail: ItemTail | undefined): boolean {
  return tail !== undefined && tail.frames.length > 0;
}
