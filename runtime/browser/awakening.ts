import type { ClientPart, ClientRuntime } from '../client/client-runtime.js';

/** Reconnects at once when the browser is online again or the page is looked at again. */
export class Awakening implements ClientPart {
  constructor(private readonly runtime: ClientRuntime) {}

  start(): void {
    window.addEventListener('online', this.isOnline);
    document.addEventListener('visibilitychange', this.visibilityChanged);
  }

  stop(): void {
    window.removeEventListener('online', this.isOnline);
    document.removeEventListener('visibilitychange', this.visibilityChanged);
  }

  private readonly isOnline = (): void => this.runtime.online();

  private readonly visibilityChanged = (): void => {
    if (document.visibilityState === 'visible') this.runtime.wake();
  };
}
