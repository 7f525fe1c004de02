import type { Cancel, Clock } from '../../src/clock.js';
import type { Hello, Welcome } from '../../src/protocol/frames.js';
import type { Calls } from './calls.js';
import type { Loss } from './connection.js';
import type { Inbox } from './inbox.js';
import type { Listeners } from './listeners.js';

/** Credentials for the app's authenticator, or how to get them; a function is asked before each attempt. */
export type Auth = unknown | (() => unknown | Promise<unknown>);

/** One visitor across connections: what is brought to the next one, and what a welcome means. */
export class Session {
  private resume: { readonly session: string; readonly secret: string } | undefined;
  private windowMs = 0;
  private hasBegun = false;
  private cancelWindow: Cancel | undefined;
  private lastOutdated: string | undefined;

  constructor(
    private readonly contract: string,
    private readonly auth: Auth,
    private readonly calls: Calls,
    private readonly inbox: Inbox,
    private readonly listeners: Listeners,
    private readonly clock: Clock,
  ) {}

  async hello(): Promise<Hello> {
    const auth: unknown = typeof this.auth === 'function' ? await this.auth() : this.auth;
    return {
      contract: this.contract,
      ...(auth !== undefined && { auth }),
      ...(this.resume !== undefined && {
        resume: { ...this.resume, seen: this.inbox.seen(), pending: this.calls.pending() },
      }),
    };
  }

  welcomed(welcome: Welcome, send: (text: string) => void): void {
    const { session, secret, resumed, at, window, maxPayload } = welcome;
    this.cancelWindow?.();
    this.resume = { session, secret };
    this.windowMs = window;
    const missed = resumed ? [] : this.inbox.begin(at);
    if (resumed) this.inbox.resumed(at);
    const isDrawn = this.hasBegun && resumed;
    this.hasBegun = true;
    this.calls.opened({ send, maxPayload }, resumed);
    this.listeners.emit('connect', { resumed });
    this.compareContracts(welcome.contract);
    for (const of of missed) this.listeners.emit('gap', { of, reason: 'session lost' });
    if (!isDrawn) this.listeners.emit('firstConnect', undefined);
  }

  lost({ code, reason, verdict, wasOpen }: Loss): void {
    if (verdict === 'new-session') this.resume = undefined;
    if (verdict === 'stop') {
      this.stop(`The server refused the connection: ${reason || `close code ${code}`}`);
    } else if (wasOpen || verdict === 'new-session') {
      this.calls.lost();
      this.keepSentCalls();
    }
    if (wasOpen) this.listeners.emit('disconnect', { code, reason, reconnecting: verdict !== 'stop' });
    if (verdict === 'stop') this.listeners.emit('refused', { code, reason });
  }

  stop(reason: string): void {
    this.cancelWindow?.();
    this.calls.stop(reason);
  }

  /** For as long as the server can resume the session, and no longer, sent calls may yet be answered. */
  private keepSentCalls(): void {
    this.cancelWindow?.();
    if (this.resume === undefined || this.windowMs <= 0) this.calls.giveUpSent();
    else this.cancelWindow = this.clock.after(this.windowMs, () => this.calls.giveUpSent());
  }

  private compareContracts(server: string): void {
    if (server === this.contract || server === this.lastOutdated) return;
    this.lastOutdated = server;
    this.listeners.emit('outdated', { client: this.contract, server });
  }
}
