import { randomUUID } from 'node:crypto';
import { RocketError } from '../../../src/errors.js';
import type { RunningCall } from '../delivery/call-ledger.js';
import type { CurrentUser } from '../delivery/current-user.js';
import type { CallTrace } from './call-tracer.js';
import { CurrentCall } from './current-call.js';

/** One call from its frame to its reply. What not every call needs is made when it is asked for. */
export class Call extends CurrentCall implements RunningCall {
  /** Why nobody waits for the result any more. */
  private over: RocketError | undefined;
  private abortion: AbortController | undefined;
  private unique: string | undefined;
  /** Told at once when the call is aborted. */
  aborted: ((error: RocketError) => void) | undefined;
  /** Undefined: nobody traces it. */
  trace: CallTrace | undefined = undefined;

  /**
   * @param id rises within the session; one that was not given by the client is negative
   * @param origin the call that was redirected to this one
   */
  constructor(
    readonly user: CurrentUser,
    readonly action: string,
    readonly id: number,
    readonly origin?: Call,
    /** How many redirects lie between the two. */
    private readonly step = 0,
  ) {
    super();
  }

  get isOver(): boolean {
    return this.over !== undefined;
  }

  get signal(): AbortSignal {
    if (this.origin !== undefined) return this.origin.signal;
    this.abortion ??= new AbortController();
    if (this.over !== undefined) this.abortion.abort(this.over);
    return this.abortion.signal;
  }

  get idempotencyKey(): string {
    const key = this.origin?.idempotencyKey ?? this.ownKey;
    return this.step === 0 ? key : `${key}:${this.step}`;
  }

  redirected(action: string, step: number): Call {
    return new Call(this.user, action, this.id, this.origin ?? this, step);
  }

  /** Nobody waits for the result any more. Later reasons change nothing. Never throws. */
  abort(error: RocketError): void {
    if (this.over !== undefined) return;
    this.over = error;
    this.trace?.aborted(error);
    this.aborted?.(error);
    this.abortion?.abort(error);
  }

  abandon(): void {
    this.abort(new RocketError('cancelled', 'The session is over'));
  }

  private get ownKey(): string {
    if (this.id > 0) return `${this.user.sessionId}:${this.id}`;
    // Never sent again: the number that it has here may be another call's in the next process.
    this.unique ??= randomUUID();
    return this.unique;
  }
}
