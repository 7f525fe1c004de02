import type { Cancel, Clock } from '../../src/clock.js';
import { systemClock } from '../../src/clock.js';
import type { ClientManifest, Encoder, Reviver } from '../../src/contract/manifest.js';
import { RocketError } from '../../src/errors.js';
import { Calls } from './calls.js';
import type { ClientEvents } from './client-events.js';
import { clientEventNames } from './client-events.js';
import type { ConnectionState, Loss } from './connection.js';
import { Connection } from './connection.js';
import type { ControllerClass } from './controllers.js';
import { Controllers, namesIn, own } from './controllers.js';
import { Inbox } from './inbox.js';
import type { Unsubscribe } from './listeners.js';
import { Listeners } from './listeners.js';
import { MessageRouter } from './message-router.js';
import { openSocket } from './open-socket.js';
import type { Auth } from './session.js';
import { Session } from './session.js';
import type { SocketFactory } from './socket.js';

/**
 * A connected client. The generated one adds a property for each controller: `rocket.Song.show({ id })`
 * calls the server and settles with the action's result, or rejects with a `RocketError`.
 *
 * A call whose promise nobody awaits and which fails is reported as the event `error`.
 */
export interface Client<Actions = Record<string, unknown>> {
  /** What the connection is doing. */
  readonly state: ConnectionState;
  /**
   * Listens to an event of the client.
   *
   * @returns the function that unsubscribes.
   * @example rocket.on('disconnect', () => showOffline());
   */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => unknown,
  ): Unsubscribe;
  /**
   * Listens to a client action, beside its controller or without one.
   *
   * @returns the function that unsubscribes.
   * @example rocket.on('App.showMessage', ({ title, msg }) => console.log(title, msg));
   */
  on<Name extends keyof Actions & string>(
    name: Name,
    listener: (args: Actions[Name]) => unknown,
  ): Unsubscribe;
  /** Ends the connection for good: waiting calls are rejected, and no timer or listener is left. */
  close(): void;
}

export interface ClientOptions {
  /** Where the server listens: `ws://…` or `wss://…`; `http://…` and `https://…` are taken as these. */
  readonly url: string;
  /**
   * Credentials for the app's authenticator, a token say, or a function that gets them, which is asked
   * again before each reconnect. @default none: cookies alone
   */
  readonly auth?: Auth;
  /** How many calls may wait for a connection; one more is rejected as `unavailable`. @default 1000 */
  readonly queueLimit?: number;
  /** Time, for tests and simulations. @default the system's */
  readonly clock?: Clock;
  /** Randomness of the reconnect delay, for tests and simulations. @default Math.random */
  readonly random?: () => number;
  /** How sockets are opened, for tests and simulations. @default the platform's WebSocket */
  readonly openSocket?: SocketFactory;
}

/** Something that lives as long as the client does: the listeners on a page. */
export interface ClientPart {
  start(): void;
  stop(): void;
}

/** Composes a client: builds the parts, starts and stops them. */
export class ClientRuntime {
  /** What the app gets. */
  readonly rocket: Client;
  private readonly listeners = new Listeners();
  private readonly inbox = new Inbox();
  private readonly calls: Calls;
  private readonly controllers: Controllers;
  private readonly session: Session;
  private readonly connection: Connection;
  private readonly actions: ReadonlySet<string>;
  private readonly clock: Clock;
  private readonly parts: ClientPart[] = [];

