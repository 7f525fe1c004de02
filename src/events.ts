/**
 * Everything Rocket reports, by name, with its fields. Nothing logs directly: parts report events, and
 * logging is one subscriber (`runtime/server/log-events.ts`).
 */
export interface ServerEvents {
  'app.listening': { readonly url: string };
  'app.closed': Record<string, never>;
  'connection.opened': { readonly session: string; readonly user: string; readonly dialect: string };
  'connection.closed': { readonly session: string; readonly user: string; readonly code: number };
  'connection.refused': { readonly reason: string; readonly remoteAddress: string };
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
  /** What an action returned cannot be written as JSON; the caller was told `internal` with the reference. */
  'reply.failed': CallFields & { readonly reference: string | undefined; readonly error: unknown };
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
