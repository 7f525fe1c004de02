import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerModule } from 'inversify';
import type { Class } from '../../decorators/index.js';
import { type Clock, systemClock } from '../../src/clock.js';
import { type Problem, ProblemsError } from '../../src/problems.js';
import type { Authenticator } from './delivery/authenticator.js';
import type { Engine, HistoryLimits } from './engine/engine.js';
import { MemoryEngine } from './engine/memory-engine.js';
import { redisEngine } from './engine/redis/redis-engine.js';
import type { HeaderOptions } from './http/security-headers.js';
import type { Origins } from './sockets/origin-check.js';
import {
  badSocketLimits,
  type ResolvedSocketLimits,
  resolveSocketLimits,
  type SocketLimits,
  socketLimitNames,
} from './sockets/socket-limits.js';
import type { MetricsOptions } from './telemetry/app-metrics.js';

/** What `createApp` takes and `rocket.config.ts` exports. Only `root` is required. */
export interface AppOptions extends SocketLimits {
  /**
   * The project folder, which holds `app/`, `config/` and `public/`: a path, or the URL of a file in it.
   * `import.meta.url` of `rocket.config.ts` fits both the sources and the built app.
   */
  readonly root: string | URL;
  /** The app's inversify modules: models and services that controllers ask for. @default none */
  readonly modules?: readonly ContainerModule[];
  /** Says who connects; its constructor is injected. @default everyone is anonymous, the identity is the session */
  readonly authenticator?: Class<Authenticator>;
  /** 0 takes a free one. @default PORT of the environment, else 3000 */
  readonly port?: number;
  /** @default HOST of the environment, else all addresses of the machine */
  readonly host?: string;
  /** Where WebSockets are served. The plain dialect is served at `/` as well. @default '/rocket' */
  readonly path?: string;
  /** Pages of other origins that may connect, such as `https://app.example.com`; `'*'` for any. @default none */
  readonly origins?: Origins;
  /** HTTP headers of every response, over the secure defaults; false takes one away. @default none */
  readonly headers?: HeaderOptions;
  /** Milliseconds of silence after which a connection is asked for a sign of life. @default 25,000 */
  readonly heartbeat?: number;
  /** Milliseconds in which a `rocket.v1` client must have said hello. @default 10,000 */
  readonly handshakeDeadline?: number;
  /** Bytes a frame may have. @default 4,194,304 (4 MiB) */
  readonly maxPayload?: number;
  /** Calls that one session may have under way; more are refused with `rate_limited`. @default 256 */
  readonly maxCallsInFlight?: number;
  /** Milliseconds until a call is answered with `timeout`, where its action says nothing else. @default 60,000 */
  readonly callTimeout?: number;
  /** Milliseconds for which a session that has lost its connection can be resumed, and messages are kept for it. @default 120,000 */
  readonly window?: number;
  /** What is kept of each source (a session's own, a user's, a group's) for those who are away. @default 1,000 entries, 1,048,576 bytes */
  readonly history?: HistoryLimits;
  /** Milliseconds for which a session without a connection still counts as present in its groups. @default 5,000 */
  readonly presenceGrace?: number;
  /**
   * What becomes of a connection that has more waiting than `bufferLimit`: it is fed from the logs when it takes more again, or
   * closed with 4008, to come back and be fed then. @default 'catch-up'
   */
  readonly slowConsumers?: 'catch-up' | 'close';
  /** Milliseconds over which `drain` spreads clients on their way to other nodes; 0 sends nobody away. @default 5,000 */
  readonly drainWithin?: number;
  /** Milliseconds that `drain` gives calls under way. @default 25,000 */
  readonly drainTimeout?: number;
  /**
   * What nodes share.
   *
   * @default `redisEngine` with REDIS_URL of the environment; without it this process's memory
   */
  readonly engine?: Engine;
  /**
   * Prometheus metrics: `{ port }` gives them a port of their own, `{ register }` puts them into a registry that the app serves itself,
   * and true serves them at `GET /rocket/metrics`, on the app's port, to whoever can reach that.
   *
   * @default `{ port }` with METRICS_PORT of the environment; without it nothing is counted
   */
  readonly metrics?: boolean | MetricsOptions;
  /** @default the system's */
  readonly clock?: Clock;
  /** What is written to the log; `'silent'` for nothing. @default LOG_LEVEL of the environment, else 'info' */
  readonly logLevel?: LogLevel;
}

