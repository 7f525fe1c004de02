import type { RocketError } from '../../../src/errors.js';

/**
 * Follows calls from their beginning to their end, and what they do on the way: for tracing. Nothing of it may throw, and
 * nothing of a call waits for it. Where there is none, a call costs a comparison more.
 */
export interface CallTracer {
  /**
   * A call of an action that exists begins.
   *
   * @param session that of the caller. @param origin of a redirect: the call that was redirected to this one
   */
  begin(action: string, session: string, origin: CallTrace | undefined): CallTrace;
}

export interface CallTrace {
  /**
   * Runs a part of the call, so that what it does, and what it leaves behind to do later, is found to be the call's.
   *
   * @returns what `run` returns; throws what it throws.
   */
  run<Result>(run: () => Result): Result;
  /** The caller was told the error, and waits no more; the action may go on. */
  aborted(error: RocketError): void;
  /**
   * The call is over: its action, what it streams, and what it has redirected to. Comes at least once, and only the first says
   * anything.
   *
   * @param error what the caller was told, and `thrown` what the action threw; undefined: it has ended well
   */
  end(error?: RocketError, thrown?: unknown): void;
}
