import type { ClientSocket } from '../../runtime/client/socket.js';
import type { Engine } from '../../runtime/server/engine/engine.js';
import { memoryEngines } from '../../runtime/server/engine/memory-engine.js';
import type { Wire } from '../../runtime/server/sockets/wire.js';
import { ManualClock } from '../../runtime/testing/manual-clock.js';
import { History } from './history.js';
import { type Link, Network } from './network.js';
import { type Random, seeded } from './random.js';
import type { Happening, Schedule } from './schedule.js';
import { SimulatedClient } from './simulated-client.js';
import { SimulatedNode, settings } from './simulated-node.js';
import { StandingClock } from './standing-clock.js';

/** A planted bug: what stands between a node and its neighbours. */
export interface Mutant {
  engine?(engine: Engine): Engine;
  wire?(wire: Wire): Wire;
  /** Changes what has no seam. @returns what changes it back */
  plant?(): () => void;
}

/** Milliseconds after the last fault until everything that was promised is there. */
const calmAfter = 60_000;

/** Runs a schedule: real clients and real nodes, in a time and on a network that are the schedule's. */
export async function run(schedule: Schedule, mutant: Mutant = {}): Promise<History> {
  const world = new SimulatedWorld(schedule, mutant);
  // Where the server asks for randomness of its own, it is the seed's too.
  const { random } = Math;
  Math.random = () => world.random.next();
  const uproot = mutant.plant?.();
  try {
    await world.live();
  } finally {
    uproot?.();
    Math.random = random;
  }
  return world.history;
}

export class SimulatedWorld {
  readonly clock = new ManualClock();
  readonly random: Random;
  readonly history: History;
  private readonly network: Network;
  private readonly cluster = memoryEngines();
  private readonly nodes: SimulatedNode[] = [];
  private readonly clients: SimulatedClient[] = [];
  private readonly names = new Map<string, number>();
  private readonly sessionNames = new Map<string, string>();
  private readonly taken = new Set<string>();
  private networkIsDown = false;
  /** What ends of itself, so that calm can be had. */
  private readonly endings = new Set<() => void>();

  constructor(
    private readonly schedule: Schedule,
    readonly mutant: Mutant,
  ) {
    this.random = seeded(schedule.seed);
    const { window, heartbeat, history, replies } = settings;
    const bounds = { window, notice: heartbeat * 2.5, entries: history.entries, replies: replies.entries };
    this.history = new History(bounds, () => this.clock.now());
    this.network = new Network(this.clock, this.random);
  }

  async live(): Promise<void> {
    for (let number = 0; number < this.schedule.nodes; number += 1) await this.addNode();
    for (const user of this.schedule.clients) this.addClient(user);
    await this.clock.advance(200);
    for (const { after, what } of this.schedule.steps) {
      await this.happen(what);
      await this.clock.advance(after);
    }
    for (const end of [...this.endings]) end();
    this.history.note({ kind: 'calm' });
    await this.clock.advance(calmAfter);
    await this.lookAround();
    this.history.note({ kind: 'end' });
    await this.end();
  }

  // What others ask of the world

  nextName(what: string): string {
    const number = (this.names.get(what) ?? 0) + 1;
    this.names.set(what, number);
    return `${what}${number}`;
  }

  /** Ids are drawn from the system's randomness; a history should read the same each time. */
  sessionName(id: string): string {
    const known = this.sessionNames.get(id);
    if (known !== undefined) return known;
    const name = this.nextName('s');
    this.sessionNames.set(id, name);
    return name;
  }

  sessionOf(client: number): string | undefined {
    return this.clients[client % this.clients.length]?.sessionId;
  }

  accepted(source: string, message: string): void {
    const key = `${message} ${source}`;
    if (this.taken.has(key)) return;
    this.taken.add(key);
    this.history.note({ kind: 'accepted', message, source });
  }

