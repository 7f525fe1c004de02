import type { WireError } from '../../src/errors.js';
import { RocketError } from '../../src/errors.js';
import type { Message, ServerControl } from '../../src/protocol/frames.js';
import { isControl } from '../../src/protocol/message.js';
import { isPosition } from '../../src/protocol/positions.js';
import type { Acknowledgement } from './acknowledgement.js';
import type { Calls } from './calls.js';
import type { Controllers } from './controllers.js';
import type { Credentials } from './credentials.js';
import type { Inbox } from './inbox.js';
import type { Listeners } from './listeners.js';

/** What the router asks of the connection. */
export interface RouterLine {
  /** Ends the session over a fault of the server. */
  giveUp(reason: string): void;
  /** The server is going away in so many milliseconds. */
  drain(within: number): void;
}

/** Kind of message → the part that answers it. */
export class MessageRouter {
  constructor(
    private readonly line: RouterLine,
    private readonly calls: Calls,
    private readonly inbox: Inbox,
    private readonly acknowledgement: Acknowledgement,
    private readonly credentials: Credentials,
    private readonly controllers: Controllers,
    private readonly listeners: Listeners,
  ) {}

  route(message: Message): void {
    const control = message as ServerControl;
    if (control.$re !== undefined) this.reply(control.$re, control);
    else if (control.$ping !== undefined) this.acknowledgement.pong();
    else if (control.$gap !== undefined) this.gap(control.$gap);
    else if (control.$left !== undefined) this.inbox.left(control.$left);
    else if (control.$auth !== undefined) this.credentials.answered(control.$auth);
    else if (control.$drain !== undefined) this.line.drain(control.$drain.within);
    else if (control.$error !== undefined) this.failed(control.$error);
    else this.transmission(message, control);
  }

  private reply(id: number, control: ServerControl): void {
    this.calls.settle(id, control);
    if (!Object.hasOwn(control, 'next')) this.acknowledgement.handled();
  }

  private transmission(message: Message, { $at, $of = '' }: ServerControl): void {
    if ($at !== undefined && !isPosition($at)) {
      this.line.giveUp('A position is none');
      return;
    }
    const hasCalls = Object.keys(message).some((key) => !isControl(key));
    if ($at !== undefined) {
      const verdict = hasCalls ? this.inbox.accept($of, $at) : this.inbox.pass($of, $at);
      if (verdict === 'hole') this.hole($of || 'session');
      if (verdict !== 'handle') return;
    }
    if (hasCalls) {
      this.listeners.emit('message', message);
      this.controllers.run(message);
    }
    if ($at !== undefined) this.acknowledgement.handled();
  }

  private hole(source: string): void {
    const message = `The server left a hole in "${source}" without announcing it; starting a new session`;
    this.listeners.fail(new Error(message));
    this.line.giveUp(`A hole in ${source}`);
  }

  private gap(gap: NonNullable<ServerControl['$gap']>): void {
    this.inbox.gap(gap.of);
    this.listeners.emit('gap', gap);
  }

  private failed(error: WireError): void {
    this.listeners.fail(RocketError.fromWire(error));
  }
}
