import type { ClientSocket, SocketListener } from '../../runtime/client/socket.js';
import type { SharedFrame } from '../../runtime/server/sockets/shared-frame.js';
import type { Wire, WireListener } from '../../runtime/server/sockets/wire.js';
import type { Clock } from '../../src/clock.js';
import type { Random } from './random.js';

/** Characters that wait in a wire before it is full. */
const bufferLimit = 16_384;

/**
 * A network in virtual time. What is sent on a link arrives in order and whole, or, from some moment on, not at all: that
 * is all that TCP promises. Who is told that a link is gone, and when, is the fault's to say.
 */
export class Network {
  private readonly links = new Set<Link>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** The clocks are those of the two ends: where one stands still, what arrives there waits. */
  link(client: string, node: string, clocks: LinkClocks): Link {
    const latency = this.random.chance(0.3) ? 0 : this.random.below(40);
    const jitter = this.random.chance(0.5) ? 0 : this.random.below(30);
    const delay = () => latency + this.random.below(jitter + 1);
    const link = new Link(client, node, this.clock, clocks, delay, () => this.links.delete(link));
    this.links.add(link);
    return link;
  }

  /** Links that either end still holds open. */
  get open(): readonly Link[] {
    return [...this.links];
  }
}

type End = 'client' | 'server';

export type LinkClocks = Readonly<Record<End, Clock>>;

export class Link {
  readonly wire: Wire;
  readonly socket: ClientSocket;
  private readonly toServer: Lane;
  private readonly toClient: Lane;
  private server: WireListener | undefined;
  private listener: SocketListener | undefined;
  private readonly isOpen = { client: true, server: true };
  private isPaused = false;
  private isFull = false;
  private taken = 0;
  private readonly unread: string[] = [];

  constructor(
    readonly client: string,
    readonly node: string,
    clock: Clock,
    private readonly clocks: LinkClocks,
    delay: () => number,
    private readonly gone: () => void,
  ) {
    this.toServer = new Lane(clock, delay);
    this.toClient = new Lane(clock, delay);
    this.wire = this.serverEnd();
    this.socket = this.clientEnd();
  }

  // Faults

  /** Both ends notice. */
  cut(): void {
    this.close('client', 1006);
    this.close('server', 1006);
  }

  /** One end is gone, and the other hears nothing of it or from it. */
  halfOpen(gone: End): void {
    // What the one who is gone had sent still arrives.
    if (gone === 'server') this.toServer.lose();
    else this.toClient.lose();
    this.close(gone, 1006);
  }

  /** Nothing gets through from now on, and nobody notices. */
  blackhole(): void {
    this.toServer.lose();
    this.toClient.lose();
  }

  /** Nothing moves until `flow`. */
  stall(): void {
    this.toServer.stall();
    this.toClient.stall();
  }

  /** The client reads so many characters a second of what it is sent, until `flow`. */
  throttle(rate: number): void {
    this.toClient.throttle(rate);
  }

  flow(): void {
    this.toServer.flow();
    this.toClient.flow();
  }

  // Ends

  private serverEnd(): Wire {
    const link = this;
    return {
      get bufferedBytes() {
        return link.toClient.size;
      },
      get movedBytes() {
        return link.taken;
      },
      get isFull() {
        return link.isFull;
      },
      listen: (listener) => {
        this.server = listener;
        this.read();
      },
      send: (frame) => this.sendToClient(frame),
      ping: () => {
        if (this.isOpen.server)
          this.toClient.send(0, () => this.toServer.send(0, () => this.atServer(() => this.server?.alive())));
      },
      pause: () => {
        this.isPaused = true;
      },
      resume: () => {
        this.isPaused = false;
        this.read();
      },
      close: (code, reason) => {
        if (!this.isOpen.server) return;
        this.toClient.send(0, () => this.close('client', code, reason));
        this.close('server', code);
      },
      terminate: () => {
        if (!this.isOpen.server) return;
        this.toClient.reset();
        this.toClient.send(0, () => this.close('client', 1006));
        this.close('server', 1006);
      },
    };
  }

