import type { Cancel, Clock } from '../../src/clock.js';
import type { CloseVerdict } from '../../src/protocol/close-codes.js';
import { closeCodes, closeVerdict } from '../../src/protocol/close-codes.js';
import type { ClientControl, Hello, Message, Welcome } from '../../src/protocol/frames.js';
import { rocketV1 } from '../../src/protocol/frames.js';
import { parseFrame } from '../../src/protocol/message.js';
import { Liveness } from './liveness.js';
import type { ClientSocket, SocketFactory } from './socket.js';

/** How a line ended, and what follows from it. */
export interface LineEnd {
  readonly code: number;
  readonly reason: string;
  readonly verdict: CloseVerdict;
}

/** Who has lines. Nothing comes of a line after it has ended, or was closed or dropped. */
export interface LineDelegate {
  /** The socket is open; what is returned is said first. */
  hello(line: Line): Hello;
  welcomed(line: Line, welcome: Welcome): void;
  received(line: Line, message: Message): void;
  ended(line: Line, end: LineEnd): void;
}

export interface LineOptions {
  readonly url: string;
  readonly open: SocketFactory;
  readonly clock: Clock;
}

const handshakeMs = 10_000;
/** A server refuses frames of too many messages, at 4096. */
const mostInFrame = 1_000;

/** One socket from the dial to its end: says hello, is welcomed, carries messages, notices when it is dead. */
export class Line {
  /** Undefined when it is over. */
  private socket: ClientSocket | undefined;
  private welcome: Welcome | undefined;
  private liveness: Liveness | undefined;
  private readonly cancelDeadline: Cancel;
  private queue: string[] = [];
  private saidHello = false;

  /** Dials. Throws where the platform refuses the address. */
  constructor(
    private readonly options: LineOptions,
    private readonly delegate: LineDelegate,
  ) {
    const socket = options.open(options.url, rocketV1);
    this.socket = socket;
    this.cancelDeadline = options.clock.after(handshakeMs, () =>
      this.die('The server did not answer in time'),
    );
    socket.listen({
      opened: () => {
        if (this.socket === undefined) return;
        this.saidHello = true;
        socket.send(JSON.stringify({ $hello: delegate.hello(this) } satisfies ClientControl));
      },
      text: (text) => this.read(text),
      closed: (code, reason) => {
        if (this.socket !== undefined) this.end({ code, reason, verdict: closeVerdict(code) });
      },
    });
  }

  /** Whether the server may know of this line: its hello is on the way, or has arrived. */
  get isKnown(): boolean {
    return this.saidHello;
  }

  /** Whether the server has answered. */
  get isWelcomed(): boolean {
    return this.welcome !== undefined;
  }

  /** What is sent in one turn of the event loop goes out together at its end. */
  send(text: string): void {
    if (this.queue.push(text) === 1) queueMicrotask(() => this.flush());
  }

  /** See `Liveness.hurry`. */
  hurry(): void {
    this.liveness?.hurry();
  }

  /** Ends it when everything has been sent. */
  close(code: number, reason: string): void {
    this.flush();
    this.drop(code, reason);
  }

  /** Ends it, whatever has yet to be sent. */
  drop(code: number, reason: string): void {
    const { socket } = this;
    this.forget();
    socket?.close(code, reason);
  }

  /** The server broke the protocol: its session cannot be trusted to go on. */
  giveUp(reason: string): void {
    const code = closeCodes.protocolError;
    this.drop(code, reason);
    this.delegate.ended(this, { code, reason, verdict: 'new-session' });
  }

  private read(text: string): void {
    this.liveness?.heard();
    if (this.socket === undefined) return;
    const messages = parseFrame(text);
    if (messages === undefined) return this.giveUp('A frame is no message');
    for (const message of messages) {
      if (this.socket === undefined) return;
      if (this.welcome !== undefined) this.delegate.received(this, message);
      else this.begin(message.$welcome as Welcome | undefined);
    }
  }

  private begin(welcome: Welcome | undefined): void {
    if (welcome === undefined) return this.giveUp('The first message is no welcome');
    this.cancelDeadline();
    this.welcome = welcome;
    this.liveness = new Liveness(this.options.clock, welcome.heartbeat, () =>
      this.die('Nothing has been heard from the server'),
    );
    this.delegate.welcomed(this, welcome);
  }

  private flush(): void {
    const texts = this.queue;
    this.queue = [];
    for (const frame of joined(texts, this.welcome?.maxPayload ?? 0)) this.socket?.send(frame);
  }

  private die(reason: string): void {
    this.drop(closeCodes.goingAway, reason);
    this.delegate.ended(this, { code: 1006, reason, verdict: 'resume' });
  }

  private end(end: LineEnd): void {
    this.forget();
    this.delegate.ended(this, end);
  }

  private forget(): void {
    this.cancelDeadline();
    this.liveness?.stop();
    this.socket = undefined;
  }
}

/** Messages → frames, as few as may be, none larger than the server takes. */
function joined(texts: readonly string[], maxPayload: number): string[] {
  const frames: string[][] = [];
  let room = 0;
  for (const text of texts) {
    // One UTF-16 unit is three bytes of UTF-8 at the most.
    const size = text.length * 3 + 1;
    let frame = frames.at(-1);
    if (frame === undefined || size > room || frame.length === mostInFrame) {
      frame = [];
      frames.push(frame);
      room = maxPayload - 2;
    }
    frame.push(text);
    room -= size;
  }
  return frames.map((frame) => (frame.length === 1 ? String(frame[0]) : `[${frame.join()}]`));
}
