/** As much of an `AbortSignal` as is needed, for programs that are compiled without the library of a platform. */
export interface Abortion {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * How a call is made: the second parameter of every call. An action without params takes `undefined` as its first.
 *
 * @example
 * const search = new AbortController();
 * await rocket.Song.find({ text }, { signal: search.signal, timeout: 5_000 });
 * await rocket.Song.index(undefined, { timeout: 5_000 });
 */
export interface CallOptions {
  /**
   * An `AbortSignal`. Aborting it ends the call: one that still waits for a connection is never sent; of one that was sent the server is
   * told, and the action's own `signal` aborts. Either way the call rejects at once with the code `cancelled`.
   */
  readonly signal?: Abortion;
  /**
   * Milliseconds from the call to its answer, of a stream to its end; waiting for a connection included. When they
   * have passed, the call ends as if it were aborted, and rejects with the code `timeout`. @default any number
   */
  readonly timeout?: number;
}
