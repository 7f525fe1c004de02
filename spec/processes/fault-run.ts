import { openSocket } from '../../runtime/client/open-socket.js';
import { systemClock } from '../../src/clock.js';
import type { Deed } from '../simulation/app.js';
import { type Bounds, History, type Observation } from '../simulation/history.js';
import { type Random, seeded } from '../simulation/random.js';
import { type Happening, scheduleOf } from '../simulation/schedule.js';
import { SimulatedClient } from '../simulation/simulated-client.js';
import { settings } from '../simulation/simulated-node.js';
import type { Ground, Scene } from './ground.js';
import type { ProxiedLink } from './proxy.js';
import type { Witnessed } from './server-process.js';
import { Site } from './site.js';

const groups = ['red', 'blue'];
const users = ['ann', 'bob', 'cid'];

/** Milliseconds that everything gets to come right after the last fault; a run waits for what it wants to see, up to this. */
const patience = 90_000;
/** How many times faster than in the simulation, where time costs nothing, things happen. */
const pace = 8;
/** Milliseconds in which nothing new is seen when all is calm. */
const quiet = 2_000;

/**
 * Real clients in this process, and servers in processes of their own, each behind a proxy: a workload and faults from a seed, for so
 * long. What happens when is not the seed's alone, since sockets and processes take their time.
 *
 * @param ground what the servers stand on; it is started and stopped
 * @param stop ends the faults early, and waits for calm all the same
 * @returns what was seen, in the order of the machine's clock
 */
export async function runFaults(
  seed: number,
  seconds: number,
  ground: Ground,
  stop?: AbortSignal,
): Promise<History> {
  const run = new FaultRun(seed, ground, stop);
  try {
    await run.live(seconds * 1000);
  } finally {
    await run.end();
  }
  return run.told();
}

class FaultRun {
  readonly clock = systemClock;
  readonly random: Random;
  private readonly seen: Witnessed[] = [];
  private readonly sites: Site[] = [];
  /** What goes on with the ground. */
  private grounding: Promise<void> | undefined;
  private readonly clients: SimulatedClient[] = [];
  private names = 0;
  private lastSeen = 0;
  private readonly endings = new Set<() => void>();

  constructor(
    private readonly seed: number,
    private readonly ground: Ground,
    private readonly stop: AbortSignal | undefined,
  ) {
    this.random = seeded(seed);
  }

  // What clients ask of their world

  readonly history = { note: (observation: Observation) => this.note(observation) };

  nextName(what: string): string {
    this.names += 1;
    return `${what}${this.names}`;
  }

  sessionName(id: string): string {
    return id;
  }

  replace(client: SimulatedClient): void {
    this.clients.splice(this.clients.indexOf(client), 1);
    this.addClient(client.user);
  }

  async live(ms: number): Promise<void> {
    await this.ground.start();
    for (let number = 0; number < this.ground.servers; number += 1) {
      const site = new Site(
        () => this.ground.engine(number),
        (observation) => this.note(observation),
        (witnessed) => this.witness(witnessed),
      );
      this.sites.push(site);
      await site.start();
    }
    for (const user of [...users, 'ann', 'bob']) this.addClient(user);
    const until = performance.now() + ms;
    const isOver = () => performance.now() >= until || this.stop?.aborted === true;
    for (let number = this.seed; !isOver(); number += 1) {
      for (const { after, what } of scheduleOf(number).steps) {
        this.happen(what);
        await new Promise((resolve) => setTimeout(resolve, after / pace));
        if (isOver()) break;
      }
    }
    for (const end of [...this.endings]) end();
    await this.grounding;
    for (const { restarting } of this.sites) await restarting;
    this.note({ kind: 'calm' });
    await this.calm();
    await this.sites[0]?.server.members(groups);
    this.note({ kind: 'end' });
  }

