import type { CallOptions } from '../../../runtime/client/call-options.js';
import type { ClientOptions } from '../../../runtime/client/client.js';
import { ClientRuntime } from '../../../runtime/client/client-runtime.js';
import type { ControllerClass } from '../../../runtime/client/controllers.js';
import type { SocketFactory, SocketListener } from '../../../runtime/client/socket.js';
import { ManualClock } from '../../../runtime/testing/manual-clock.js';
import type { ClientManifest } from '../../../src/contract/manifest.js';
import type { Hello, Message, Welcome } from '../../../src/protocol/frames.js';

/** The server's end of one in-memory socket. */
export class MemoryWire {
  /** Every message, in order, whatever frames they came in. */
  readonly received: Message[] = [];
  readonly frames: string[] = [];
  /** How the client closed it, if it did. */
  closedByClient: { readonly code: number; readonly reason: string } | undefined;
  private listener: SocketListener | undefined;
  private isOver = false;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {}

  /** The client's end. */
  readonly socket = {
    listen: (listener: SocketListener) => {
      this.listener = listener;
    },
    send: (text: string) => {
      if (this.isOver) return;
      const frame: Message | Message[] = JSON.parse(text);
      this.frames.push(text);
      this.received.push(...(Array.isArray(frame) ? frame : [frame]));
    },
    close: (code: number, reason: string) => {
      if (this.isOver) return;
      this.closedByClient = { code, reason };
      this.close(code, reason);
    },
  };

  open(): void {
    this.listener?.opened();
  }

  send(frame: object): void {
    if (!this.isOver) this.listener?.text(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.listener?.text(text);
  }

  close(code: number, reason = ''): void {
    if (this.isOver) return;
    this.isOver = true;
    this.listener?.closed(code, reason);
  }

  /** Speaks although the client has given this socket up. */
  haunt(frame: object): void {
    this.listener?.text(JSON.stringify(frame));
  }

  /** Opens and welcomes. */
  welcome(change: Partial<Welcome> = {}): this {
    this.open();
    this.send({ $welcome: { ...welcome, ...change } });
    return this;
  }

  /** What the client brought. */
  get hello(): Hello {
    const [first] = this.received;
    if (first?.$hello === undefined) throw new Error('The client has not said hello');
    return first.$hello as Hello;
  }

  /** What came after the hello. */
  get calls(): Message[] {
    return this.received.filter((message) => message.$hello === undefined);
  }
}

export const welcome: Welcome = {
  session: 's1',
  secret: 'x1',
  resumed: false,
  node: 'n1',
  contract: 'c1',
  heartbeat: 25_000,
  window: 0,
  maxPayload: 1_000_000,
  maxCalls: 256,
  at: { '': ['g', 0] },
};

export const manifest: ClientManifest = {
  contract: 'c1',
  actions: { Song: ['show', 'index', 'create'] },
  clientActions: { Song: ['index', 'show'], App: ['showMessage'] },
  streams: [],
  encodeParams: {},
  reviveResult: {},
  reviveItem: {},
  reviveArgs: {},
  fields: {},
};

export type TestRocket = ClientRuntime['rocket'] & {
  readonly Song: Readonly<Record<'show' | 'index' | 'create', Call>>;
};

type Call = (params?: unknown, options?: CallOptions) => Promise<unknown>;

/** A client whose sockets end in `wires`, whose time stands still and whose dice always show `chance`. */
export class MemoryServer {
  readonly clock = new ManualClock();
  readonly wires: MemoryWire[] = [];
  readonly errors: Error[] = [];
  readonly runtime: ClientRuntime;
  readonly rocket: TestRocket;
  chance = 1;

  constructor(
    options: Partial<ClientOptions> & {
      readonly controllers?: Record<string, ControllerClass>;
      readonly manifest?: ClientManifest;
    } = {},
  ) {
    const { controllers, manifest: own = manifest, ...rest } = options;
    const openSocket: SocketFactory = (url, protocol) => {
      const wire = new MemoryWire(url, protocol);
      this.wires.push(wire);
      return wire.socket;
    };
    this.runtime = new ClientRuntime(own, {
      url: 'ws://test/rocket',
      clock: this.clock,
      random: () => this.chance,
      openSocket,
      ...rest,
    });
    this.rocket = this.runtime.rocket as TestRocket;
    this.rocket.on('error', (error) => this.errors.push(error));
    if (controllers !== undefined) this.runtime.createControllers(controllers);
  }

  /** Starts the client and lets it dial. */
  async start(): Promise<MemoryWire> {
    this.runtime.start();
    return this.next();
  }

  /** Starts the client and welcomes it. */
  async connected(change: Partial<Welcome> = {}): Promise<MemoryWire> {
    return (await this.start()).welcome(change);
  }

  /** The newest wire, after everything that is ready has run. */
  async next(): Promise<MemoryWire> {
    await this.settle();
    const wire = this.wires.at(-1);
    if (wire === undefined) throw new Error('The client has not dialled');
    return wire;
  }

  /** Lets time pass until the client dials again. */
  async redialled(): Promise<MemoryWire> {
    await this.clock.advance(10_000);
    return this.next();
  }

  settle(): Promise<void> {
    return this.clock.advance(0);
  }
}
