import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Random } from '../simulation/random.js';

/** One client's connection through the proxy, and what can be done to it. */
export class ProxiedLink {
  private readonly held: (() => void)[] = [];
  private isStalled = false;
  private isDeaf = false;
  private bytesPerSecond = Number.POSITIVE_INFINITY;
  private delayMs = 0;
  private cutsNext = false;

  constructor(
    readonly client: Socket,
    readonly server: Socket,
    private readonly ended: (link: ProxiedLink) => void,
  ) {
    this.pass(client, server);
    this.pass(server, client);
  }

  /** Both ends get a reset. */
  cut(): void {
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }

  /** Everything takes so many milliseconds longer. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** The next bytes pass by half, then both ends get a reset. */
  cutMidway(): void {
    this.cutsNext = true;
  }

  /** One end gets a reset, the other notices nothing. */
  halfOpen(gone: 'client' | 'server'): void {
    this.isDeaf = true;
    (gone === 'client' ? this.server : this.client).resetAndDestroy();
  }

  /** Nothing passes any more, and nobody notices. */
  blackhole(): void {
    this.isDeaf = true;
  }

  /** Nothing passes until `flow`. */
  stall(): void {
    this.isStalled = true;
  }

  throttle(bytesPerSecond: number): void {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Everything passes again, what was held first. */
  flow(): void {
    this.isStalled = false;
    this.bytesPerSecond = Number.POSITIVE_INFINITY;
    this.delayMs = 0;
    for (const go of this.held.splice(0)) go();
  }

  private pass(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      if (this.isDeaf) return;
      if (this.cutsNext) {
        to.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
        // Behind what was written.
        setImmediate(() => this.cut());
        return;
      }
      from.pause();
      void this.slowly(bytes).then(() => {
        // What is not passed on is still taken: nobody is to notice.
        if (this.isDeaf || to.destroyed || to.write(bytes)) from.resume();
        else to.once('drain', () => from.resume());
      });
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      if (!this.isDeaf) to.destroy();
      if (this.client.destroyed && this.server.destroyed) this.ended(this);
    });
    from.on('end', () => {
      if (!this.isDeaf) to.end();
    });
  }

  private async slowly(bytes: Buffer): Promise<void> {
    const ms = this.delayMs + (bytes.length / this.bytesPerSecond) * 1000;
    if (ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        // Whatever is left of the wait when everything is to flow again.
        this.held.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    while (this.isStalled) {
      await new Promise<void>((resolve) => {
        this.held.push(resolve);
      });
    }
  }
}

/** Stands between clients and a server, on real sockets. */
export class FaultProxy {
  readonly open = new Set<ProxiedLink>();
  private readonly server: Server;
  /** No connection comes about. */
  isDown = false;

  private constructor(private readonly target: number) {
    this.server = createServer((client) => this.link(client));
  }

  /** @param target the server's port */
  static async start(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** One of the open links; undefined: there is none. */
  pick(random: Random): ProxiedLink | undefined {
    return this.open.size === 0 ? undefined : random.pick([...this.open]);
  }

  async stop(): Promise<void> {
    for (const link of this.open) link.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private link(client: Socket): void {
    client.on('error', () => undefined);
    if (this.isDown) {
      client.resetAndDestroy();
      return;
    }
    client.pause();
    const server = dial(this.target, '127.0.0.1');
    server.once('error', () => client.resetAndDestroy());
    server.once('connect', () => {
      const link = new ProxiedLink(client, server, (ended) => this.open.delete(ended));
      this.open.add(link);
      client.resume();
    });
  }
}

/** Settles when a socket is closed, however that came. */
export function whenClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
