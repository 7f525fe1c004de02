import { eventually } from './eventually.js';
import { lastingPort } from './free-port.js';
import { cutOff, followsWell, isFollower } from './redis-replication.js';
import { launchServer, type Redis, type RedisSettings, serverLines } from './redis-server.js';
import { runSetup } from './run-setup.js';

/** Three masters with a replica each, which takes its master's place when it is gone for two seconds. */
export interface RedisCluster {
  /** `redis-cluster://127.0.0.1:PORT,…` with all six ports. */
  readonly url: string;
  /** Three that were masters and three that were replicas at the start, whatever they are by now. */
  readonly nodes: readonly Redis[];
  /** Which node all take for the master of a slot or, of a text, of the slot of that key; it may be gone. Waits while they do not agree. */
  masterOf(slot: number | string): Promise<Redis>;
  /** The replica of that master. Waits while there is none that can be reached. */
  replicaOf(slot: number | string): Promise<Redis>;
  /**
   * Kills the master of a slot once its replica has all it has. Resolves when all nodes that are awake name the replica and
   * think that the cluster works: after some four seconds.
   *
   * @returns the one that was killed
   */
  failover(slot: number | string): Promise<Redis>;
  /**
   * As `failover`, but nothing reaches the replica any more from before `during` is called: what the master
   * acknowledges while it lasts is lost.
   */
  losingFailover(slot: number | string, during: () => unknown): Promise<Redis>;
  /** Starts the nodes that were killed and resumes those that were paused; resolves when each master has a replica with all it has. */
  rejoin(): Promise<void>;
  /** Ends everything, whatever its state. Safe to call twice. */
  stop(): Promise<void>;
}

const slots = 16_384;
const masters = 3;
const patience = 60_000;

/** @param settings of each node */
export async function startCluster(settings: RedisSettings = {}): Promise<RedisCluster> {
  const installed = await runSetup('redis');
  const nodes: Node[] = [];
  const launch = async () => {
    let busPort = 0;
    const server = await launchServer(installed, async () => {
      // By default ten thousand above the other one, which may be taken.
      busPort = await lastingPort();
      return [...serverLines(settings), 'cluster-enabled yes', `cluster-port ${busPort}`, ...clusterLines];
    });
    nodes.push({ server, busPort });
  };
  try {
    // Those that fail are stopped only when no other is starting.
    const launched = await Promise.allSettled(Array.from({ length: 2 * masters }, launch));
    for (const outcome of launched) if (outcome.status === 'rejected') throw outcome.reason;
    await join(nodes);
    const cluster = new Cluster(nodes.map(({ server }) => server));
    await cluster.settled();
    return cluster;
  } catch (error) {
    await Promise.all(nodes.map(({ server }) => server.stop()));
    throw error;
  }
}

const clusterLines = ['cluster-config-file nodes.conf', 'cluster-node-timeout 2000'];

interface Node {
  readonly server: Redis;
  readonly busPort: number;
}

/** Gives the slots to the first nodes, and each of these one of the others. */
async function join(nodes: readonly Node[]): Promise<void> {
  const servers = nodes.map(({ server }) => server);
  for (const [index, { server }] of nodes.entries()) {
    await server.cli('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    if (index >= masters) continue;
    const [from, next] = [index, index + 1].map((part) => Math.ceil((part * slots) / masters));
    await server.cli('CLUSTER', 'ADDSLOTSRANGE', from as number, (next as number) - 1);
  }
  for (const { server, busPort } of nodes.slice(1)) {
    await servers[0]?.cli('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);
  }
  for (const [index, replica] of servers.slice(masters).entries()) {
    const id = await (servers[index] as Redis).cli('CLUSTER', 'MYID');
    // Refused until it has heard of that master.
    await eventually(() => replica.cli('CLUSTER', 'REPLICATE', id as string), patience);
  }
}

class Cluster implements RedisCluster {
  constructor(readonly nodes: readonly Redis[]) {}

  get url(): string {
    return `redis-cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join()}`;
  }

  async masterOf(place: number | string): Promise<Redis> {
    const slot = await this.slotOf(place);
    return eventually(() => this.agreedMaster(slot), patience);
  }

  async replicaOf(place: number | string): Promise<Redis> {
    const slot = await this.slotOf(place);
    return eventually(async () => this.followerOf(await this.agreedMaster(slot)), patience);
  }

  async failover(place: number | string): Promise<Redis> {
    const [slot, master, replica] = await this.around(place);
    await master.kill();
    await this.promoted(slot, replica);
    return master;
  }

  async losingFailover(place: number | string, during: () => unknown): Promise<Redis> {
    const [slot, master, replica] = await this.around(place);
    await cutOff(replica, master, during);
    await this.promoted(slot, replica);
    return master;
  }

  async rejoin(): Promise<void> {
    for (const node of this.nodes) node.resume();
    await Promise.all(this.nodes.filter(({ pid }) => pid === undefined).map((node) => node.restart()));
    await this.settled();
  }

  /** Resolves when all nodes think that the cluster works, and each master has a replica with all it has. */
  async settled(): Promise<void> {
    const middles = Array.from({ length: masters }, (_, part) =>
      Math.floor(((part + 0.5) * slots) / masters),
    );
    await eventually(async () => {
      await Promise.all(this.nodes.map(thinksItWorks));
      for (const slot of middles) await this.followerOf(await this.agreedMaster(slot));
    }, patience);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private get awake(): readonly Redis[] {
    return this.nodes.filter(({ isAwake }) => isAwake);
  }

  private async slotOf(place: number | string): Promise<number> {
    if (typeof place === 'number') return place;
    const [node] = this.awake;
    if (node === undefined) throw new Error('No node of the cluster is awake');
    return (await node.cli('CLUSTER', 'KEYSLOT', place)) as number;
  }

  private async around(place: number | string): Promise<[slot: number, master: Redis, replica: Redis]> {
    const slot = await this.slotOf(place);
    return [slot, await this.masterOf(slot), await this.replicaOf(slot)];
  }

  private async promoted(slot: number, replica: Redis): Promise<void> {
    await eventually(async () => {
      if ((await this.agreedMaster(slot)) !== replica) throw new Error('The nodes still name the other');
      if (await isFollower(replica)) throw new Error('The replica that the nodes name is still one');
      await Promise.all(this.awake.map(thinksItWorks));
    }, patience);
  }

  private async agreedMaster(slot: number): Promise<Redis> {
    const ports = await Promise.all(this.awake.map((node) => masterPort(node, slot)));
    const found = this.nodes.find(({ port }) => port === ports[0]);
    if (found !== undefined && ports.every((port) => port === found.port)) return found;
    throw new Error(`The nodes do not agree on the master of slot ${slot}: ${ports.join()}`);
  }

  private async followerOf(master: Redis): Promise<Redis> {
    const candidates = this.awake.filter((node) => node !== master);
    return Promise.any(candidates.map((node) => followsWell(node, master).then(() => node)));
  }
}

/** @throws unless the node does */
async function thinksItWorks(node: Redis): Promise<void> {
  const state = (await node.cli('CLUSTER', 'INFO')) as string;
  if (!state.includes('cluster_state:ok'))
    throw new Error(`Port ${node.port} says of the cluster:\n${state}`);
}

async function masterPort(node: Redis, slot: number): Promise<number | undefined> {
  type Range = [from: number, to: number, master: [host: string, port: number]];
  const ranges = (await node.cli('CLUSTER', 'SLOTS')) as Range[];
  return ranges.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
}
