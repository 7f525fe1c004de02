import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import { redisTrouble } from './redis-errors.js';
import type { RedisPlace } from './redis-options.js';

/** Milliseconds until a command without an answer counts as lost, and a connection on which nothing comes as dead. */
const commandTimeout = 2_000;
const silence = 5_000;
const connectTimeout = 3_000;

/**
 * The connections of one node to its Redis: one for commands and one for what is sent to the node, of a cluster one of each
 * to each master. They come back by themselves.
 *
 * A command is sent once or not at all, never again and never later: it fails at once while there is no connection.
 */
export interface Connections {
  /** Whether commands can be sent just now. */
  readonly isReady: boolean;
  /** `SPUBLISH` where channels belong to a master, else `PUBLISH`. */
  readonly publish: 'PUBLISH' | 'SPUBLISH';
  /** Settles when commands can be sent; rejects with why it did not come to that within so many milliseconds. */
  connect(patience: number): Promise<void>;
  /** @throws RedisTrouble */
  command(name: string, ...parameters: readonly (string | number)[]): Promise<unknown>;
  /** To each master. @throws RedisTrouble of the first that fails */
  commandEach(name: string, ...parameters: readonly (string | number)[]): Promise<void>;
  /** Whatever is sent to the channel comes as a message from then on, but for the time in which a connection was lost. */
  subscribe(channel: string): Promise<void>;
  /** After something has failed: looks for where things are by now. */
  refresh(): void;
  close(): Promise<void>;
}

export interface ConnectionListener {
  message(channel: string, text: string): void;
}

/** Loads ioredis, which an app without Redis need not. */
export async function openConnections(place: RedisPlace, listener: ConnectionListener): Promise<Connections> {
  const { Cluster, Redis } = await import('ioredis');
  if (place.kind !== 'cluster') {
    const open = () => new Redis(serverOptions(place));
    return new ServerConnections(open(), open(), listener);
  }
  return new ClusterConnections(new Cluster([...place.hosts], clusterOptions(place)), listener);
}

const common = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  protocol: 2,
  replyMapping: 'legacy',
  commandTimeout,
  connectTimeout,
  socketTimeout: silence,
  disableClientInfo: true,
} as const satisfies RedisOptions;

function serverOptions(place: RedisPlace): RedisOptions & Pick<typeof common, 'replyMapping'> {
  const { kind, hosts, name, username, password, database, tls } = place;
  const where: RedisOptions =
    kind === 'sentinel'
      ? {
          sentinels: [...hosts],
          name: name as string,
          sentinelRetryStrategy: pause,
          enableTLSForSentinelMode: tls !== undefined,
          ...(tls && { sentinelTLS: tls }),
        }
      : { host: hosts[0]?.host as string, port: hosts[0]?.port as number };
  return {
    ...where,
    ...login(username, password),
    db: database,
    ...(tls && { tls }),
    retryStrategy: pause,
    // A server that has become a replica: the next connection finds the one that writes.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY') && 1,
    ...common,
  };
}

function clusterOptions({ username, password, tls }: RedisPlace) {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    shardedSubscribers: true,
    clusterRetryStrategy: pause,
    slotsRefreshInterval: 5_000,
    // A command that may have been done is for its caller to repeat.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: 4,
    redisOptions: { ...login(username, password), ...(tls && { tls }), ...common },
  } satisfies ClusterOptions;
}

function login(username: string | undefined, password: string | undefined): RedisOptions {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
}

/** Milliseconds until the next attempt. Chance keeps the nodes of a system from coming all at once. */
function pause(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 5), 1_000) * (0.5 + Math.random() / 2);
}

class ServerConnections implements Connections {
  readonly publish = 'PUBLISH';
  private failure: unknown;

  constructor(
    private readonly commands: Redis,
    private readonly subscriber: Redis,
    listener: ConnectionListener,
  ) {
    for (const redis of [commands, subscriber]) {
      redis.on('error', (error: unknown) => {
        this.failure = error;
      });
    }
    subscriber.on('message', (channel: string, text: string) => listener.message(channel, text));
  }

  get isReady(): boolean {
    return this.commands.status === 'ready';
  }

  async connect(patience: number): Promise<void> {
    const both = [this.commands, this.subscriber].map((redis) => ready(redis, patience, () => this.failure));
    await Promise.all(both);
  }

  async command(name: string, ...parameters: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.commands.call(name, ...parameters);
    } catch (error) {
      throw redisTrouble(error);
    }
  }

  async commandEach(name: string, ...parameters: readonly (string | number)[]): Promise<void> {
    await this.command(name, ...parameters);
  }

  async subscribe(channel: string): Promise<void> {
    try {
      await this.subscriber.subscribe(channel);
    } catch (error) {
      throw redisTrouble(error);
    }
  }

  refresh(): void {
    // Each new connection asks where the server is.
  }

  async close(): Promise<void> {
    for (const redis of [this.commands, this.subscriber]) redis.disconnect();
  }
}

class ClusterConnections implements Connections {
  readonly publish = 'SPUBLISH';
  private failure: unknown;
  private readonly channels = new Set<string>();

  constructor(
    private readonly cluster: Cluster,
    listener: ConnectionListener,
  ) {
    const keep = (error: unknown) => {
      this.failure = error;
    };
    cluster.on('error', keep);
    cluster.on('node error', keep);
    cluster.on('smessage', (channel: string, text: string) => listener.message(channel, text));
  }

  get isReady(): boolean {
    return this.cluster.status === 'ready';
  }

  async connect(patience: number): Promise<void> {
    await ready(this.cluster, patience, () => this.failure);
  }

  async command(name: string, ...parameters: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.cluster.call(name, ...parameters);
    } catch (error) {
      throw redisTrouble(error);
    }
  }

  async commandEach(name: string, ...parameters: readonly (string | number)[]): Promise<void> {
    try {
      await Promise.all(this.cluster.nodes('master').map((master) => master.call(name, ...parameters)));
    } catch (error) {
      throw redisTrouble(error);
    }
  }

  async subscribe(channel: string): Promise<void> {
    try {
      // Otherwise the list that ioredis subscribes to again would have the channel twice.
      if (this.channels.has(channel)) await this.cluster.sunsubscribe(channel);
      this.channels.add(channel);
      await this.cluster.ssubscribe(channel);
    } catch (error) {
      throw redisTrouble(error);
    }
  }

  refresh(): void {
    this.cluster.refreshSlotsCache();
  }

  async close(): Promise<void> {
    this.cluster.disconnect();
  }
}

/** @param failure what went wrong last */
async function ready(redis: Redis | Cluster, patience: number, failure: () => unknown): Promise<void> {
  const isReady = new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failure() ?? new Error('no answer')), patience);
  });
  // It goes on trying; what comes of it is told by its events.
  redis.connect().catch(() => undefined);
  try {
    await Promise.race([isReady, isLate]);
  } finally {
    clearTimeout(timer);
  }
}