  private clientEnd(): ClientSocket {
    return {
      listen: (listener) => {
        this.listener = listener;
        // Two ways there and back, as the opening of a socket needs.
        this.toServer.send(0, () =>
          this.toClient.send(0, () => {
            this.atClient(() => {
              if (this.isOpen.client) listener.opened();
            });
          }),
        );
      },
      send: (text) => {
        if (!this.isOpen.client) return;
        this.toServer.send(text.length, () => {
          this.unread.push(text);
          this.read();
        });
      },
      close: (code, reason) => {
        if (!this.isOpen.client) return;
        this.toServer.send(0, () => this.close('server', code));
        this.close('client', code, reason);
      },
    };
  }

  private sendToClient(frame: string | SharedFrame): void {
    if (!this.isOpen.server) return;
    const text = typeof frame === 'string' ? frame : frame.text;
    this.toClient.send(text.length, () => {
      this.taken += text.length;
      this.atClient(() => {
        if (this.isOpen.client) this.listener?.text(text);
      });
      if (!this.isFull || this.toClient.size > 0) return;
      this.isFull = false;
      this.atServer(() => {
        if (this.isOpen.server) this.server?.drained();
        this.read();
      });
    });
    if (this.toClient.size > bufferLimit) this.isFull = true;
  }

  private atServer(run: () => void): void {
    this.clocks.server.after(0, run);
  }

  private atClient(run: () => void): void {
    this.clocks.client.after(0, run);
  }

  private read(): void {
    this.atServer(() => {
      while (this.isOpen.server && !this.isPaused && !this.isFull && this.server !== undefined) {
        const text = this.unread.shift();
        if (text === undefined) return;
        this.server.text(text);
      }
    });
  }

  private close(end: End, code: number, reason = ''): void {
    if (!this.isOpen[end]) return;
    this.isOpen[end] = false;
    if (!this.isOpen.client && !this.isOpen.server) this.gone();
    if (end === 'client') this.atClient(() => this.listener?.closed(code, reason));
    else this.atServer(() => this.server?.closed(code));
  }
}

/** One direction of a link. */
class Lane {
  /** Characters under way. */
  size = 0;
  private queue: { readonly size: number; readonly arrive: () => void; readonly due: number }[] = [];
  private isBusy = false;
  private isStalled = false;
  private isLost = false;
  private rate = Number.POSITIVE_INFINITY;
  private turn = 0;

  constructor(
    private readonly clock: Clock,
    private readonly delay: () => number,
  ) {}

  send(size: number, arrive: () => void): void {
    this.size += size;
    if (this.isLost) return;
    this.queue.push({ size, arrive, due: this.clock.now() + this.delay() });
    this.move();
  }

  /** What is under way and what follows never arrives; the sender does not notice. */
  lose(): void {
    this.isLost = true;
    this.reset();
  }

  /** What is under way never arrives. */
  reset(): void {
    this.queue = [];
    this.turn += 1;
    this.isBusy = false;
  }

  stall(): void {
    this.isStalled = true;
  }

  throttle(rate: number): void {
    this.rate = rate;
  }

  flow(): void {
    this.isStalled = false;
    this.rate = Number.POSITIVE_INFINITY;
    this.move();
  }

  private move(): void {
    const [first] = this.queue;
    if (first === undefined || this.isBusy || this.isStalled) return;
    this.isBusy = true;
    const { turn } = this;
    const wait = Math.max(first.due - this.clock.now(), (first.size / this.rate) * 1000);
    this.clock.after(wait, () => {
      if (turn !== this.turn) return;
      this.isBusy = false;
      if (this.isStalled) return;
      this.queue.shift();
      this.size -= first.size;
      first.arrive();
      this.move();
    });
  }
}
