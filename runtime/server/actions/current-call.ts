/**
 * The call that is being carried out, injected into controllers and what they are given. A singleton cannot hold it.
 *
 * @example
 * constructor(private readonly call: CurrentCall, private readonly search: Search) {}
 *
 * @Action({ timeout: 5_000 })
 * find({ text }: { text: string }): Promise<Hit[]> {
 *   return this.search.run(text, { signal: this.call.signal });
 * }
 */
export abstract class CurrentCall {
  /** `Controller.action`; of a redirect, its target. */
  abstract readonly action: string;
  /**
   * Aborts when nobody waits for the result any more: the client has cancelled, the deadline has passed, the session is
   * over. Its `reason` is the `RocketError` that the caller was given. A connection that is lost is no reason: the client may
   * come back for the result.
   */
  abstract readonly signal: AbortSignal;
  /**
   * The same for the same call, however often it is sent: an idempotent action that is run again after its node died can tell
   * by it, in a unique column of a database say, what has been done already.
   */
  abstract readonly idempotencyKey: string;
}
