import type { ClientSocket, SocketListener } from '../client/socket.js';
import type { SharedFrame } from '../server/sockets/shared-frame.js';
import type { Wire, WireListener } from '../server/sockets/wire.js';

/**
 * The two ends of one socket without a network: what one sends, the other gets as text, in order and
 * never within the sender's own turn, as over a real one.
 */
export interface SocketPair {
  /** The server's end. */
  readonly wire: Wire;
  /** The client's end. */
  readonly socket: ClientSocket;
  /** Cuts the connection: neither end says goodbye. */
  cut(): void;
  /** The client's end reads nothing until `flow`; what is sent to it waits in the wire. */
  stall(): void;
  flow(): void;
}

/** Characters that wait in a wire before it is full. */
const bufferLimit = 65_536;

export function socketPair(): SocketPair {
  const pair = new Pair();
  return {
    wire: new PairWire(pair),
    socket: new PairSocket(pair),
    cut: () => pair.close(1006, ''),
    stall: () => pair.stall(),
    flow: () => pair.flow(),
  };
}

class Pair {
  server: WireListener | undefined;
  client: SocketListener | undefined;
  open = true;
  paused = false;
  /** Characters that the client's end has not taken. */
  waiting = 0;
  taken = 0;
  isFull = false;
  private stalled = false;
  private readonly toServer: string[] = [];
  private readonly toClient: string[] = [];

  /** Runs in a later turn, in the order of the calls. */
  later(run: () => void): void {
    queueMicrotask(run);
  }

  send(text: string): void {
    if (!this.open) return;
    this.later(() => {
      this.toServer.push(text);
      this.drain();
    });
  }

  drain(): void {
    while (this.open && !this.paused && !this.isFull && this.server !== undefined) {
      const text = this.toServer.shift();
      if (text === undefined) return;
      this.server.text(text);
    }
  }

  receive(text: string): void {
    if (!this.open) return;
    this.toClient.push(text);
    this.waiting += text.length;
    if (this.waiting > bufferLimit) this.isFull = true;
    this.later(() => this.deliver());
  }

  stall(): void {
    this.stalled = true;
  }

  flow(): void {
    this.stalled = false;
    this.later(() => this.deliver());
  }

  private deliver(): void {
    while (this.open && !this.stalled) {
      const text = this.toClient.shift();
      if (text === undefined) break;
      this.waiting -= text.length;
      this.taken += text.length;
      this.client?.text(text);
    }
    if (!this.open || !this.isFull || this.waiting > 0) return;
    this.isFull = false;
    this.server?.drained();
    this.drain();
  }

  /** What was sent before still arrives. */
  close(code: number, reason: string): void {
    this.later(() => {
      if (!this.open) return;
      this.open = false;
      this.server?.closed(code);
      this.client?.closed(code, reason);
    });
  }
}

class PairWire implements Wire {
  constructor(private readonly pair: Pair) {}

  get bufferedBytes(): number {
    return this.pair.waiting;
  }

  get movedBytes(): number {
    return this.pair.taken;
  }

  get isFull(): boolean {
    return this.pair.isFull;
  }

  listen(listener: WireListener): void {
    this.pair.server = listener;
  }

  send(frame: string | SharedFrame): void {
    this.pair.receive(typeof frame === 'string' ? frame : frame.text);
  }

  /** The other end answers by itself. */
  ping(): void {
    this.pair.later(() => this.pair.server?.alive());
  }

  pause(): void {
    this.pair.paused = true;
  }

  resume(): void {
    this.pair.paused = false;
    this.pair.later(() => this.pair.drain());
  }

  close(code: number, reason: string): void {
    this.pair.close(code, reason);
  }

  terminate(): void {
    this.pair.close(1006, '');
  }
}

class PairSocket implements ClientSocket {
  constructor(private readonly pair: Pair) {}

  listen(listener: SocketListener): void {
    this.pair.client = listener;
    this.pair.later(() => listener.opened());
  }

  send(text: string): void {
    this.pair.send(text);
  }

  close(code: number, reason: string): void {
    this.pair.close(code, reason);
  }
}
