import type { Message } from '../../src/protocol/frames.js';

/** What a client reports: event name → what its listeners are given. */
export interface ClientEvents {
  /** The server has welcomed this client. `resumed`: the earlier session goes on, nothing was missed. */
  connect: { readonly resumed: boolean };
  /**
   * A connection that was welcomed is gone, but not by `close`. Calls made from now on wait, unless
   * `reconnecting` is false.
   */
  disconnect: { readonly code: number; readonly reason: string; readonly reconnecting: boolean };
  /**
   * The page has to be drawn: fires once per client when it is first welcomed, and again when an earlier
   * session is lost and a new one takes its place, after a `gap` for every source.
   */
  firstConnect: undefined;
  /** A message that carries calls has come; its client actions run after the listeners. */
  message: Message;
  /** Messages of a source were missed and will not come: load anew what was shown from it. */
  gap: Gap;
  /** The server's contract differs from the one this client was compiled with: reload the page soon. */
  outdated: { readonly client: string; readonly server: string };
  /**
   * Something failed and no promise tells it: a client action, a listener, a link, a call nobody awaits.
   * Written to the console when nobody listens.
   */
  error: Error;
  /** The server does not want this client back. Waiting calls are rejected, later ones too. */
  refused: { readonly code: number; readonly reason: string };
}

export interface Gap {
  /** The source: `''` is the session's own, else `user`, `group:NAME` or `all`. */
  readonly of: string;
  readonly reason: string;
}

/** The names, for a check at run time of what the types check at compile time. */
export const clientEventNames: readonly (keyof ClientEvents)[] = [
  'connect',
  'disconnect',
  'firstConnect',
  'message',
  'gap',
  'outdated',
  'error',
  'refused',
];
