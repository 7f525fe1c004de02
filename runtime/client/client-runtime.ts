import type { Cancel, Clock } from '../../src/clock.js';
import { systemClock } from '../../src/clock.js';
import type { ClientManifest, Encoder, Reviver } from '../../src/contract/manifest.js';
import { Acknowledgement } from './acknowledgement.js';
import type { CallForm } from './call.js';
import type { CallOptions } from './call-options.js';
import { Calls } from './calls.js';
import type { Client, ClientOptions } from './client.js';
import { clientEventNames } from './client-events.js';
import { Connection } from './connection.js';
import type { ConnectionSnapshot } from './connection-snapshot.js';
import { isSameSnapshot } from './connection-snapshot.js';
import type { ControllerClass } from './controllers.js';
import { Controllers, namesIn, own, revived } from './controllers.js';
import type { Auth } from './credentials.js';
import { Credentials } from './credentials.js';
import { Inbox } from './inbox.js';
import { Latest } from './latest.js';
import type { Unsubscribe } from './listeners.js';
import { Listeners } from './listeners.js';
import { MessageRouter } from './message-router.js';
import { openSocket } from './open-socket.js';
import { Reply } from './reply.js';
import type { KeptSession } from './session.js';
import { Session } from './session.js';
import type { Store } from './store.js';
import { Source } from './store.js';

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
  private readonly latest: Latest;
  private readonly credentials: Credentials;
  private readonly session: Session;
  private readonly connection: Connection;
  private readonly snapshot: Source<ConnectionSnapshot>;
  private readonly actions: ReadonlySet<string>;
  private readonly clock: Clock;
  private readonly parts: ClientPart[] = [];

  constructor(manifest: ClientManifest, options: ClientOptions) {
    const { listeners, inbox } = this;
    const { clock = systemClock, random = Math.random, queueLimit = 1000 } = options;
    this.clock = clock;
    this.actions = new Set(namesIn(manifest.actions));
    const send = (text: string) => this.connection.send(text);
    const changed = () => this.changed();
    const unheard = (error: Error) => listeners.fail(error);
    const attempt = (run: () => unknown, what: string) => listeners.attempt(run, what);
    this.calls = new Calls({ queueLimit, clock, translate: translationOf(manifest), unheard, changed });
    this.latest = new Latest((name, wireArgs) => revived(manifest, name, wireArgs), attempt);
    this.controllers = new Controllers(manifest, listeners, this.latest);
    this.credentials = new Credentials(options.auth, () => this.connection.wake());
    const { calls, credentials, controllers } = this;
    this.session = new Session(manifest.contract, credentials, calls, inbox, listeners, clock);
    const acknowledgement = new Acknowledgement(inbox, calls, send);
    const line = {
      giveUp: (reason: string) => this.connection.giveUp(reason),
      drain: (within: number) => this.connection.drain(within),
    };
    const router = new MessageRouter(
      line,
      calls,
      inbox,
      acknowledgement,
      credentials,
      controllers,
      listeners,
    );
    this.connection = new Connection(
      { url: socketUrl(options.url), open: options.openSocket ?? openSocket, clock, random },
      {
        credentials: () => credentials.next(),
        hello: (auth) => this.session.hello(auth),
        welcomed: (welcome) => {
          acknowledgement.hold(false);
          const tell = this.session.welcomed(welcome, send);
          this.changed();
          tell();
        },
        received: (message) => router.route(message),
        lost: (loss) => this.session.lost(loss),
        failed: unheard,
        moving: (isMoving) => {
          calls.hold(isMoving);
          acknowledgement.hold(isMoving);
        },
        changed,
      },
    );
    this.snapshot = new Source(this.takeSnapshot(), (run) => attempt(run, 'The subscriber to connection'));
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

  call(name: string, params: unknown, form?: CallForm): Promise<unknown> {
    return this.calls.call(name, params, form);
  }

  fail(error: Error): void {
    this.listeners.fail(error);
  }

  /** See `Connection.wake`. */
  wake(): void {
    this.connection.wake();
  }

  /** See `Connection.online`. */
  online(): void {
    this.connection.online();
  }

  /** See `Session.keep`. */
  keep(): KeptSession | undefined {
    return this.session.keep();
  }

  /** See `Session.restore`. */
  restore(kept: KeptSession): void {
    this.session.restore(kept);
  }

  after(ms: number, run: () => void): Cancel {
    return this.clock.after(ms, run);
  }

  private face(manifest: ClientManifest): Client {
    const runtime = this;
    const rocket: Client = {
      get state() {
        return runtime.connection.state;
      },
      connection: this.snapshot,
      latest: (name) => this.latestOf(name),
      on: (name: string, listener: (value: never) => unknown) => this.on(name, listener),
      authenticate: (auth) => this.authenticate(auth),
      close: () => this.close(),
    };
    const streams = new Set(manifest.streams);
    const controllers = Object.entries(manifest.actions).map(([controller, names]) => {
      const calls = names.map((action) => {
        const name = `${controller}.${action}`;
        const call = (params?: unknown, options?: CallOptions) =>
          streams.has(name) ? this.calls.stream(name, params, options) : this.call(name, params, options);
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

  private latestOf(name: string): Store<unknown> {
    if (!this.controllers.knows(name)) throw new TypeError(`No client action "${name}"`);
    return this.latest.store(name);
  }

  private authenticate(auth: Auth): Promise<void> {
    const reply = new Reply((error) => this.fail(error));
    this.credentials.offer(auth).then(
      () => reply.resolve(undefined),
      (error) => reply.reject(error),
    );
    return reply.promise as Promise<void>;
  }

  private changed(): void {
    const snapshot = this.takeSnapshot();
    if (!isSameSnapshot(this.snapshot.get(), snapshot)) this.snapshot.set(snapshot);
  }

  private takeSnapshot(): ConnectionSnapshot {
    const { state, attempt } = this.connection;
    return Object.freeze({ state, attempt, waiting: this.calls.waits, resumed: this.session.wasResumed });
  }
}

function translationOf({ encodeParams, reviveResult, reviveItem }: ClientManifest) {
  const by =
    (table: Readonly<Record<string, Encoder | Reviver>>) =>
    (action: string, value: unknown): unknown => {
      const translate = own(table, action);
      return translate === undefined ? value : translate(value);
    };
  return { params: by(encodeParams), result: by(reviveResult), item: by(reviveItem) };
}

function socketUrl(url: string): string {
  if (!/^(ws|http)s?:\/\//.test(url)) {
    throw new TypeError(
      `The url "${url}" is no WebSocket address: write one such as ws://localhost:3000/rocket`,
    );
  }
  return url.replace(/^http/, 'ws');
}