  /** Ends everything that was started, whatever of it was. */
  async end(): Promise<void> {
    for (const end of [...this.endings]) end();
    for (const client of [...this.clients]) client.close();
    const steps = [
      () => this.grounding,
      ...this.sites.flatMap((site) => site.endings()),
      () => this.ground.stop(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        this.trouble(String(error));
      }
    }
    for (const { server } of this.sites) if (server.complaints !== '') this.trouble(server.complaints);
  }

  /** What was seen, in the order of the machine's clock. */
  told(): History {
    const { window, heartbeat, history, replies } = settings;
    const bounds: Bounds = {
      ...{ window, notice: heartbeat * 2.5, entries: history.entries, replies: replies.entries },
    };
    let now = 0n;
    const told = new History(bounds, () => Number(now / 1_000n) / 1_000);
    const sorted = [...this.seen].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    const [start = 0n] = sorted[0] ?? [];
    const accepted = new Set<string>();
    for (const [time, observation] of sorted) {
      // Each server that follows a source sees what it takes; the first to see it tells when.
      if (observation.kind === 'accepted') {
        const key = `${observation.message} ${observation.source}`;
        if (accepted.has(key)) continue;
        accepted.add(key);
      }
      now = time - start;
      told.note(observation);
    }
    return told;
  }

  private trouble(error: string): void {
    this.note({ kind: 'troubled', client: 'the server', error });
  }

  private note(observation: Observation): void {
    this.witness([process.hrtime.bigint(), observation]);
  }

  private witness(witnessed: Witnessed): void {
    this.seen.push(witnessed);
    this.lastSeen = performance.now();
  }

  // Happenings

  private happen(what: Happening): void {
    const client = 'client' in what ? this.clients[what.client % this.clients.length] : undefined;
    switch (what.do) {
      case 'call':
        return client?.call(what.idempotent, what.deeds.map(deedHere));
      case 'stream':
        return client?.stream(what.items, what.pause);
      case 'cancel':
        return client?.cancel();
      case 'join':
        return client?.join(what.group, what.isPresent);
      case 'leave':
        return client?.leave(what.group);
      case 'send': {
        const { to } = what.letter;
        const session =
          to.kind === 'session' ? this.clients[to.client % this.clients.length]?.sessionId : undefined;
        for (let time = 0; time < what.times; time += 1)
          this.site(what.node).server.order({ do: 'send', letter: what.letter, session });
        return;
      }
      case 'kick':
        return this.site(what.node).server.order({ do: 'kick', user: what.user });
      default:
        return this.harm(what);
    }
  }

  private harm(what: Happening): void {
    const link = this.random.pick(this.sites).proxy.pick(this.random);
    switch (what.do) {
      case 'cut':
        if (this.random.chance(0.3)) return this.onLink('cut midway', link, (one) => one.cutMidway());
        return this.onLink(what.do, link, (one) => one.cut());
      case 'client gone':
        return this.onLink(what.do, link, (one) => one.halfOpen('client'));
      case 'server gone':
        return this.onLink(what.do, link, (one) => one.halfOpen('server'));
      case 'blackhole':
        return this.onLink(what.do, link, (one) => one.blackhole());
      case 'stall':
      case 'slow reader':
        if (this.random.chance(0.3)) this.onLink('delay', link, (one) => one.delay(this.random.below(800)));
        else this.onLink(what.do, link, (one) => (what.do === 'stall' ? one.stall() : one.throttle(2_000)));
        return this.until(what.ms, () => link?.flow());
      case 'all cut':
        this.note({ kind: 'fault', fault: what.do });
        for (const { proxy } of this.sites) for (const one of proxy.open) one.cut();
        return;
      case 'no network':
        return this.withoutNetwork(Math.min(what.ms, 5_000));
      case 'kill':
      case 'vanish':
        return this.restart([this.site(what.node)], 'kill', 'SIGKILL', Math.min(what.ms, 3_000));
      case 'kill all':
        return this.restart(this.sites, what.do, 'SIGKILL', Math.min(what.ms, 3_000));
      case 'retire':
        return this.restart([this.site(what.node)], what.do, 'SIGTERM', 0);
      case 'pause node':
        return this.pause(this.site(what.node), Math.min(what.ms, 10_000));
      case 'engine outage':
        if (this.grounding === undefined) this.ground.harm(this.scene);
        return;
      default:
        // Of one machine, or of one tab.
        return;
    }
  }

