import type { Cancel, Clock } from '../../src/clock.js';
import { closeCodes } from '../../src/protocol/close-codes.js';
import type { Hello, Message, Welcome } from '../../src/protocol/frames.js';
import type { LineDelegate, LineEnd } from './line.js';
import { Line } from './line.js';
import { Reconnect } from './reconnect.js';
import type { SocketFactory } from './socket.js';

/**
 * `idle` → `connecting` → `handshaking` → `open`; from each of the last three to `waiting` and back to
 * `connecting`; from all of them to `closed`, which is the end.
 */
export type ConnectionState = 'idle' | 'connecting' | 'handshaking' | 'open' | 'waiting' | 'closed';

/** Why a connection ended, and what follows from it. */
export interface Loss extends LineEnd {
  /** Whether the server had welcomed this connection. */
  readonly wasOpen: boolean;
}

export interface ConnectionDelegate {
  /** Asked before each attempt. A rejection is told to `failed`, and the attempt made again later. */
  credentials(): Promise<unknown>;
  /** Asked when a socket has opened. */
  hello(auth: unknown): Hello;
  welcomed(welcome: Welcome): void;
  received(message: Message): void;
  /** The end of an attempt or of an open connection; not called by `close`. */
  lost(loss: Loss): void;
  failed(error: Error): void;
  /** True: a second connection has said how far the session is; nothing may begin on the first. False: it stays. */
  moving(isMoving: boolean): void;
  /** The state is another one; after `welcomed` this goes without saying. */
  changed(): void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly open: SocketFactory;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The connection as a state machine over its lines: opens one, moves to a second, opens the next when one is lost. */
export class Connection {
  private current: ConnectionState = 'idle';
  private line: Line | undefined;
  /** The one that is to take its place. */
  private second: Line | undefined;
  private readonly reconnect: Reconnect;
  private cancelDrain: Cancel | undefined;
  /**
   * A line ended between its hello and the answer. That hello may yet reach a server and take the session over from the
   * line that came after: then it was no other tab that did.
   */
  private hasStrayHello = false;
  private openedAt = 0;
  private attempts = 0;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly delegate: ConnectionDelegate,
  ) {
    this.reconnect = new Reconnect(options.clock, options.random, () => void this.connect());
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** How many attempts have been made since it was last open, the present one included; 0 while it is open. */
  get attempt(): number {
    return this.attempts;
  }

  start(): void {
    if (this.is('idle')) void this.connect();
  }

  /** Leaves no timer and no socket behind. */
  close(): void {
    this.reconnect.stop();
    this.dropSecond();
    this.line?.close(1000, '');
    this.line = undefined;
    this.become('closed');
  }

  /** The page is looked at again: ends a wait for the next attempt, and waits less for a server that may be dead. */
  wake(): void {
    this.reconnect.wake();
    this.line?.hurry();
  }

  /** The network is there again, or another one: as `wake`, and what is open moves to a line that surely works. */
  online(): void {
    this.wake();
    void this.move();
  }

  /** The server is going away: moves at some moment within so many milliseconds, for not all are to come at once. */
  drain(within: number): void {
    const { clock, random } = this.options;
    this.cancelDrain ??= clock.after(random() * within, () => void this.move());
  }

  send(text: string): void {
    this.line?.send(text);
  }

  giveUp(reason: string): void {
    this.line?.giveUp(reason);
  }

  private async connect(): Promise<void> {
    this.attempts += 1;
    this.become('connecting');
    let auth: unknown;
    try {
      // Before the socket opens: credentials may take longer than a server waits for a hello.
      auth = await this.delegate.credentials();
    } catch (error) {
      if (this.is('closed')) return;
      this.wait(0);
      this.delegate.failed(asError(error));
      return;
    }
    if (this.is('closed')) return;
    try {
      this.line = new Line(this.options, this.lines(auth));
    } catch (error) {
      // Such an address is refused by the platform (`ws:` from a page that came by https:, say): now and always.
      this.end({ code: closeCodes.refused, reason: asError(error).message, verdict: 'stop' });
    }
  }

  /** Opens a second line; once that is welcomed the first is closed. Where it cannot be had, the first stays. */
  private async move(): Promise<void> {
    const { line } = this;
    if (!this.is('open') || this.second !== undefined) return;
    try {
      const auth = await this.delegate.credentials();
      if (this.is('open') && this.line === line && this.second === undefined)
        this.second = new Line(this.options, this.lines(auth));
    } catch (error) {
      this.delegate.failed(asError(error));
    }
  }

  private lines(auth: unknown): LineDelegate {
    return {
      hello: (line) => {
        if (line === this.second) this.delegate.moving(true);
        else this.become('handshaking');
        return this.delegate.hello(auth);
      },
      welcomed: (line, welcome) => this.welcomed(line, welcome),
      received: (_line, message) => this.delegate.received(message),
      ended: (line, end) => {
        const verdict = this.verdictOn(end);
        if (line.isKnown && !line.isWelcomed) this.hasStrayHello = true;
        if (line === this.second) this.secondEnded(end);
        else this.lineEnded({ ...end, verdict });
      },
    };
  }

  private welcomed(line: Line, welcome: Welcome): void {
    if (line === this.second && this.line !== undefined && !welcome.resumed) {
      // The session lives on where it was, and nowhere else.
      this.dropSecond();
      this.delegate.moving(false);
      return;
    }
    const former = this.line === line ? undefined : this.line;
    this.line = line;
    this.second = undefined;
    former?.drop(closeCodes.goingAway, 'Moved to another connection');
    this.stopDrain();
    this.openedAt = this.options.clock.now();
    this.attempts = 0;
    if (!welcome.resumed) this.hasStrayHello = false;
    // Told by the delegate, when the session is open as well.
    this.current = 'open';
    this.delegate.welcomed(welcome);
  }

  private verdictOn({ code, verdict }: LineEnd): LineEnd['verdict'] {
    if (code !== closeCodes.takenOver || !this.hasStrayHello) return verdict;
    this.hasStrayHello = false;
    return 'resume';
  }

  private lineEnded(end: LineEnd): void {
    this.line = undefined;
    // A server closes the first line when the second takes the session over, and that may be known here earlier.
    if (this.second?.isKnown && end.verdict !== 'stop') return;
    this.dropSecond();
    this.end(end);
  }

  private secondEnded(end: LineEnd): void {
    this.second = undefined;
    if (this.line === undefined) this.end(end);
    else this.delegate.moving(false);
  }

  private dropSecond(): void {
    this.stopDrain();
    this.second?.drop(1000, '');
    this.second = undefined;
  }

  private stopDrain(): void {
    this.cancelDrain?.();
    this.cancelDrain = undefined;
  }

  private end(end: LineEnd): void {
    const wasOpen = this.is('open');
    this.stopDrain();
    if (end.verdict === 'stop') this.become('closed');
    else this.wait(wasOpen ? this.options.clock.now() - this.openedAt : 0);
    this.delegate.lost({ ...end, wasOpen });
  }

  private wait(openFor: number): void {
    this.reconnect.schedule(openFor);
    this.become('waiting');
  }

  private become(state: ConnectionState): void {
    this.current = state;
    this.delegate.changed();
  }

  /** A method, since the state may have changed during an `await`, of which the compiler knows nothing. */
  private is(state: ConnectionState): boolean {
    return this.current === state;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
