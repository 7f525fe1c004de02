import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Container } from 'inversify';
import type { ServerManifest } from '../../src/contract/manifest.js';
import { Events } from '../../src/events.js';
import { type Problem, ProblemsError } from '../../src/problems.js';
import { type ActionTable, buildActionTable } from './actions/action-table.js';
import { Dispatcher } from './actions/dispatcher.js';
import { Scopes } from './actions/scopes.js';
import { wiringProblems } from './actions/wiring.js';
import { loadAppFiles, runInitializers } from './app-files.js';
import { Calls } from './calls.js';
import { DeliveryTransmitter } from './delivery/audience.js';
import { Delivery } from './delivery/delivery.js';
import { Handshake } from './delivery/handshake.js';
import type { Transmitter } from './delivery/transmitter.js';
import { FrameRouter } from './frame-router.js';
import { HttpServer } from './http/http-server.js';
import { logEvents } from './log-events.js';
import { type AppOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { SocketReception } from './socket-reception.js';
import { Gateway, type Reception } from './sockets/gateway.js';
import { Heartbeat } from './sockets/heartbeat.js';

/** A running, or not yet running, application. */
export interface RocketApp {
  /** The Fastify instance on whose port the sockets are: add routes and plugins before `listen`. */
  readonly http: FastifyInstance;
  /** The one container that everything is built from. */
  readonly container: Container;
  readonly transmitter: Transmitter;
  /** What happens, by name: the log is one subscriber. */
  readonly events: Events;
  /**
   * Loads the app's files, checks the wiring and runs the initializers; `listen` does it if it has not been done.
   *
   * @throws ProblemsError with every mistake found, at once.
   */
  start(): Promise<void>;
  /**
   * Loads the app's files and checks the wiring, and leaves it at that: no initializer runs. To be closed like any other.
   *
   * @returns every mistake that `start` would refuse.
   */
  check(): Promise<readonly Problem[]>;
  /**
   * Starts and listens.
   *
   * @returns the URL to type in a browser on this machine.
   * @throws ProblemsError as `start`, or where the port cannot be had; Error once the app is closed.
   */
  listen(): Promise<string>;
  /** Ends everything that was started, connections first. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Builds an app from its options; nothing runs until `listen`.
 *
 * @throws ProblemsError for options that do not work, all at once.
 * @example await createApp({ root: import.meta.url, modules: [models] }).listen();
 */
export function createApp(options: AppOptions): RocketApp {
  return new App(resolveOptions(options));
}

/** The composition of the server: builds the parts, starts them in order, stops them in reverse. */
export class App implements RocketApp {
  readonly events = new Events();
  readonly transmitter: Transmitter;
  private readonly server: HttpServer;
  private readonly scopes = new Scopes();
  private readonly delivery: Delivery;
  private readonly heartbeat: Heartbeat;
  private readonly node = randomBytes(6).toString('base64url');
  /** How to end what was started, in the order of starting. */
  private readonly stops: (() => void | Promise<void>)[] = [];
  private started: Promise<void> | undefined;
  private listening: Promise<string> | undefined;
  private closed: Promise<void> | undefined;
  private openDoor: Reception | undefined;

  constructor(private readonly options: ResolvedOptions) {
    const { engine, clock, heartbeat, handshakeDeadline } = options;
    this.delivery = new Delivery(this.node, engine, this.events);
    this.transmitter = new DeliveryTransmitter(this.delivery);
    this.heartbeat = new Heartbeat(clock, heartbeat, handshakeDeadline);
    this.server = new HttpServer({
      publicDir: join(options.root, 'public'),
      headers: options.headers,
      path: options.path,
      clock,
    });
    this.stops.push(
      logEvents(this.events, options.logLevel),
      () => this.events.report('app.closed', {}),
      () => this.scopes.close(),
      () => this.delivery.stop(),
      () => this.server.close(),
    );
  }

  get http(): FastifyInstance {
    return this.server.fastify;
  }

  get container(): Container {
    return this.scopes.container;
  }

  /** Where a transport brings its sockets, once the app has started. */
  get reception(): Reception {
    if (this.openDoor === undefined) throw new Error('The app has not started: await app.start() first');
    return this.openDoor;
  }

  start(): Promise<void> {
    this.started ??= this.startParts();
    return this.started;
  }

  async check(): Promise<readonly Problem[]> {
    return (await this.load()).problems;
  }

  listen(): Promise<string> {
    this.listening = this.startListening();
    return this.listening;
  }

  close(): Promise<void> {
    this.closed ??= this.stopParts();
    return this.closed;
  }

  private async startListening(): Promise<string> {
    await this.start();
    this.refuseIfClosed();
    const url = await this.server.listen(this.options.port, this.options.host);
    this.events.report('app.listening', { url });
    return url;
  }

  private async startParts(): Promise<void> {
    this.refuseIfClosed();
    const { root, clock } = this.options;
    const { table, manifest, problems } = await this.load();
    if (problems.length > 0 || manifest === undefined)
      throw new ProblemsError('The app cannot start', problems);
    await this.delivery.start(manifest.clientActions);
    await runInitializers<RocketApp>(root, this);

    const dispatcher = new Dispatcher({ table, scopes: this.scopes, events: this.events, clock });
    const { heartbeat, maxPayload } = this.options;
    const facts = { node: this.node, contract: manifest.contract, heartbeat, maxPayload };
    const handshake = new Handshake(facts, this.scopes.authenticator(), this.delivery, this.events);
    const calls = new Calls(
      dispatcher,
      this.scopes.context,
      this.events,
      this.options.maxCallsInFlight,
      manifest,
    );
    const router = new FrameRouter(handshake, this.delivery, calls, this.events);
    this.openDoor = new SocketReception(handshake, router, this.heartbeat, this.events);
    this.heartbeat.start();
    this.stops.push(() => this.heartbeat.stop());
    const gateway = new Gateway({ ...this.options, closeGrace: 2_000 }, this.openDoor, clock);
    this.server.onUpgrade((request, socket, head) => void gateway.upgrade(request, socket, head));
    this.stops.push(
      () => gateway.close(),
      () => router.close(),
    );
  }

  /** Reads the app's files and holds them against each other; everything that is wrong is reported together. */
  private async load(): Promise<LoadedApp> {
    const { root, modules, authenticator } = this.options;
    const { controllers, manifest, problems } = await loadAppFiles(root);
    await this.scopes.load({
      modules,
      controllers: controllers.keys(),
      transmitter: this.transmitter,
      authenticator,
    });
    const actions = buildActionTable(controllers, manifest ?? nothingCompiled);
    const all = [
      ...problems,
      // Without a manifest every action would be reported as missing from it.
      ...(manifest === undefined ? [] : actions.problems),
      ...this.scopes.problems,
      ...wiringProblems(this.scopes.container, controllers),
    ];
    return { table: actions.table, manifest, problems: all };
  }

  /** What were started now would never be stopped. */
  private refuseIfClosed(): void {
    if (this.closed !== undefined) throw new Error('The app is closed: create another one');
  }

  private async stopParts(): Promise<void> {
    // A start under way is let finish: half-started parts would be left behind.
    await Promise.allSettled([this.started, this.listening]);
    const failures: unknown[] = [];
    for (const stop of this.stops.reverse()) {
      try {
        await stop();
      } catch (error) {
        // What comes behind it still has to end.
        failures.push(error);
      }
    }
    if (failures.length > 1)
      throw new AggregateError(failures, 'The app has closed, but not all of it in order');
    if (failures.length === 1) throw failures[0];
  }
}

interface LoadedApp {
  readonly table: ActionTable;
  /** Undefined: there is none, which is one of the problems. */
  readonly manifest: ServerManifest | undefined;
  readonly problems: readonly Problem[];
}

const nothingCompiled: ServerManifest = {
  contract: '',
  actions: {},
  clientActions: {},
  results: {},
  items: {},
};
