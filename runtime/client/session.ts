import type { Cancel, Clock } from '../../src/clock.js';
import { RocketError } from '../../src/errors.js';
import { closeCodes } from '../../src/protocol/close-codes.js';
import type { Hello, Resume, Welcome } from '../../src/protocol/frames.js';
import type { Calls } from './calls.js';
import type { Loss } from './connection.js';
import type { Credentials } from './credentials.js';
import type { Inbox } from './inbox.js';
import type { Listeners } from './listeners.js';

/** What lets another page load go on with a session. */
export interface KeptSession extends Omit<Resume, 'pending'> {
  /** The highest id that a call had. */
  readonly lastCall: number;
}

/** One visitor across connections: what is brought to the next one, and what a welcome means. */
export class Session {
  private resume: Pick<Resume, 'session' | 'secret'> | undefined;
  private windowMs = 0;
  /** Whether the page has been drawn. */
  private hasBegun = false;
  private isResumed = false;
  private cancelWindow: Cancel | undefined;
  private lastOutdated: string | undefined;

  constructor(
    private readonly contract: string,
    private readonly credentials: Credentials,
    private readonly calls: Calls,
    private readonly inbox: Inbox,
    private readonly listeners: Listeners,
    private readonly clock: Clock,
  ) {}

  /** Whether the session of the last welcome was one that went on. */
  get wasResumed(): boolean {
    return this.isResumed;
  }

  hello(auth: unknown): Hello {
    const { resume } = this;
    const pending = this.calls.pending();
    return {
      contract: this.contract,
      ...(auth !== undefined && { auth }),
      ...(resume !== undefined && { resume: { ...resume, ...this.inbox.known(), pending } }),
    };
  }

  /** @returns what tells the listeners, for when everything else is done */
  welcomed(welcome: Welcome, send: (text: string) => void): () => void {
    const { session, secret, resumed, window, maxPayload, maxCalls } = welcome;
    this.cancelWindow?.();
    this.resume = { session, secret };
    this.windowMs = window;
    const former = resumed ? [] : this.inbox.begin(welcome.at);
    // Of what an earlier page load had shown nothing is left to be missed.
    const missed = this.hasBegun ? former : [];
    const isDrawn = this.hasBegun && resumed;
    this.hasBegun = true;
    this.isResumed = resumed;
    this.credentials.welcomed(send);
    this.calls.opened({ send, maxPayload, maxCalls }, resumed);
    return () => {
      this.listeners.emit('connect', { resumed });
      this.compareContracts(welcome.contract);
      for (const of of missed) this.listeners.emit('gap', { of, reason: 'session lost' });
      if (!isDrawn) this.listeners.emit('firstConnect', undefined);
    };
  }

  lost({ code, reason, verdict, wasOpen }: Loss): void {
    if (verdict !== 'resume') this.resume = undefined;
    if (verdict === 'stop') {
      this.stop(`The server refused the connection: ${reason || `close code ${code}`}`);
    } else if (wasOpen || verdict === 'new-session') {
      this.calls.lost();
      this.credentials.lost();
      this.keepSentCalls();
    }
    if (wasOpen) this.listeners.emit('disconnect', { code, reason, reconnecting: verdict !== 'stop' });
    if (verdict === 'stop') this.listeners.emit('refused', { code, reason });
    if (code === closeCodes.authenticateAgain)
      this.refused(new RocketError('unauthenticated', reason || undefined));
  }

  stop(reason: string): void {
    this.cancelWindow?.();
    this.calls.stop(reason);
    this.credentials.stop(new RocketError('unavailable', reason, { retryable: false }));
  }

  /** What another page load needs to go on with this session. Undefined: there is none, or it cannot be gone on with. */
  keep(): KeptSession | undefined {
    if (this.resume === undefined || this.windowMs <= 0) return undefined;
    return { ...this.resume, ...this.inbox.known(), lastCall: this.calls.last };
  }

  /**
   * Goes on with a session of an earlier page load, if no call has been made yet: its id would be one that is used up. Where
   * there is a session already, it is its own: then another page load may have gone on with it meanwhile, and if that
   * one made calls, a new session has to begin.
   */
  restore({ session, secret, seen, left, lastCall }: KeptSession): void {
    const { resume, calls } = this;
    if (resume === undefined) {
      if (calls.last > 0) return;
      this.resume = { session, secret };
      this.inbox.begin(seen, left);
      calls.startAfter(lastCall);
    } else if (session === resume.session && lastCall > calls.last) this.resume = undefined;
  }

  /** For as long as the server can resume the session, and no longer, sent calls may yet be answered. */
  private keepSentCalls(): void {
    this.cancelWindow?.();
    if (this.resume === undefined || this.windowMs <= 0) this.calls.giveUpSent();
    else this.cancelWindow = this.clock.after(this.windowMs, () => this.calls.giveUpSent());
  }

  private refused(error: RocketError): void {
    if (!this.credentials.refused(error)) this.listeners.fail(error);
  }

  private compareContracts(server: string): void {
    if (server === this.contract || server === this.lastOutdated) return;
    this.lastOutdated = server;
    this.listeners.emit('outdated', { client: this.contract, server });
  }
}
