import type { WireError } from '../../src/errors.js';
import { RocketError } from '../../src/errors.js';
import type { ClientControl, Message, ServerControl } from '../../src/protocol/frames.js';
import { isControl } from '../../src/protocol/message.js';
import { isPosition } from '../../src/protocol/positions.js';
import type { Calls } from './calls.js';
import type { Controllers } from './controllers.js';
import type { Inbox } from './inbox.js';
import type { Listeners } from './listeners.js';

/** What the router asks of the connection. */
export interface RouterLine {
  send(text: string): void;
  /** Ends the session over a fault of the server. */
  giveUp(reason: string): void;
}

/** Kind of message → the part that answers it. */
export class MessageRouter {
  constructor(
    private readonly line: RouterLine,
    private readonly calls: Calls,
    private readonly inbox: Inbox,
    private readonly controllers: Controllers,
    private readonly listeners: Listeners,
  ) {}

  route(message: Message): void {
    const control = message as ServerControl;
    if (control.$re !== undefined) this.calls.settle(control.$re, control);
    else if (control.$ping !== undefined) this.pong();
    else if (control.$gap !== undefined) this.gap(control.$gap);
    else if (control.$left !== undefined) this.inbox.left(control.$left);
    else if (control.$error !== undefined) this.failed(control.$error);
    else this.transmission(message, control);
  }

  private transmission(message: Message, control: ServerControl): void {
    if (control.$at !== undefined && !isPosition(control.$at)) {
      this.line.giveUp('A position is none');
      return;
    }
    const verdict = this.inbox.accept(control);
    if (verdict === 'hole') {
      const source = control.$of ?? 'session';
      this.listeners.fail(
        new Error(`The server left a hole in "${source}" without announcing it; starting a new session`),
      );
      this.line.giveUp(`A hole in ${source}`);
    } else if (verdict === 'handle' && Object.keys(message).some((key) => !isControl(key))) {
      this.listeners.emit('message', message);
      this.controllers.run(message);
    }
  }

  private pong(): void {
    this.line.send(JSON.stringify({ $pong: 1, $seen: this.inbox.seen() } satisfies ClientControl));
  }

  private gap(gap: NonNullable<ServerControl['$gap']>): void {
    this.inbox.gap(gap.of);
    this.listeners.emit('gap', gap);
  }

  private failed(error: WireError): void {
    this.listeners.fail(RocketError.fromWire(error));
  }
}
