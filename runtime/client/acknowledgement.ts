import type { ClientControl } from '../../src/protocol/frames.js';
import type { Calls } from './calls.js';
import type { Inbox } from './inbox.js';

/** After how many handled things the server is told, so that it need not keep more. */
const every = 32;

/** Tells the server how far its messages and replies have been handled: now and then, and with each pong. */
export class Acknowledgement {
  private untold = 0;
  private toldCall = 0;
  private isHeld = false;

  constructor(
    private readonly inbox: Inbox,
    private readonly calls: Calls,
    private readonly send: (text: string) => void,
  ) {}

  /** A message with a position, or a final reply, has been handled. */
  handled(): void {
    this.untold += 1;
    if (this.untold >= every) this.tell({});
  }

  pong(): void {
    this.tell({ $pong: 1 });
  }

  /** Another connection has been told how far things are: what it may have to be sent again must be kept until it is known which one stays. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
  }

  private tell(control: ClientControl): void {
    if (this.isHeld) {
      if (control.$pong !== undefined) this.send(JSON.stringify(control));
      return;
    }
    this.untold = 0;
    const $got = this.calls.repliedUpTo;
    const news = { ...control, $seen: this.inbox.news(), ...($got > this.toldCall && { $got }) };
    this.toldCall = $got;
    this.send(JSON.stringify(news satisfies ClientControl));
  }
}