  constructor(manifest: ClientManifest, options: ClientOptions) {
    const { listeners, inbox } = this;
    const { clock = systemClock, random = Math.random, queueLimit = 1000 } = options;
    const translate = {
      params: (action: string, value: unknown) => translated(manifest.encodeParams, action, value),
      result: (action: string, value: unknown) => translated(manifest.reviveResult, action, value),
      item: (action: string, value: unknown) => translated(manifest.reviveItem, action, value),
    };
    this.clock = clock;
    this.actions = new Set(namesIn(manifest.actions));
    this.calls = new Calls(queueLimit, translate, (error) => listeners.fail(error));
    this.controllers = new Controllers(manifest, listeners);
    this.session = new Session(manifest.contract, options.auth, this.calls, inbox, listeners, clock);
    const send = (text: string) => this.connection.send(text);
    const line = { send, giveUp: (reason: string) => this.connection.giveUp(reason) };
    const router = new MessageRouter(line, this.calls, inbox, this.controllers, listeners);
    this.connection = new Connection(
      { url: socketUrl(options.url), open: options.openSocket ?? openSocket, clock, random },
      {
        hello: () => this.session.hello(),
        welcomed: (welcome) => this.session.welcomed(welcome, send),
        received: (message) => router.route(message),
        lost: (loss) => this.lost(loss),
        failed: (error) => listeners.fail(error),
      },
    );
    this.rocket = this.face(manifest);
  }

  /** Makes the app's client controllers. Before `start`, so that nothing finds them missing. */
  createControllers(classes: Readonly<Record<string, ControllerClass>>): void {
    this.controllers.create(classes, this.rocket);
  }

  /** Adds something that starts and stops with the client. */
  add(part: ClientPart): void {
    this.parts.push(part);
  }

  start(): void {
    for (const part of this.parts) part.start();
    this.connection.start();
  }

  close(): void {
    for (const part of [...this.parts].reverse()) part.stop();
    this.connection.close();
    this.session.stop('The client was closed');
  }

  // For the parts of a page

  /** Whether the contract has this server action. */
  hasAction(name: string): boolean {
    return this.actions.has(name);
  }

  /** Whether the contract has actions of this controller. */
  hasController(name: string): boolean {
    return [...this.actions].some((action) => action.startsWith(`${name}.`));
  }

  call(name: string, params: unknown, form = false): Promise<unknown> {
    return this.calls.call(name, params, { form });
  }

  fail(error: Error): void {
    this.listeners.fail(error);
  }

  wake(): void {
    this.connection.wake();
  }

  after(ms: number, run: () => void): Cancel {
    return this.clock.after(ms, run);
  }

  private lost(loss: Loss): void {
    this.session.lost(loss);
    if (loss.code === 4301) this.listeners.fail(new RocketError('unauthenticated', loss.reason || undefined));
  }

  private face(manifest: ClientManifest): Client {
    const runtime = this;
    const rocket: Client = {
      get state() {
        return runtime.connection.state;
      },
      on: (name: string, listener: (value: never) => unknown) => runtime.on(name, listener),
      close: () => runtime.close(),
    };
    const streams = new Set(manifest.streams);
    const controllers = Object.entries(manifest.actions).map(([controller, names]) => {
      const calls = names.map((action) => {
        const name = `${controller}.${action}`;
        const call = (params?: unknown) =>
          streams.has(name) ? this.calls.stream(name, params) : this.call(name, params);
        return [action, call];
      });
      return [controller, Object.fromEntries(calls)];
    });
    return Object.assign(rocket, Object.fromEntries(controllers));
  }

  private on(name: string, listener: (value: never) => unknown): Unsubscribe {
    if (!this.controllers.knows(name) && !(clientEventNames as readonly string[]).includes(name)) {
      throw new TypeError(`No event or client action "${name}": events are ${clientEventNames.join(', ')}`);
    }
    return this.listeners.on(name, listener);
  }
}

function translated(
  table: Readonly<Record<string, Encoder | Reviver>>,
  action: string,
  value: unknown,
): unknown {
  const translate = own(table, action);
  return translate === undefined ? value : translate(value);
}

function socketUrl(url: string): string {
  if (!/^(ws|http)s?:\/\//.test(url)) {
    throw new TypeError(
      `The url "${url}" is no WebSocket address: write one such as ws://localhost:3000/rocket`,
    );
  }
  return url.replace(/^http/, 'ws');
}
