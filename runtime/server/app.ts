import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Container } from 'inversify';
import type { ServerManifest } from '../../src/contract/manifest.js';
import { Events } from '../../src/events.js';
import { type Problem, ProblemsError } from '../../src/problems.js';
import { type ActionTable, buildActionTable } from './actions/action-table.js';
import { Scopes } from './actions/scopes.js';
import { wiringProblems } from './actions/wiring.js';
import { loadAppFiles, runInitializers } from './app-files.js';
import type { Presence } from './delivery/presence.js';
import type { Transmitter } from './delivery/transmitter.js';
import { HttpServer, type Readiness } from './http/http-server.js';
import { logEvents } from './log-events.js';
import { type AppOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { ServerNode } from './server-node.js';
import { Gateway, type Reception } from './sockets/gateway.js';
import { AppMetrics } from './telemetry/app-metrics.js';
import { findTracing } from './telemetry/tracing.js';

/** A running, or not yet running, application. */
export interface RocketApp {
  /** The Fastify instance on whose port the sockets are: add routes and plugins before `listen`. */
  readonly http: FastifyInstance;
  /** The one container that everything is built from. */
  readonly container: Container;
  readonly transmitter: Transmitter;
  readonly presence: Presence;
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
  /**
   * The app is about to go away: nobody new is let in, `GET /rocket/ready` says so, clients are sent to other nodes where there
   * are some, and calls under way get to end. `close` comes after it.
   *
   * @returns settles when everybody has gone, or the time for it is over (options `drainWithin`, `drainTimeout`).
   */
  drain(): Promise<void>;
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
  private readonly server: HttpServer;
  private readonly scopes = new Scopes();
  private readonly node: ServerNode;
  private readonly metrics: AppMetrics;
  private gateway: Gateway | undefined;
  private isDraining = false;
  /** How to end what was started, in the order of starting. */
  private readonly stops: (() => void | Promise<void>)[] = [];
  private started: Promise<void> | undefined;
  private listening: Promise<string> | undefined;
  private closed: Promise<void> | undefined;
  private openDoor: Reception | undefined;

  constructor(private readonly options: ResolvedOptions) {
    const { engine, clock } = options;
    const id = randomBytes(6).toString('base64url');
    this.node = new ServerNode({
      id,
      engine,
      clock,
      events: this.events,
      scopes: this.scopes,
      settings: options,
    });
    const readiness = (): Readiness => ({ status: this.isDraining ? 'draining' : 'ready' });
    this.metrics = new AppMetrics(
      options.metrics,
      this.events,
      this.node,
      () => readiness().status === 'ready',
    );
    this.server = new HttpServer({
      publicDir: join(options.root, 'public'),
      headers: options.headers,
      path: options.path,
      clock,
      readiness,
      metrics: this.metrics.page,
    });
    this.stops.push(
      logEvents(this.events, options.logLevel),
      // Can be read as long as there is anything to be read off.
      () => this.metrics.close(),
      () => this.events.report('app.closed', {}),
      () => this.scopes.close(),
      () => this.node.stop(),
      () => this.server.close(),
    );
  }

  get http(): FastifyInstance {
    return this.server.fastify;
  }

  get transmitter(): Transmitter {
    return this.node.transmitter;
  }

  get presence(): Presence {
    return this.node.presence;
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

  async drain(): Promise<void> {
    if (!this.isDraining) this.events.report('app.draining', {});
    this.isDraining = true;
    // What is still starting would open its door afterwards.
    await Promise.allSettled([this.started]);
    this.gateway?.drain();
    await this.node.drain();
  }

  close(): Promise<void> {
    this.closed ??= this.stopParts();
    return this.closed;
  }

  private async startListening(): Promise<string> {
    await this.start();
    this.refuseIfClosed();
    await this.metrics.listen(this.options.host);
    const url = await this.server.listen(this.options.port, this.options.host);
    this.events.report('app.listening', { url });
    return url;
  }

  private async startParts(): Promise<void> {
    this.refuseIfClosed();
    const { root, clock } = this.options;
    await this.metrics.start();
    const { table, manifest, problems } = await this.load();
    if (problems.length > 0 || manifest === undefined)
      throw new ProblemsError('The app cannot start', problems);
    await this.node.start(manifest);
    await runInitializers<RocketApp>(root, this);
    // The app may have registered its tracer provider in an initializer.
    const tracing = await findTracing(this.events);
    if (tracing !== undefined) this.stops.push(() => tracing.stop());
    this.openDoor = this.node.open(table, manifest, tracing?.calls);
    const gateway = new Gateway({ ...this.options, closeGrace: 2_000 }, this.openDoor, clock);
    this.gateway = gateway;
    this.server.onUpgrade((request, socket, head) => void gateway.upgrade(request, socket, head));
    this.stops.push(
      () => gateway.close(),
      () => this.node.close(),
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
      presence: this.presence,
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
