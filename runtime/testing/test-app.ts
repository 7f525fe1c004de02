import type { ClientOptions } from '../client/client.js';
import type { ClientSocket } from '../client/socket.js';
import { App } from '../server/app.js';
import type { AppOptions } from '../server/index.js';
import { resolveOptions } from '../server/options.js';
import type { WireRequest } from '../server/sockets/wire.js';
import { ManualClock } from './manual-clock.js';
import { type SocketPair, socketPair } from './socket-pair.js';

/** The `connect` of an app's generated `#rocket/client`. */
export type Connect<Rocket> = (options: ClientOptions) => Promise<Rocket>;

export interface TestClientOptions {
  /** Credentials for the app's authenticator. @default none */
  readonly auth?: ClientOptions['auth'];
  /** Headers of the upgrade request, such as `cookie`. @default none */
  readonly headers?: WireRequest['headers'];
}

/**
 * An app under test: started whole, without a port, with its clock standing still. Clients are the
 * generated ones over sockets in memory, which still carry nothing but text.
 */
export class TestApp {
  readonly clock = new ManualClock();
  private readonly app: App;
  private readonly pairs: SocketPair[] = [];
  private offline = false;
  private readonly clients: { close(): void }[] = [];

  constructor(options: AppOptions) {
    this.app = new App(resolveOptions({ logLevel: 'silent', ...options, clock: this.clock }));
  }

  get container() {
    return this.app.container;
  }

  get transmitter() {
    return this.app.transmitter;
  }

  get presence() {
    return this.app.presence;
  }

  get events() {
    return this.app.events;
  }

  /** @throws ProblemsError with every mistake found, at once. */
  start(): Promise<void> {
    return this.app.start();
  }

  /**
   * Connects a client; settles when it has been welcomed.
   *
   * @example const ann = await app.connect(connect, { auth: { token: 'ann' } });
   */
  async connect<Rocket extends { close(): void }>(
    connect: Connect<Rocket>,
    options: TestClientOptions = {},
  ): Promise<Rocket> {
    const { auth, headers = {} } = options;
    const rocket = await connect({
      url: 'ws://app.test/rocket',
      clock: this.clock,
      openSocket: () => this.openSocket(headers),
      ...(auth !== undefined && { auth }),
    });
    this.clients.push(rocket);
    return rocket;
  }

  /** Cuts every connection, as a lost network does; the clients come back by themselves as the clock moves. */
  cut(): void {
    for (const pair of this.pairs.splice(0)) pair.cut();
  }

  /** Cuts every connection, and none can be made until `goOnline`. */
  goOffline(): void {
    this.offline = true;
    this.cut();
  }

  goOnline(): void {
    this.offline = false;
  }

  async close(): Promise<void> {
    for (const client of this.clients.splice(0)) client.close();
    await this.app.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private openSocket(headers: WireRequest['headers']): ClientSocket {
    const pair = socketPair();
    if (this.offline) {
      pair.cut();
      return pair.socket;
    }
    this.pairs.push(pair);
    const request = {
      dialect: 'rocket.v1',
      headers,
      url: '/rocket',
      remoteAddress: '127.0.0.1',
      secure: false,
    } as const;
    this.app.reception.open(pair.wire, request, undefined);
    return pair.socket;
  }
}

/**
 * Starts an app for a spec.
 *
 * @param options what `rocket.config.ts` exports.
 * @example await using app = await testApp(config);
 */
export async function testApp(options: AppOptions): Promise<TestApp> {
  const app = new TestApp(options);
  try {
    await app.start();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
