import type { Cancel, Clock } from '../../src/clock.js';
import type { CloseVerdict } from '../../src/protocol/close-codes.js';
import { closeCodes, closeVerdict } from '../../src/protocol/close-codes.js';
import type { ClientControl, Hello, Message, Welcome } from '../../src/protocol/frames.js';
import { rocketV1 } from '../../src/protocol/frames.js';
import { parseFrame } from '../../src/protocol/message.js';
import { Reconnect } from './reconnect.js';
import type { ClientSocket, SocketFactory } from './socket.js';

/**
 * `idle` → `connecting` → `handshaking` → `open`; from each of the last three to `waiting` and back to
 * `connecting`; from all of them to `closed`, which is the end.
 */
export type ConnectionState = 'idle' | 'connecting' | 'handshaking' | 'open' | 'waiting' | 'closed';

/** Why a connection ended, and what follows from it. */
export interface Loss {
  readonly code: number;
  readonly reason: string;
  readonly verdict: CloseVerdict;
  /** Whether the server had welcomed this connection. */
  readonly wasOpen: boolean;
}

export interface ConnectionDelegate {
  /** Asked before each attempt. A rejection is told to `failed`, and the attempt made again later. */
  hello(): Promise<Hello>;
  welcomed(welcome: Welcome): void;
  received(message: Message): void;
  /** The end of an attempt or of an open connection; not called by `close`. */
  lost(loss: Loss): void;
  failed(error: Error): void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly open: SocketFactory;
  readonly clock: Clock;
  readonly random: () => number;
}

const handshakeMs = 10_000;
/** How late a timer must fire to show that the machine or the page was asleep, and how long it then gets. */
const sleepMs = 1_000;
const graceMs = 2_500;

/** The socket as a state machine: opens it, says hello, notices when it is dead, opens the next. */
export class Connection {
  private current: ConnectionState = 'idle';
  private socket: ClientSocket | undefined;
  private readonly reconnect: Reconnect;
  /** The deadline of the handshake, then the watch on silence. */
  private cancelTimer: Cancel | undefined;
  private openedAt = 0;
  private receivedAt = 0;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly delegate: ConnectionDelegate,
  ) {
    this.reconnect = new Reconnect(options.clock, options.random, () => void this.connect());
  }

  get state(): ConnectionState {
    return this.current;
  }

  start(): void {
    if (this.current === 'idle') void this.connect();
  }

  /** Leaves no timer and no socket behind. */
  close(): void {
    this.current = 'closed';
    this.reconnect.stop();
    this.drop(1000, '');
  }

  /** Ends a wait for the next attempt. */
  wake(): void {
    this.reconnect.wake();
  }

  send(text: string): void {
    if (this.current === 'open') this.socket?.send(text);
  }

  /** The server broke the protocol: its session cannot be trusted to go on. */
  giveUp(reason: string): void {
    this.drop(closeCodes.protocolError, reason);
    this.end(closeCodes.protocolError, reason, 'new-session');
  }

  private async connect(): Promise<void> {
    this.current = 'connecting';
    let hello: Hello;
    try {
      // Before the socket opens: credentials may take longer than a server waits for a hello.
      hello = await this.delegate.hello();
    } catch (error) {
      if (this.is('closed')) return;
      this.wait(0);
      this.delegate.failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (!this.is('closed')) this.dial(hello);
  }

  private dial(hello: Hello): void {
    const { open, url, clock } = this.options;
    let socket: ClientSocket;
    try {
      socket = open(url, rocketV1);
    } catch (error) {
      // Such an address is refused by the platform (`ws:` from a page that came by https:, say): now and always.
      this.end(closeCodes.refused, error instanceof Error ? error.message : String(error), 'stop');
      return;
    }
    this.socket = socket;
    this.cancelTimer = clock.after(handshakeMs, () => this.accident('The server did not answer in time'));
    // A socket that was given up may still speak; it is not this one any more.
    const whenCurrent = (run: () => void) => {
      if (this.socket === socket) run();
    };
    socket.listen({
      opened: () =>
        whenCurrent(() => {
          this.current = 'handshaking';
          socket.send(JSON.stringify({ $hello: hello } satisfies ClientControl));
        }),
      text: (text) => whenCurrent(() => this.read(text)),
      closed: (code, reason) =>
        whenCurrent(() => {
          this.forget();
          this.end(code, reason, closeVerdict(code));
        }),
    });
  }

  // Reading

  private read(text: string): void {
    const socket = this.socket;
    this.receivedAt = this.options.clock.now();
    const messages = parseFrame(text);
    if (messages === undefined) {
      this.giveUp('A frame is no message');
      return;
    }
    for (const message of messages) {
      if (this.socket !== socket) return;
      if (this.current === 'open') this.delegate.received(message);
      else this.welcome(message.$welcome as Welcome | undefined);
    }
  }

  private welcome(welcome: Welcome | undefined): void {
    if (welcome === undefined) {
      this.giveUp('The first message is no welcome');
      return;
    }
    this.current = 'open';
    this.openedAt = this.receivedAt;
    this.cancelTimer?.();
    this.watch(welcome.heartbeat * 1.5);
    this.delegate.welcomed(welcome);
  }

  // Liveness

  /** One timer, set anew when it fires: a frame only notes the time. */
  private watch(silenceMs: number): void {
    const { clock } = this.options;
    const dueAt = this.receivedAt + silenceMs;
    this.cancelTimer = clock.after(dueAt - clock.now(), () => {
      const now = clock.now();
      if (this.receivedAt + silenceMs > now) this.watch(silenceMs);
      // After a sleep, what came meanwhile has yet to be read; the server is not dead before that.
      else if (now - dueAt > sleepMs)
        this.cancelTimer = clock.after(graceMs, () => this.afterSleep(now, silenceMs));
      else this.accident('Nothing has been heard from the server');
    });
  }

  private afterSleep(since: number, silenceMs: number): void {
    if (this.receivedAt >= since) this.watch(silenceMs);
    else this.accident('Nothing has been heard from the server');
  }

  // The end of a socket

  private accident(reason: string): void {
    this.drop(closeCodes.goingAway, reason);
    this.end(1006, reason, 'resume');
  }

  private drop(code: number, reason: string): void {
    const socket = this.socket;
    this.forget();
    socket?.close(code, reason);
  }

  private forget(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.socket = undefined;
  }

  private end(code: number, reason: string, verdict: CloseVerdict): void {
    const wasOpen = this.current === 'open';
    if (verdict === 'stop') this.current = 'closed';
    else this.wait(wasOpen ? this.options.clock.now() - this.openedAt : 0);
    this.delegate.lost({ code, reason, verdict, wasOpen });
  }

  private wait(openFor: number): void {
    this.current = 'waiting';
    this.reconnect.schedule(openFor);
  }

  /** A method, since the state may have changed during an `await`, of which the compiler knows nothing. */
  private is(state: ConnectionState): boolean {
    return this.current === state;
  }
}
