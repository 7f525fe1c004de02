import { isPosition } from '../../src/protocol/positions.js';
import type { ClientPart, ClientRuntime } from '../client/client-runtime.js';
import type { KeptSession } from '../client/session.js';

/**
 * Keeps the session of a tab over a reload, in `sessionStorage`. The entry is there only while no page of the tab is:
 * put when a page goes, taken when the next one comes. So a duplicated tab, which gets a copy of the storage, finds
 * none and begins a session of its own. A storage that is full or forbidden means that nothing is kept.
 */
export class SessionKeeper implements ClientPart {
  private readonly key: string;

  /** @param url where the server listens: another server has other sessions. */
  constructor(
    private readonly runtime: ClientRuntime,
    url: string,
  ) {
    this.key = `rocket ${url}`;
  }

  /** Goes on with what the former page put. Before the first call is made, and before `start`. */
  take(): void {
    const kept = attempt((): unknown => {
      const text = sessionStorage.getItem(this.key);
      sessionStorage.removeItem(this.key);
      return text === null ? undefined : JSON.parse(text);
    });
    if (isKept(kept)) this.runtime.restore(kept);
  }

  start(): void {
    window.addEventListener('pagehide', this.put);
    window.addEventListener('pageshow', this.shown);
  }

  stop(): void {
    window.removeEventListener('pagehide', this.put);
    window.removeEventListener('pageshow', this.shown);
  }

  private readonly put = (): void => {
    const kept = this.runtime.keep();
    if (kept !== undefined) attempt(() => sessionStorage.setItem(this.key, JSON.stringify(kept)));
  };

  /** The page was kept as it was and comes back: what it put is its own again, or was used by another page meanwhile. */
  private readonly shown = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    this.take();
    this.runtime.wake();
  };
}

/** Other versions of this library, and other scripts, write there too. */
function isKept(value: unknown): value is KeptSession {
  if (typeof value !== 'object' || value === null) return false;
  const { session, secret, seen, left, lastCall } = value as Partial<KeptSession>;
  return (
    typeof session === 'string' &&
    typeof secret === 'string' &&
    Number.isSafeInteger(lastCall) &&
    arePositions(seen) &&
    arePositions(left)
  );
}

function arePositions(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isPosition);
}

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
