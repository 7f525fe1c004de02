import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerModule } from 'inversify';
import type { Class } from '../../decorators/index.js';
import { type Clock, systemClock } from '../../src/clock.js';
import { type Problem, ProblemsError } from '../../src/problems.js';
import type { Authenticator } from './delivery/authenticator.js';
import type { Engine } from './engine/engine.js';
import { MemoryEngine } from './engine/memory-engine.js';
import type { HeaderOptions } from './http/security-headers.js';
import type { Origins } from './sockets/origin-check.js';

/** What `createApp` takes and `rocket.config.ts` exports. Only `root` is required. */
export interface AppOptions {
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
  /** What nodes share. @default in this process's memory */
  readonly engine?: Engine;
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
  heartbeat: true,
  handshakeDeadline: true,
  maxPayload: true,
  maxCallsInFlight: true,
  engine: true,
  clock: true,
  logLevel: true,
};

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Options with every default filled in; `root` is a path. */
export type ResolvedOptions = Readonly<Omit<Required<AppOptions>, 'root' | 'authenticator' | 'host'>> & {
  readonly root: string;
  readonly authenticator: Class<Authenticator> | undefined;
  readonly host: string | undefined;
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
  const resolved: ResolvedOptions = {
    modules: options.modules ?? [],
    authenticator: options.authenticator,
    port: options.port ?? (env.PORT ? Number(env.PORT) : 3000),
    host: options.host ?? env.HOST,
    path: options.path ?? '/rocket',
    origins: options.origins ?? [],
    headers: options.headers ?? {},
    heartbeat: options.heartbeat ?? 25_000,
    handshakeDeadline: options.handshakeDeadline ?? 10_000,
    maxPayload: options.maxPayload ?? 4_194_304,
    maxCallsInFlight: options.maxCallsInFlight ?? 256,
    engine: options.engine ?? new MemoryEngine(),
    clock: options.clock ?? systemClock,
    logLevel: options.logLevel ?? ((env.LOG_LEVEL as LogLevel | undefined) || 'info'),
    root: typeof options.root === 'string' || options.root instanceof URL ? projectFolder(options.root) : '',
  };
  problems.push(...check(resolved));
  if (problems.length > 0) throw new ProblemsError('The options do not work', problems);
  return Object.freeze(resolved);
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
  for (const name of ['heartbeat', 'handshakeDeadline', 'maxPayload', 'maxCallsInFlight'] as const) {
    if (!isWithin(options[name], 1, 2 ** 31 - 1))
      yield bad(name, options[name], 'a whole number from 1 to 2147483647');
  }
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

/** By what it does, since an app may have a copy of inversify of its own. */
function isModule(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'load' in value && typeof value.load === 'function';
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
