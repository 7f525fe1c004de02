import { statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import fastify, { type FastifyInstance } from 'fastify';
import { type Clock, systemClock } from '../../../src/clock.js';
import { ProblemsError } from '../../../src/problems.js';
import { listenProblem } from './listen-problem.js';
import { type HeaderOptions, securityHeaders } from './security-headers.js';

export interface HttpServerOptions {
  /** The folder that is served at `/`; one that does not exist is served as an empty one. */
  readonly publicDir: string;
  /** Headers of every response, over the defaults; false takes a default away. A route's own headers win. */
  readonly headers?: HeaderOptions;
  /** Where `GET path/health` and `GET path/ready` answer. @default '/rocket' */
  readonly path?: string;
  /** What `GET path/ready` answers: status 200 when ready, else 503. @default ready, always */
  readonly readiness?: () => Readiness;
  /** What `GET path/metrics` answers. Must not throw. @default there is no such route */
  readonly metrics?: (() => Promise<Page>) | undefined;
  readonly clock?: Clock;
}

/** Whether new clients should be sent here; asked by load balancers and orchestrators. Must not throw. */
export type Readiness =
  | { readonly status: 'ready' }
  | { readonly status: 'draining' }
  /** It runs, but something it needs does not: `reason` says what, to whoever can reach the port. */
  | { readonly status: 'degraded'; readonly reason: string };

/** A text of a type. */
export interface Page {
  readonly contentType: string;
  readonly text: string;
}

/** Takes a request to upgrade over, with its socket. Must not throw. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** How long a response may go on after `close` before its connection is cut. */
const closingGrace = 5_000;

/**
 * The app's HTTP side: files, routes of its own and of the app, one port that it shares with whoever
 * takes the upgrades.
 */
export class HttpServer {
  readonly fastify: FastifyInstance;
  /** Sockets that have left HTTP. */
  private readonly upgraded = new Set<Duplex>();
  /** Connections on which nothing was asked yet; browsers open some ahead of need. */
  private readonly unasked = new Set<Duplex>();
  private readonly clock: Clock;
  private closing: Promise<void> | undefined;

  constructor(options: HttpServerOptions) {
    this.clock = options.clock ?? systemClock;
    this.fastify = fastify({ logger: false });
    const headers = securityHeaders(options.headers);
    // Set before any handler runs, so that a route can overwrite what it wants to have otherwise.
    this.fastify.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
    this.fastify.get(`${options.path ?? '/rocket'}/health`, async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { status: 'ok' };
    });
    const readiness = options.readiness ?? alwaysReady;
    this.fastify.get(`${options.path ?? '/rocket'}/ready`, async (_request, reply) => {
      const answer = readiness();
      reply.header('cache-control', 'no-store').status(answer.status === 'ready' ? 200 : 503);
      return answer;
    });
    const { metrics } = options;
    if (metrics !== undefined) {
      this.fastify.get(`${options.path ?? '/rocket'}/metrics`, async (_request, reply) => {
        const { contentType, text } = await metrics();
        return reply.header('cache-control', 'no-store').type(contentType).send(text);
      });
    }
    if (isFolder(options.publicDir)) {
      // Loaded only where there is something to serve: it takes a tenth of a second, and on Node 20 jest
      // cannot load it, so that importing the package in a spec must not.
      this.fastify.register(import('@fastify/static'), { root: options.publicDir, allowedPath: isPublic });
    }
    this.watchUnasked();
    // The hooks of a child run after those of its parent: whoever took a socket was asked to close it
    // by then. A socket that is still open would keep the server from ever closing.
    this.fastify.register(async (child) => {
      child.addHook('preClose', async () => {
        for (const socket of [...this.upgraded, ...this.unasked]) socket.destroy();
      });
    });
  }

  /** Hands over every request to upgrade, also those to paths that nobody knows. Call it once. */
  onUpgrade(handler: UpgradeHandler): void {
    const { upgraded } = this;
    // One for all sockets, which finds its own in `this`.
    function closed(this: Duplex): void {
      upgraded.delete(this);
    }
    this.fastify.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Node gives the socket away with no listener: an error before the handler has added its own
      // would end the process.
      socket.on('error', destroy);
      upgraded.add(socket);
      socket.on('close', closed);
      handler(request, socket, head);
    });
  }

  /**
   * @param port 0 takes a free one
   * @param host undefined stands for all addresses of the machine
   * @returns the URL to type in a browser on this machine.
   * @throws ProblemsError where the port or the host cannot be had
   */
  async listen(port: number, host?: string): Promise<string> {
    try {
      // Fastify reads a missing host as `localhost`; the empty one reaches Node, which takes all addresses.
      await this.fastify.listen({ port, host: host ?? '' });
    } catch (error) {
      const problem = listenProblem(error, port, host);
      throw problem === undefined ? error : new ProblemsError('The app cannot listen', [problem]);
    }
    return `http://${hostInUrl(host)}:${(this.fastify.server.address() as AddressInfo).port}`;
  }

  /**
   * Lets requests under way end, for some seconds; upgraded sockets end as soon as the `preClose` hooks
   * of the Fastify instance have run. Safe to call twice.
   */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  /** Node counts a connection as idle only after its first request, and waits for it until then. */
  private watchUnasked(): void {
    const { server } = this.fastify;
    const { unasked } = this;
    function closed(this: Duplex): void {
      unasked.delete(this);
    }
    server.on('connection', (socket: Duplex) => {
      unasked.add(socket);
      socket.on('close', closed);
    });
    const asked = ({ socket }: IncomingMessage) => {
      unasked.delete(socket);
      socket.off('close', closed);
    };
    server.on('request', asked);
    server.on('upgrade', asked);
  }

  private async end(): Promise<void> {
    const stopWaiting = this.clock.after(closingGrace, () => this.fastify.server.closeAllConnections());
    try {
      await this.fastify.close();
    } finally {
      stopWaiting();
    }
  }
}

function alwaysReady(): Readiness {
  return { status: 'ready' };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Files and folders whose name starts with a dot are not for the public, save for the one that exists to be. */
function isPublic(path: string): boolean {
  return path.split('/').every((segment) => !segment.startsWith('.') || segment === '.well-known');
}

/** As it stands in a URL that works on this machine. */
export function hostInUrl(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function destroy(this: Duplex): void {
  this.destroy();
}