  private onLink(fault: string, link: ProxiedLink | undefined, harm: (link: ProxiedLink) => void): void {
    if (link === undefined) return;
    this.note({ kind: 'fault', fault });
    harm(link);
  }

  private withoutNetwork(ms: number): void {
    this.note({ kind: 'fault', fault: 'no network' });
    for (const { proxy } of this.sites) {
      proxy.isDown = true;
      for (const one of proxy.open) one.cut();
    }
    this.until(ms, () => {
      for (const { proxy } of this.sites) proxy.isDown = false;
    });
  }

  private pause({ server, restarting }: Site, ms: number): void {
    if (restarting !== undefined) return;
    this.note({ kind: 'fault', fault: 'pause node', of: server.id });
    server.pause();
    this.until(ms, () => server.resume());
  }

  private restart(sites: readonly Site[], fault: string, signal: 'SIGKILL' | 'SIGTERM', ms: number): void {
    const standing = sites.filter(({ restarting }) => restarting === undefined);
    if (standing.length === 0) return;
    this.note({ kind: 'fault', fault });
    for (const site of standing)
      site.restart(signal, () => new Promise((resolve) => this.until(ms, resolve)));
  }

  private get scene(): Scene {
    return {
      random: this.random,
      note: (fault, loses) => this.note({ kind: 'fault', fault, ...(loses && { loses: true as const }) }),
      until: (ms, end) => this.until(ms, end),
      during: (work) => {
        this.grounding = work()
          .catch((error: unknown) => this.trouble(String(error)))
          .finally(() => {
            this.grounding = undefined;
          });
      },
    };
  }

  /** Undoes something after a while, or when calm is asked for. */
  private until(ms: number, end: () => void): void {
    const once = () => {
      if (!this.endings.delete(once)) return;
      clearTimeout(timer);
      end();
    };
    const timer = setTimeout(once, ms);
    this.endings.add(once);
  }

  private addClient(user: string): void {
    const client = new SimulatedClient(this.nextName('c'), user, this, () =>
      openSocket(`ws://127.0.0.1:${this.balance()}/rocket`, 'rocket.v1'),
    );
    this.clients.push(client);
    client.start();
  }

  /** The port of a server that takes clients, as a load balancer finds one. */
  private balance(): number {
    const serving = this.sites.filter(({ restarting }) => restarting === undefined);
    return this.random.pick(serving.length > 0 ? serving : this.sites).proxy.port;
  }

  private site(number: number): Site {
    return this.sites[number % this.sites.length] as Site;
  }

  /** Waits until everybody is connected and nothing new is seen any more. */
  private async calm(): Promise<void> {
    const until = performance.now() + patience;
    const isCalm = () =>
      this.clients.every(({ isConnected }) => isConnected) && performance.now() - this.lastSeen > quiet;
    // What passes without being seen has its time too: a half-open connection is noticed by its silence.
    const least = performance.now() + settings.heartbeat * 2.5;
    while (performance.now() < least || (!isCalm() && performance.now() < until))
      await new Promise((resolve) => setTimeout(resolve, 100));
    const away = this.clients.filter(({ isConnected }) => !isConnected).map(({ name }) => name);
    if (away.length > 0) this.trouble(`${away.join(', ')} did not come back in ${patience} ms`);
  }
}

/** The server does not know which session is whose: what an action would send to another's it sends to its caller. */
function deedHere(deed: Deed): Deed {
  return 'to' in deed && deed.to.kind === 'session'
    ? { ...deed, to: { kind: 'caller' }, exceptCaller: false }
    : deed;
}
