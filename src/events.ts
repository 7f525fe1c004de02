/**
 * Everything Rocket reports, by name, with its fields. Nothing logs directly: parts report events, and
 * logging is one subscriber (`runtime/server/log-events.ts`).
 */
export interface ServerEvents {
  'app.listening': { readonly url: string };
  /** Nobody is let in any more, and those who are in are sent elsewhere. */
  'app.draining': Record<string, never>;
  'app.closed': Record<string, never>;
  /** Metrics can be read on a port of their own. */
  'metrics.listening': { readonly url: string };
  'connection.opened': {
    readonly session: string;
    readonly user: string;
    readonly dialect: string;
    /** Whether an earlier session goes on. */
    readonly resumed: boolean;
  };
  'connection.closed': { readonly session: string; readonly user: string; readonly code: number };
  'connection.refused': { readonly reason: string; readonly remoteAddress: string };
  /** It sent more messages than it may, and is closed. */
  'connection.flooded': { readonly session: string | undefined; readonly remoteAddress: string };
  /** A client came back for a session that it cannot go on with, and was given this new one. */
  'resume.refused': { readonly session: string; readonly user: string };
  /** A session that another node had, or an earlier process, goes on here. */
  'session.claimed': { readonly session: string; readonly user: string };
  /** A session is over: `closed` by its connection (plain), its window `passed`, another node has it, and so on. */
  'session.ended': {
    readonly session: string;
    readonly user: string;
    readonly reason: 'closed' | 'passed' | 'taken over' | 'kicked' | 'other user' | 'failed';
  };
  /** A client was told that it has missed something. `source` is `''` for the session's own. */
  'session.gap': {
    readonly session: string;
    readonly user: string;
    readonly source: string;
    readonly reason: string;
  };
  /** What has happened in a session could not be written down: it may not survive this node. */
  'session.unwritten': { readonly session: string; readonly error: unknown };
  /** The server of the engine does not answer; `place` is where it is. */
  'engine.unreachable': { readonly place: string; readonly error: unknown };
  'engine.reachable': { readonly place: string };
  /** Something about the engine's server that operators should change. */
  'engine.warning': { readonly sentence: string };
  /** An authenticator failed in a way of its own. */
  'authentication.failed': { readonly error: unknown };
  'frame.rejected': { readonly session: string | undefined; readonly reason: string };
  'call.started': CallFields;
  'call.finished': CallFields & { readonly milliseconds: number };
  /** The caller was told `code`; `error` is what the action threw, with its stack. */
  'call.failed': CallFields & {
    readonly milliseconds: number;
    readonly code: string;
    readonly reference: string | undefined;
    readonly error: unknown;
  };
  /** The caller was told `code` before the action has ended, which goes on: cancelled, too late, or the session is over. */
  'call.aborted': CallFields & { readonly code: string };
  /** A call that was not run; the caller was told `code`. */
  'call.refused': { readonly session: string; readonly user: string; readonly code: string };
  /** What an action returned cannot be written as JSON; the caller was told `internal` with the reference. */
  'reply.failed': CallFields & { readonly reference: string | undefined; readonly error: unknown };
  /** A group that could not be joined or left. */
  'membership.refused': { readonly session: string; readonly group: string; readonly error: unknown };
  /**
   * A transmission that has its place, after as many milliseconds; one that is `volatile` has none, and was handed on. `source` is
   * `session:ID`, `user:ID`, `group:NAME`, `all`, or several groups with spaces between them.
   */
  'transmission.accepted': {
    readonly source: string;
    readonly milliseconds: number;
    readonly volatile: boolean;
  };
  /** A transmission that was not accepted. */
  'transmission.refused': { readonly source: string; readonly error: unknown };
}

export interface CallFields {
  readonly action: string;
  readonly session: string;
  readonly user: string;
}

export type EventName = keyof ServerEvents;

type Listener<Name extends EventName> = (fields: ServerEvents[Name]) => void;

/** Reports events to whoever subscribed. Reporting what nobody listens to costs a look-up. */
export class Events {
  private readonly listeners = new Map<EventName, Listener<never>[]>();

  /** @returns the function that unsubscribes. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return () => {
      const rest = (this.listeners.get(name) ?? []).filter((one) => one !== listener);
      if (rest.length > 0) this.listeners.set(name, rest);
      else this.listeners.delete(name);
    };
  }

  /** Whether reporting `name` would reach anybody: spares building fields on hot paths. */
  heard(name: EventName): boolean {
    return this.listeners.has(name);
  }

  /** Never throws: a listener that fails is the listener's trouble, not that of what it was told about. */
  report<Name extends EventName>(name: Name, fields: ServerEvents[Name]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      try {
        (listener as Listener<Name>)(fields);
      } catch (error) {
        console.error(`A listener of "${name}" failed:`, error);
      }
    }
  }
}
