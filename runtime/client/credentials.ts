import { RocketError } from '../../src/errors.js';
import type { ClientControl, ServerControl } from '../../src/protocol/frames.js';

/** Credentials for the app's authenticator, or how to get them; a function is asked before each attempt. */
export type Auth = unknown | (() => unknown | Promise<unknown>);

/** New credentials of which the server has not said yet whether they are good. */
interface Offer {
  readonly auth: Auth;
  readonly value: unknown;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * What the server is told of who this is: the credentials that were good last, and those that are on their way. They
 * travel in a hello, or in a frame of their own while a connection is open, and are answered in order.
 */
export class Credentials {
  private offers: Offer[] = [];
  /** How many of them the hello that is on its way stands for: its own credentials are the newest. */
  private inHello = 0;
  private send: ((text: string) => void) | undefined;
  private stopped: RocketError | undefined;

  /** @param wanted called when new credentials wait for a connection. */
  constructor(
    private auth: Auth,
    private readonly wanted: () => void,
  ) {}

  /** What the next hello says. */
  async next(): Promise<unknown> {
    this.inHello = this.offers.length;
    const offer = this.offers.at(-1);
    return offer === undefined ? resolved(this.auth) : offer.value;
  }

  /** @returns settles when the server has said whether they are good. */
  async offer(auth: Auth): Promise<void> {
    const value = await resolved(auth);
    if (this.stopped !== undefined) throw this.stopped;
    return new Promise((resolve, reject) => {
      const offer: Offer = { auth, value, resolve, reject };
      this.offers.push(offer);
      if (this.send === undefined) this.wanted();
      else this.tell(offer);
    });
  }

  /** The hello was good, and so are its credentials; the others are told. */
  welcomed(send: (text: string) => void): void {
    this.send = send;
    const settled = this.offers.splice(0, this.inHello);
    this.inHello = 0;
    this.auth = settled.at(-1)?.auth ?? this.auth;
    for (const { resolve } of settled) resolve();
    for (const offer of this.offers) this.tell(offer);
  }

  /** The server has answered the first that it was told of. */
  answered({ ok, error }: NonNullable<ServerControl['$auth']>): void {
    const offer = this.offers.shift();
    if (offer === undefined) return;
    this.inHello = Math.max(0, this.inHello - 1);
    if (ok) {
      this.auth = offer.auth;
      offer.resolve();
    } else
      offer.reject(error === undefined ? new RocketError('unauthenticated') : RocketError.fromWire(error));
  }

  /** The connection is gone; what was not answered goes into the next hello. */
  lost(): void {
    this.send = undefined;
  }

  /** The hello was refused. @returns whether somebody waited to hear that */
  refused(error: RocketError): boolean {
    const refused = this.offers.splice(0, this.inHello);
    this.inHello = 0;
    for (const { reject } of refused) reject(error);
    return refused.length > 0;
  }

  stop(error: RocketError): void {
    this.lost();
    this.stopped = error;
    for (const { reject } of this.offers.splice(0)) reject(error);
  }

  private tell({ value }: Offer): void {
    this.send?.(JSON.stringify({ $auth: value ?? null } satisfies ClientControl));
  }
}

async function resolved(auth: Auth): Promise<unknown> {
  return typeof auth === 'function' ? auth() : auth;
}