const optionNames: Readonly<Record<keyof AppOptions, true>> = {
  root: true,
  modules: true,
  authenticator: true,
  port: true,
  host: true,
  path: true,
  origins: true,
  headers: true,
  ...socketLimitNames,
  heartbeat: true,
  handshakeDeadline: true,
  maxPayload: true,
  maxCallsInFlight: true,
  callTimeout: true,
  window: true,
  history: true,
  presenceGrace: true,
  slowConsumers: true,
  drainWithin: true,
  drainTimeout: true,
  engine: true,
  metrics: true,
  clock: true,
  logLevel: true,
};

/** Options that are whole numbers, with the least that makes sense. */
const numbers = {
  heartbeat: 1,
  handshakeDeadline: 1,
  maxPayload: 1,
  maxCallsInFlight: 1,
  callTimeout: 1,
  window: 0,
  presenceGrace: 0,
  drainWithin: 0,
  drainTimeout: 0,
} as const;

const slowConsumers = ['catch-up', 'close'] as const;

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Options with every default filled in; `root` is a path. */
export type ResolvedOptions = Readonly<
  Omit<Required<AppOptions>, 'root' | 'authenticator' | 'host' | keyof SocketLimits>
> &
  ResolvedSocketLimits & {
    readonly root: string;
    readonly authenticator: Class<Authenticator> | undefined;
    readonly host: string | undefined;
    /** What is kept of the replies of a session. */
    readonly replies: HistoryLimits;
  };

/**
 * Types what `rocket.config.ts` exports.
 *
 * @example export default defineConfig({ root: import.meta.url, modules: [models] })
 */
export function defineConfig(options: AppOptions): AppOptions {
  return options;
}

/** @throws ProblemsError with everything that is wrong, at once. */
export function resolveOptions(options: AppOptions): ResolvedOptions {
  const { env } = process;
  const problems = [...unknownOptions(options)];
  const { maxCallsInFlight = 256, history = { entries: 1_000, bytes: 1_048_576 } } = options;
  const resolved: ResolvedOptions = {
    modules: options.modules ?? [],
    authenticator: options.authenticator,
    port: options.port ?? (env.PORT ? Number(env.PORT) : 3000),
    host: options.host ?? env.HOST,
    path: options.path ?? '/rocket',
    origins: options.origins ?? [],
    headers: options.headers ?? {},
    ...resolveSocketLimits(options),
    heartbeat: options.heartbeat ?? 25_000,
    handshakeDeadline: options.handshakeDeadline ?? 10_000,
    maxPayload: options.maxPayload ?? 4_194_304,
    maxCallsInFlight,
    callTimeout: options.callTimeout ?? 60_000,
    window: options.window ?? 120_000,
    history,
    // A client may have all of its calls answered at once, and says some time later that it has the replies.
    replies: { entries: maxCallsInFlight * 2, bytes: history.bytes },
    presenceGrace: options.presenceGrace ?? 5_000,
    slowConsumers: options.slowConsumers ?? 'catch-up',
    drainWithin: options.drainWithin ?? 5_000,
    drainTimeout: options.drainTimeout ?? 25_000,
    engine: options.engine ?? usualEngine(env.REDIS_URL, problems),
    metrics: options.metrics ?? (env.METRICS_PORT ? { port: Number(env.METRICS_PORT) } : false),
    clock: options.clock ?? systemClock,
    logLevel: options.logLevel ?? ((env.LOG_LEVEL as LogLevel | undefined) || 'info'),
    root: typeof options.root === 'string' || options.root instanceof URL ? projectFolder(options.root) : '',
  };
  problems.push(...check(resolved));
  if (problems.length > 0) throw new ProblemsError('The options do not work', problems);
  return Object.freeze(resolved);
}

/** @param problems gets what is wrong with the URL */
function usualEngine(url: string | undefined, problems: Problem[]): Engine {
  try {
    if (url !== undefined && url !== '') return redisEngine({ url });
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    problems.push(...error.problems);
  }
  return new MemoryEngine();
}

