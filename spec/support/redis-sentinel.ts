import { eventually } from './eventually.js';
import { cutOff, followsWell, isFollower } from './redis-replication.js';
import { type Kind, launchServer, type Redis, type RedisSettings, serverLines } from './redis-server.js';
import { runSetup } from './run-setup.js';

/** A primary, its replica, and three Sentinels that put the replica in its place when it is gone for a second. */
export interface RedisSentinels {
  /** `redis-sentinel://127.0.0.1:PORT,127.0.0.1:PORT,127.0.0.1:PORT/mymaster` */
  readonly url: string;
  /** The Sentinels; `cli` asks them `SENTINEL …`. */
  readonly sentinels: readonly Redis[];
  /** The primary of the start and its replica, whatever they are by now. */
  readonly servers: readonly [Redis, Redis];
  /** Which of the servers the Sentinels name. @throws while they do not agree */
  primary(): Promise<Redis>;
  /** The other one, which may not run. */
  replica(): Promise<Redis>;
  /**
   * Kills the primary once the replica has all it has. Resolves when all Sentinels name the other and it takes writes: after some
   * five seconds.
   *
   * @returns the one that was killed
   */
  failover(): Promise<Redis>;
  /**
   * As `failover`, but nothing reaches the replica any more from before `during` is called: what the primary
   * acknowledges while it lasts is lost.
   */
  losingFailover(during: () => unknown): Promise<Redis>;
  /** Starts the server that was killed as a replica, with whatever it had; resolves when it has all that the primary has. */
  rejoin(): Promise<void>;
  /** Ends everything, whatever its state. Safe to call twice. */
  stop(): Promise<void>;
}

const name = 'mymaster';

/** Long enough for a Sentinel that a busy machine has kept waiting: it then trusts its clock again only after half a minute. */
const patience = 60_000;

/** @param settings of the primary and its replica */
export async function startSentinel(settings: RedisSettings = {}): Promise<RedisSentinels> {
  const installed = await runSetup('redis');
  const all: Redis[] = [];
  const launch = async (lines: readonly string[], kind?: Kind) => {
    const server = await launchServer(installed, () => lines, kind);
    all.push(server);
    return server;
  };
  try {
    const first = await launch(serverLines(settings));
    const second = await launch([...serverLines(settings), `replicaof 127.0.0.1 ${first.port}`]);
    await eventually(() => followsWell(second, first));
    const sentinels: Redis[] = [];
    for (let count = 0; count < 3; count += 1) {
      sentinels.push(await launch(sentinelLines(first.port), sentinel));
    }
    await eventually(() => Promise.all(sentinels.map(knowsAll)), patience);
    return new Sentinels([first, second], sentinels);
  } catch (error) {
    await Promise.all(all.map((server) => server.stop()));
    throw error;
  }
}

const sentinel: Kind = { args: ['--sentinel'], serves: /\+monitor master/ };

function sentinelLines(primaryPort: number): string[] {
  return [
    `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 2`,
    `sentinel down-after-milliseconds ${name} 1000`,
    `sentinel failover-timeout ${name} 3000`,
  ];
}

class Sentinels implements RedisSentinels {
  constructor(
    readonly servers: readonly [Redis, Redis],
    readonly sentinels: readonly Redis[],
  ) {}

  get url(): string {
    return `redis-sentinel://${this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join()}/${name}`;
  }

  async primary(): Promise<Redis> {
    const ports = await this.namedPorts();
    const found = this.servers.find(({ port }) => ports.every((named) => named === port));
    if (found === undefined) throw new Error(`The Sentinels name no primary, or several: ${ports.join()}`);
    return found;
  }

  async replica(): Promise<Redis> {
    return this.other(await this.primary());
  }

  async failover(): Promise<Redis> {
    const primary = await this.primary();
    await eventually(() => followsWell(this.other(primary), primary));
    await primary.kill();
    await this.promoted(this.other(primary));
    return primary;
  }

  async losingFailover(during: () => unknown): Promise<Redis> {
    const primary = await this.primary();
    const replica = this.other(primary);
    await eventually(() => followsWell(replica, primary));
    await cutOff(replica, primary, during);
    await this.promoted(replica);
    return primary;
  }

  async rejoin(): Promise<void> {
    const primary = await this.primary();
    const replica = this.other(primary);
    if (replica.pid === undefined) await replica.restart(`replicaof 127.0.0.1 ${primary.port}`);
    await eventually(() => followsWell(replica, primary), patience);
    await eventually(() => Promise.all(this.awake.map(knowsAll)), patience);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((server) => server.stop()));
  }

  private get awake(): readonly Redis[] {
    return this.sentinels.filter(({ isAwake }) => isAwake);
  }

  private other(server: Redis): Redis {
    const [first, second] = this.servers;
    return server === first ? second : first;
  }

  private async promoted(replica: Redis): Promise<void> {
    await eventually(async () => {
      if ((await this.primary()) !== replica) throw new Error('The Sentinels still name the other');
      if (await isFollower(replica)) throw new Error('The replica that the Sentinels name is still one');
    }, patience);
  }

  private async namedPorts(): Promise<number[]> {
    const answers = this.awake.map((one) => one.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name));
    return (await Promise.all(answers)).map((answer) => Number((answer as string[])[1]));
  }
}

/** Whether it has heard of the other Sentinels and of a replica that could take over. @throws where it has not */
async function knowsAll(one: Redis): Promise<void> {
  // Throws where too few Sentinels can be reached.
  await one.cli('SENTINEL', 'CKQUORUM', name);
  const [replicas, others] = await Promise.all([
    one.cli('SENTINEL', 'REPLICAS', name) as Promise<string[][]>,
    one.cli('SENTINEL', 'SENTINELS', name) as Promise<string[][]>,
  ]);
  const isReady = replicas.some((fields) => fieldOf(fields, 'flags') === 'slave');
  if (!isReady) throw new Error('A Sentinel knows no replica that could take over');
  if (others.length < 2) throw new Error('A Sentinel does not know the others');
}

function fieldOf(fields: readonly string[], field: string): string | undefined {
  return fields[fields.indexOf(field) + 1];
}