  suspect(error: unknown): void {
    // An engine that cannot be reached lets nobody in, which is not worth telling.
    if ((error as { code?: string }).code === 'unavailable') return;
    this.history.note({ kind: 'troubled', client: 'a node', error: String(error) });
  }

  /** A client that is not wanted any more; somebody else comes. */
  replace(client: SimulatedClient): void {
    this.clients.splice(this.clients.indexOf(client), 1);
    client.clock.die();
    this.clock.after(500, () => this.addClient(client.user));
  }

  // Happenings

  private async happen(what: Happening): Promise<void> {
    switch (what.do) {
      case 'call':
        return this.client(what.client)?.call(what.idempotent, what.deeds);
      case 'stream':
        return this.client(what.client)?.stream(what.items, what.pause);
      case 'cancel':
        return this.client(what.client)?.cancel();
      case 'join':
        return this.client(what.client)?.join(what.group, what.isPresent);
      case 'leave':
        return this.client(what.client)?.leave(what.group);
      case 'send': {
        const node = this.node(what.node);
        for (let time = 0; time < what.times; time += 1)
          if (!node?.clock.stands) void node?.send(what.letter);
        return;
      }
      case 'kick':
        return this.kick(what.node, what.user);
      default:
        return this.harm(what);
    }
  }

  private async harm(what: Happening): Promise<void> {
    const link = 'link' in what ? this.link(what.link) : undefined;
    const node = 'node' in what ? this.node(what.node) : undefined;
    const client = 'client' in what ? this.client(what.client) : undefined;
    const of = link?.client ?? node?.id ?? client?.name;
    if (of === undefined && ('link' in what || 'node' in what || 'client' in what)) return;
    this.history.note({ kind: 'fault', fault: what.do, ...(of !== undefined && { of }) });
    switch (what.do) {
      case 'cut':
        return link?.cut();
      case 'client gone':
        return link?.halfOpen('client');
      case 'server gone':
        return link?.halfOpen('server');
      case 'blackhole':
        return link?.blackhole();
      case 'stall':
        link?.stall();
        return this.until(what.ms, () => link?.flow());
      case 'slow reader':
        link?.throttle(400);
        return this.until(what.ms, () => link?.flow());
      case 'all cut':
        for (const one of this.network.open) one.cut();
        return;
      case 'no network':
        this.networkIsDown = true;
        for (const one of this.network.open) one.cut();
        return this.until(what.ms, () => {
          this.networkIsDown = false;
        });
      case 'kill':
      case 'vanish':
        return this.kill(node as SimulatedNode, what.do === 'vanish', what.ms);
      case 'kill all':
        for (const one of this.living()) this.kill(one, false, what.ms);
        return;
      case 'pause node':
        node?.clock.stand();
        return this.until(what.ms, () => node?.clock.go());
      case 'engine outage':
        node?.faulty.fail();
        return this.until(what.ms, () => node?.faulty.mend());
      case 'retire':
        return this.retire(node as SimulatedNode);
      case 'client sleeps':
        client?.clock.stand();
        return this.until(what.ms, () => client?.clock.go());
      case 'second tab':
      case 'wrong secret':
        return this.copy(client as SimulatedClient, what.do === 'wrong secret');
      default:
        throw new Error(`Nobody knows how to ${what.do}`);
    }
  }

  private kill(node: SimulatedNode, silently: boolean, ms: number): void {
    node.kill();
    for (const link of this.network.open.filter((one) => one.node === node.id))
      if (silently) link.halfOpen('server');
      else link.cut();
    this.until(ms, () => void this.addNode());
  }

  private async retire(node: SimulatedNode): Promise<void> {
    if (node.isRetiring || node.clock.stands) return;
    node.isRetiring = true;
    await this.addNode();
    void node.node.drain().then(async () => {
      if (!node.isAlive) return;
      node.node.close();
      for (const link of this.network.open.filter((one) => one.node === node.id))
        link.wire.close(4001, 'The server is going away');
      await node.node.stop();
      node.isAlive = false;
      node.clock.die();
    });
  }