function* check(options: ResolvedOptions): Generator<Problem> {
  if (options.root === '')
    yield bad('root', undefined, 'the project folder or the URL of a file in it: root: import.meta.url');
  if (!Array.isArray(options.modules) || !options.modules.every(isModule))
    yield {
      code: 'bad_option',
      message: '`modules` is not a list of inversify modules',
      cure: 'Give modules: [models], where models = new ContainerModule(({ bind }) => { … })',
    };
  if (!isWithin(options.port, 0, 65_535))
    yield bad(
      'port',
      options.port,
      'a whole number from 0 to 65535 (option `port` or environment variable PORT)',
    );
  if (!options.path.startsWith('/') || options.path === '/')
    yield bad('path', options.path, 'a path such as /rocket');
  if (options.origins !== '*') {
    for (const origin of options.origins) {
      if (!isOrigin(origin))
        yield bad('origins', origin, 'scheme, host and port only, such as https://app.example.com');
    }
  }
  for (const [option, value, wanted] of badSocketLimits(options)) yield bad(option, value, wanted);
  for (const [name, least] of Object.entries(numbers) as [keyof typeof numbers, number][]) {
    if (!isWithin(options[name], least, 2 ** 31 - 1))
      yield bad(name, options[name], `a whole number from ${least} to 2147483647`);
  }
  for (const name of ['entries', 'bytes'] as const) {
    if (!isWithin(options.history[name], 1, 2 ** 31 - 1))
      yield bad(`history.${name}`, options.history[name], 'a whole number from 1 to 2147483647');
  }
  yield* badMetrics(options.metrics);
  if (!slowConsumers.includes(options.slowConsumers))
    yield bad('slowConsumers', options.slowConsumers, `one of ${slowConsumers.join(', ')}`);
  if (!logLevels.includes(options.logLevel)) {
    yield bad(
      'logLevel',
      options.logLevel,
      `one of ${logLevels.join(', ')} (option \`logLevel\` or environment variable LOG_LEVEL)`,
    );
  }
}

/** What is built is not type-checked: a misspelt option would be an option that does nothing. */
function* unknownOptions(options: AppOptions): Generator<Problem> {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(optionNames, name)) continue;
    yield {
      code: 'bad_option',
      message: `There is no option \`${name}\``,
      cure: `Take it out, or write one of ${Object.keys(optionNames).join(', ')}`,
    };
  }
}

function bad(option: string, value: unknown, wanted: string): Problem {
  const found = value === undefined ? 'missing' : JSON.stringify(value);
  return { code: 'bad_option', message: `\`${option}\` is ${found}`, cure: `Give ${wanted}` };
}

function* badMetrics(metrics: unknown): Generator<Problem> {
  if (typeof metrics === 'boolean') return;
  const { port, register } = (metrics ?? {}) as Record<string, unknown>;
  if (port === undefined && register === undefined) {
    yield bad('metrics', metrics, 'true, false, or an object with a `port` or a `register` of prom-client');
    return;
  }
  if (port !== undefined && !isWithin(port as number, 0, 65_535)) {
    const wanted =
      'a whole number from 0 to 65535 (option `metrics.port` or environment variable METRICS_PORT)';
    yield bad('metrics.port', port, wanted);
  }
  // By what it does: the app may have a copy of prom-client of its own.
  if (register !== undefined && !hasFunction(register, 'registerMetric')) {
    yield {
      code: 'bad_option',
      message: '`metrics.register` takes no metrics',
      cure: 'Give a `Registry` of prom-client',
    };
  }
}

/** By what it does, since an app may have a copy of inversify of its own. */
function isModule(value: unknown): boolean {
  return hasFunction(value, 'load');
}

function hasFunction(value: unknown, name: string): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === 'function'
  );
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function isOrigin(origin: string): boolean {
  try {
    return new URL(origin).origin === origin;
  } catch {
    return false;
  }
}

/** A file's URL or path stands for its folder; anything without an extension is a folder already. */
function projectFolder(root: string | URL): string {
  const path = root instanceof URL || root.startsWith('file:') ? fileURLToPath(root) : resolve(root);
  return /^\.(?:[cm]?[jt]s|json)$/.test(extname(basename(path))) ? dirname(path) : path;
}
