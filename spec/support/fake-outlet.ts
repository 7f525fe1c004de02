import type { Outlet } from '../../runtime/server/delivery/session.js';
import type { SharedFrame } from '../../runtime/server/sockets/shared-frame.js';
import type { Dialect } from '../../src/protocol/frames.js';

/** A connection without a socket: keeps what it is given. */
export class FakeOutlet implements Outlet {
  readonly raw: (string | SharedFrame)[] = [];
  readonly remoteAddress = '192.0.2.7';
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** How many frames it takes before it is full; `Infinity`: any number. */
  room = Number.POSITIVE_INFINITY;

  constructor(readonly dialect: Dialect = 'rocket.v1') {}

  get isFull(): boolean {
    return this.raw.length >= this.room;
  }

  send(frame: string | SharedFrame): void {
    if (this.closed === undefined) this.raw.push(frame);
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  get sent(): Record<string, unknown>[] {
    return this.raw.map((frame) => JSON.parse(typeof frame === 'string' ? frame : frame.text));
  }
}