  private copy(from: SimulatedClient, wrongSecret: boolean): void {
    const kept = from.keep();
    if (kept === undefined || from.isCopied || !from.isConnected) return;
    if (!wrongSecret) from.isCopied = true;
    const session = this.sessionName(kept.session);
    const to = this.nextName('c');
    this.history.note({ kind: 'copied', from: from.name, to, session, wrongSecret });
    this.addClient(from.user, to, wrongSecret ? { ...kept, secret: 'not the secret' } : kept);
  }

  private kick(number: number, user: string): void {
    const node = this.node(number);
    if (node === undefined || node.clock.stands) return;
    this.history.note({ kind: 'kicking', user });
    void node.node.transmitter.kick(user).then(
      () => node.isAlive && this.history.note({ kind: 'kicked', user }),
      () => {},
    );
  }

  // Parts

  private async addNode(): Promise<void> {
    const node = new SimulatedNode(
      this.nextName('n'),
      this,
      new StandingClock(this.clock),
      this.cluster.engine(),
    );
    await node.start();
    // A node that is starting hears nothing but its engine, which makes time of no account.
    node.faulty.latency = this.schedule.engineLatency;
    this.nodes.push(node);
  }

  private addClient(user: string, name = this.nextName('c'), kept?: Parameters<SimulatedClient['start']>[0]) {
    const client = new SimulatedClient(name, user, this, (one) => this.dial(one));
    this.clients.push(client);
    client.start(kept);
  }

  private dial(client: SimulatedClient): ClientSocket {
    const nodes = this.living().filter(({ isRetiring }) => !isRetiring);
    const node = nodes.length === 0 || this.networkIsDown ? undefined : this.random.pick(nodes);
    const clocks = { client: client.clock, server: node?.clock ?? this.clock };
    const link = this.network.link(client.name, node?.id ?? 'none', clocks);
    if (node === undefined) link.cut();
    else node.take(link.wire);
    return link.socket;
  }

  private living(): SimulatedNode[] {
    return this.nodes.filter(({ isAlive }) => isAlive);
  }

  private client(number: number): SimulatedClient | undefined {
    return this.clients[number % this.clients.length];
  }

  private node(number: number): SimulatedNode | undefined {
    const nodes = this.living();
    return nodes[number % nodes.length];
  }

  private link(number: number): Link | undefined {
    const { open } = this.network;
    return open[number % open.length];
  }

  /** Undoes something after a while, or when calm is asked for. */
  private until(ms: number, end: () => void): void {
    const once = () => {
      if (this.endings.delete(once)) end();
    };
    this.endings.add(once);
    this.clock.after(ms, once);
  }

  // The end

  private async lookAround(): Promise<void> {
    const [node] = this.living();
    for (const group of ['red', 'blue']) {
      const asked = node?.node.presence.members(group);
      await this.clock.advance(100);
      const members = (await asked) ?? [];
      const sessions = members.map(({ session }) => this.sessionName(session));
      this.history.note({ kind: 'members', group, sessions });
    }
  }

  private async end(): Promise<void> {
    for (const client of [...this.clients]) client.close();
    await this.clock.advance(1000);
    const nodes = this.living();
    const isServing = (id: string) => nodes.some((node) => node.id === id);
    const links = this.network.open.filter(({ node }) => isServing(node)).length;
    this.history.note({ kind: 'left over', what: 'connections', count: links });
    let running = nodes.length;
    for (const { node } of nodes) {
      void node.stop().then(() => {
        running -= 1;
      });
    }
    await this.clock.advance(10_000);
    this.history.note({ kind: 'left over', what: 'nodes', count: running });
    this.cluster.stop();
    this.history.note({ kind: 'left over', what: 'timers', count: this.clock.pending });
  }
}
