import { type Problem, ProblemsError } from '../../../../src/problems.js';

/** What `redisEngine` takes. Only `url` is required. */
export interface RedisEngineOptions {
  /**
   * Where Redis is. User and password may stand before the hosts, as `user:password@`, written as in any URL.
   *
   * - One server: `redis://host:6379`, with the number of a database, if it is not 0, as in `redis://host:6379/2`
   * - Sentinel: `redis-sentinel://host:26379,host:26379/name`; user and password are those of the servers
   * - Cluster: `redis-cluster://host:6379,host:6379`, some of its nodes
   *
   * With `rediss` instead of `redis` the connections are encrypted.
   */
  readonly url: string;
  /** What all names of keys and channels begin with; apps that share a Redis have one each. @default 'rocket' */
  readonly prefix?: string;
  /**
   * Whether the engine's Lua runs as a library of functions (Redis 7 and newer) or as a script. @default functions, where the
   * server has them
   */
  readonly functions?: boolean;
  /**
   * Of a cluster: how many groups of keys there are, which its nodes have between them. Fixed by the first node that comes: all others
   * must have the same. @default 64
   */
  readonly partitions?: number;
  /** For servers whose certificate is not of a public authority and the like, as for `tls.connect`. @default none */
  readonly tls?: object;
}

export interface ResolvedRedisOptions {
  readonly place: RedisPlace;
  readonly prefix: string;
  readonly functions: boolean | undefined;
  readonly partitions: number;
}

/** Where Redis is, and how one gets in. */
export interface RedisPlace {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** Of the server, the sentinels, or nodes of the cluster. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** By which the sentinels know the server. */
  readonly name: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  readonly tls: object | undefined;
  /** The URL without user and password, for people to read. */
  readonly shown: string;
}

const names: { readonly [Name in keyof Required<RedisEngineOptions>]: true } = {
  url: true,
  prefix: true,
  functions: true,
  partitions: true,
  tls: true,
};

/** @throws ProblemsError with everything that is wrong, at once. */
export function resolveRedisOptions(options: RedisEngineOptions): ResolvedRedisOptions {
  const { url, prefix = 'rocket', functions, partitions = 64, tls } = options;
  const problems: Problem[] = Object.keys(options)
    .filter((name) => !Object.hasOwn(names, name))
    .map((name) => ({
      code: 'bad_option',
      message: `\`redisEngine\` has no option \`${name}\``,
      cure: `Take it out, or write one of ${Object.keys(names).join(', ')}`,
    }));
  const place = parsePlace(url, tls);
  if (place === undefined) {
    problems.push(
      bad(
        'url',
        withoutPassword(url),
        'redis://host:6379, redis-sentinel://host:26379,host:26379/name or redis-cluster://host:6379,host:6379',
      ),
    );
  }
  // Braces would move the hash tag, and with it the keys of one call to several nodes of a cluster.
  if (!/^[^{}\s]+$/.test(prefix))
    problems.push(bad('prefix', prefix, 'some characters without spaces and braces'));
  if (functions !== undefined && typeof functions !== 'boolean')
    problems.push(bad('functions', functions, 'true, false or nothing'));
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > 1024)
    problems.push(bad('partitions', partitions, 'a whole number from 1 to 1024'));
  if (place === undefined || problems.length > 0)
    throw new ProblemsError('The options of redisEngine do not work', problems);
  return { place, prefix, functions, partitions: place.kind === 'cluster' ? partitions : 1 };
}

function parsePlace(url: unknown, tls: object | undefined): RedisPlace | undefined {
  if (typeof url !== 'string') return undefined;
  const parts = /^redis(s?)(-sentinel|-cluster)?:\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([^?#]*))?$/.exec(url);
  if (parts === null) return undefined;
  const [, secure, mode = '-single', login, list = '', path = ''] = parts;
  const kind = mode.slice(1) as RedisPlace['kind'];
  const hosts = list.split(',').map((one) => parseHost(one, kind === 'sentinel' ? 26_379 : 6_379));
  const [username, password] = parseLogin(login);
  const database = kind === 'single' && path !== '' ? Number(path) : 0;
  if (hosts.includes(undefined) || !Number.isInteger(database) || database < 0) return undefined;
  if (kind === 'single' && hosts.length !== 1) return undefined;
  if ((kind === 'sentinel') !== (path !== '') && kind !== 'single') return undefined;
  return {
    kind,
    hosts: hosts as RedisPlace['hosts'],
    name: kind === 'sentinel' ? decodeURIComponent(path) : undefined,
    username,
    password,
    database,
    tls: secure === '' ? tls : (tls ?? {}),
    shown: withoutPassword(url),
  };
}

function parseHost(text: string, usual: number): { host: string; port: number } | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(text);
  if (parts === null) return undefined;
  const [, host = '', port = String(usual)] = parts;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function parseLogin(login: string | undefined): [username: string | undefined, password: string | undefined] {
  if (login === undefined || login === '') return [undefined, undefined];
  const [username = '', ...rest] = login.split(':');
  const password = rest.length > 0 ? decodeURIComponent(rest.join(':')) : undefined;
  return [username === '' ? undefined : decodeURIComponent(username), password];
}

function withoutPassword(url: unknown): string {
  return String(url).replace(/\/\/[^@/]*@/, '//');
}

function bad(option: string, value: unknown, wanted: string): Problem {
  return {
    code: 'bad_option',
    message: `\`${option}\` of redisEngine is ${JSON.stringify(value)}`,
    cure: `Give ${wanted}`,
  };
}
