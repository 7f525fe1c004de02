import { RocketError } from '../../src/errors.js';
import type { ClientEvents } from './client-events.js';

export type Unsubscribe = () => void;

type Listener = (value: never) => unknown;

/**
 * Who listens to what: events of the client and client actions, by name. A listener that throws or
 * rejects is reported as `error` and stops nobody else.
 */
export class Listeners {
  private readonly byName = new Map<string, readonly Listener[]>();

  on(name: string, listener: Listener): Unsubscribe {
    // Wrapped, so that the same function added twice is removed once for each unsubscribe.
    const one: Listener = (value) => listener(value);
    this.byName.set(name, [...(this.byName.get(name) ?? []), one]);
    return () => {
      const rest = (this.byName.get(name) ?? []).filter((other) => other !== one);
      if (rest.length > 0) this.byName.set(name, rest);
      else this.byName.delete(name);
    };
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  emit<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void {
    void this.tell(name, event);
  }

  /** @returns a promise when a listener returned one; it never rejects. */
  tell(name: string, value: unknown): Promise<unknown> | undefined {
    const pending: Promise<unknown>[] = [];
    for (const listener of this.byName.get(name) ?? []) {
      const result = this.attempt(() => listener(value as never), `The listener of ${name}`);
      if (result !== undefined) pending.push(result);
    }
    return pending.length > 0 ? Promise.all(pending) : undefined;
  }

  /** Reports a failure that no promise tells. */
  fail(error: Error): void {
    const listeners = this.byName.get('error');
    if (listeners === undefined) {
      // Browsers show an error's stack and none of its properties.
      if (error instanceof RocketError && error.issues.length > 0) console.error(error, error.issues);
      else console.error(error);
      return;
    }
    for (const listener of listeners) {
      try {
        listener(error as never);
      } catch (second) {
        // Not as another `error`: it would come back here.
        console.error(second);
      }
    }
  }

  /** Runs a piece of the app's code. @returns a promise when it returned one; it never rejects. */
  attempt(run: () => unknown, what: string): Promise<unknown> | undefined {
    const failed = (cause: unknown) => {
      const detail = cause instanceof Error ? cause.message : String(cause);
      this.fail(new Error(`${what} failed: ${detail}`, { cause }));
    };
    try {
      const result = run();
      if (isThenable(result)) return Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
    return undefined;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
