import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { type Child, startChild } from './child.js';
import { lastingPort } from './free-port.js';
import { type Installed, runSetup } from './run-setup.js';

/** A Redis server of its own, alone, or one of several. */
export interface Redis {
  /** `redis://127.0.0.1:PORT`; the same after a restart, as `port` and `folder` are. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** It runs and is not paused. */
  readonly isAwake: boolean;
  /** What it has logged since it was last started. */
  output(): string;
  /**
   * Asks a command, on a connection that is kept. Answers are as the protocol's version 2 gives them: lists for maps.
   * While the server is paused it waits.
   *
   * @throws the server's error, or that it cannot be reached
   */
  cli(command: string, ...parameters: readonly (string | number)[]): Promise<unknown>;
  /** Sets a value of its configuration until it ends. */
  config(name: string, value: string | number): Promise<void>;
  /** Ends it as a crash does; nothing where it does not run. */
  kill(): Promise<void>;
  /**
   * Kills it if it runs and starts it again; resolves when it serves. With `appendonly` it has its data back, otherwise none.
   *
   * @param lines added to its configuration, for good
   */
  restart(...lines: readonly string[]): Promise<void>;
  /** As `restart`, with its data removed. */
  restartEmpty(): Promise<void>;
  /** It stands still, and its connections stay open. */
  pause(): void;
  resume(): void;
  /** Ends it, whatever its state, and removes its folder. Safe to call twice; it cannot be started again. */
  stop(): Promise<void>;
}

export interface RedisSettings {
  /** Writes are kept in a file and survive a kill. @default none are */
  readonly appendonly?: boolean;
  /** When the file is brought to the disk; matters where the machine crashes, not the server. @default `everysec` */
  readonly appendfsync?: 'always' | 'everysec' | 'no';
  /** Such as `10mb`. @default no limit */
  readonly maxmemory?: string;
  /** More lines of `redis.conf`, such as `maxmemory-policy allkeys-lru`. */
  readonly config?: readonly string[];
}

/**
 * Starts Redis on a free port of 127.0.0.1 with its files in a temporary folder, and resolves when it serves.
 * `scripts/setup-redis.mjs` says where the program comes from.
 */
export async function startRedis(settings: RedisSettings = {}): Promise<Redis> {
  return launchServer(await runSetup('redis'), () => serverLines(settings));
}

/** How a Sentinel differs from a server. */
export interface Kind {
  readonly args: readonly string[];
  readonly serves: RegExp;
}

const ordinary: Kind = { args: [], serves: /Ready to accept connections/ };

/** @param lines of the configuration but for address and port; asked again where another process took the port meanwhile */
export async function launchServer(
  installed: Installed,
  lines: () => readonly string[] | Promise<readonly string[]>,
  kind = ordinary,
): Promise<Redis> {
  const folder = await mkdtemp(join(tmpdir(), 'rocket-redis-'));
  try {
    for (let attempt = 1; ; attempt += 1) {
      const server = new RedisProcess(installed, folder, await lastingPort(), kind);
      await writeFile(join(folder, 'redis.conf'), text(['bind 127.0.0.1', `port ${server.port}`]));
      try {
        await server.restart(...(await lines()));
        return server;
      } catch (error) {
        await server.kill();
        if (attempt === 5 || !/Address already in use/.test(String(error))) throw error;
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

export function serverLines({ appendonly, appendfsync, maxmemory, config = [] }: RedisSettings): string[] {
  return [
    'save ""',
    // Otherwise each new replica waits five seconds for others to come.
    'repl-diskless-sync-delay 0',
    ...(appendonly ? ['appendonly yes'] : []),
    ...(appendfsync ? [`appendfsync ${appendfsync}`] : []),
    ...(maxmemory ? [`maxmemory ${maxmemory}`] : []),
    ...config,
  ];
}

class RedisProcess implements Redis {
  private child: Child | undefined;
  private client: Promise<Client> | undefined;
  private isPaused = false;
  private isStopped = false;

  constructor(
    private readonly installed: Installed,
    readonly folder: string,
    readonly port: number,
    private readonly kind: Kind,
  ) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    const { process } = this.child ?? {};
    return process?.exitCode === null && process.signalCode === null ? process.pid : undefined;
  }

  get isAwake(): boolean {
    return this.pid !== undefined && !this.isPaused;
  }

  output(): string {
    return this.child?.output() ?? '';
  }

  async cli(command: string, ...parameters: readonly (string | number)[]): Promise<unknown> {
    const client = await this.connection();
    return client.call(command, [...parameters]);
  }

  async config(name: string, value: string | number): Promise<void> {
    await this.cli('CONFIG', 'SET', name, value);
  }

  async kill(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    this.client = undefined;
    const closed =
      client &&
      new Promise<void>((resolve) => {
        if (client.status === 'end') resolve();
        client.once('end', () => resolve());
      });
    // Before the server ends: ioredis keeps a timer for a connection that has closed already.
    client?.disconnect();
    // It also ends who is stopped by a signal.
    await this.child?.end('SIGKILL');
    await closed;
  }

  async restart(...lines: readonly string[]): Promise<void> {
    await this.kill();
    const { executable, environment } = this.installed;
    const file = join(this.folder, 'redis.conf');
    if (!this.isStopped) await appendFile(file, text(lines));
    if (this.isStopped) throw new Error(`The Redis server of port ${this.port} was stopped for good`);
    const [program, ...args] = [...guard, executable, file, ...this.kind.args];
    this.isPaused = false;
    this.child = startChild(program as string, args, {
      cwd: this.folder,
      env: { ...process.env, ...environment },
    });
    await this.child.printed(this.kind.serves, 20_000);
  }

  async restartEmpty(): Promise<void> {
    await this.kill();
    for (const name of ['appendonlydir', 'dump.rdb']) {
      await rm(join(this.folder, name), { recursive: true, force: true });
    }
    await this.restart();
  }

  pause(): void {
    this.isPaused = true;
    this.child?.process.kill('SIGSTOP');
  }

  resume(): void {
    this.isPaused = false;
    this.child?.process.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private connection(): Promise<Client> {
    if (this.client !== undefined) return this.client;
    // The next command tries anew.
    const forget = () => {
      if (this.client === opening) this.client = undefined;
    };
    const opening = connect(this.port, forget);
    opening.catch(forget);
    this.client = opening;
    return opening;
  }
}

async function connect(port: number, ended: () => void): Promise<Client> {
  const client = new Client({
    ...{ host: '127.0.0.1', port, lazyConnect: true },
    ...{ enableReadyCheck: false, enableOfflineQueue: false, retryStrategy: null },
    ...{ protocol: 2, replyMapping: 'legacy', disableClientInfo: true },
  });
  let failure: Error | undefined;
  client.on('error', (error: Error) => {
    failure = error;
  });
  client.once('end', ended);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw failure ?? error;
  }
}

/** On Linux, a server ends with the process that started it, even one that was killed. */
const guard = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] : [];

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
