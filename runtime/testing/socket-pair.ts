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
}

export function socketPair(): SocketPair {
  const pair = new Pair();
  return { wire: new PairWire(pair), socket: new PairSocket(pair), cut: () => pair.close(1006, '') };
}

class Pair {
  server: WireListener | undefined;
  client: SocketListener | undefined;
  open = true;
  paused = false;
  private readonly toServer: string[] = [];

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
    while (this.open && !this.paused && this.server !== undefined) {
      const text = this.toServer.shift();
      if (text === undefined) return;
      this.server.text(text);
    }
  }

  receive(text: string): void {
    if (!this.open) return;
    this.later(() => {
      if (this.open) this.client?.text(text);
    });
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
  readonly bufferedBytes = 0;

  constructor(private readonly pair: Pair) {}

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
