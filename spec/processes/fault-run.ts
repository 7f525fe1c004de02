import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSocket } from '../../runtime/client/open-socket.js';
import { systemClock } from '../../src/clock.js';
import type { Deed } from '../simulation/app.js';
import { type Bounds, History, type Observation } from '../simulation/history.js';
import { type Random, seeded } from '../simulation/random.js';
import { type Happening, scheduleOf } from '../simulation/schedule.js';
import { SimulatedClient } from '../simulation/simulated-client.js';
import { settings } from '../simulation/simulated-node.js';
import { FaultProxy, type ProxiedLink } from './proxy.js';
import { FaultyServer, type Witnessed } from './server-process.js';

const groups = ['red', 'blue'];
const users = ['ann', 'bob', 'cid'];

/** Milliseconds that everything gets to come right after the last fault; a run waits for what it wants to see, up to this. */
const patience = 90_000;
/** How many times faster than in the simulation, where time costs nothing, things happen. */
const pace = 8;
/** Milliseconds in which nothing new is seen when all is calm. */
const quiet = 2_000;

/**
 * Real clients in this process, a proxy, and a server in a process of its own: a workload and faults from a seed, for so
 * long. What happens when is not the seed's alone, since sockets and processes take their time.
 *
 * @param stop ends the faults early, and waits for calm all the same
 * @returns what was seen, in the order of the machine's clock
 */
export async function runFaults(seed: number, seconds: number, stop?: AbortSignal): Promise<History> {
  const run = new FaultRun(seed, stop);
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
  private readonly folder = mkdtempSync(join(tmpdir(), 'rocket-faults-'));
  private readonly server: FaultyServer;
  private proxy: FaultProxy | undefined;
  private readonly clients: SimulatedClient[] = [];
  private names = 0;
  private restarting: Promise<void> | undefined;
  private lastSeen = 0;
  private readonly endings = new Set<() => void>();

  constructor(
    private readonly seed: number,
    private readonly stop: AbortSignal | undefined,
  ) {
    this.random = seeded(seed);
    this.server = new FaultyServer(this.folder, (witnessed) => this.witness(witnessed));
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
    await this.server.start();
    this.proxy = await FaultProxy.start(this.server.port);
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
    await this.restarting;
    this.note({ kind: 'calm' });
    await this.calm();
    await this.server.members(groups);
    this.note({ kind: 'end' });
  }

  /** Ends everything that was started, whatever of it was. */
  async end(): Promise<void> {
    for (const end of [...this.endings]) end();
    for (const client of [...this.clients]) client.close();
    const steps = [
      () => this.restarting,
      () => this.proxy?.stop(),
      () => this.server.end('SIGTERM'),
      () => this.server.silence(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        this.trouble(String(error));
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
    if (this.server.complaints !== '') this.trouble(this.server.complaints);
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
    for (const [time, observation] of sorted) {
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
          this.server.order({ do: 'send', letter: what.letter, session });
        return;
      }
      case 'kick':
        return this.server.order({ do: 'kick', user: what.user });
      default:
        return this.harm(what);
    }
  }

  private harm(what: Happening): void {
    const link = this.proxy?.pick(this.random);
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
        for (const one of this.proxy?.open ?? []) one.cut();
        return;
      case 'no network':
        return this.withoutNetwork(Math.min(what.ms, 5_000));
      case 'kill':
      case 'vanish':
      case 'kill all':
        return this.restart('kill', 'SIGKILL', Math.min(what.ms, 3_000));
      case 'retire':
        return this.restart('retire', 'SIGTERM', 0);
      case 'pause node':
        return this.pause(Math.min(what.ms, 4_000));
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
    const { proxy } = this;
    if (proxy === undefined) return;
    this.note({ kind: 'fault', fault: 'no network' });
    proxy.isDown = true;
    for (const one of proxy.open) one.cut();
    this.until(ms, () => {
      proxy.isDown = false;
    });
  }

  private pause(ms: number): void {
    if (this.restarting !== undefined) return;
    this.note({ kind: 'fault', fault: 'pause node' });
    this.server.pause();
    this.until(ms, () => this.server.resume());
  }

  private restart(fault: string, signal: 'SIGKILL' | 'SIGTERM', ms: number): void {
    if (this.restarting !== undefined) return;
    this.note({ kind: 'fault', fault });
    const run = async () => {
      const { id } = this.server;
      await this.server.end(signal);
      this.note({ kind: 'died', node: id });
      await new Promise<void>((resolve) => this.until(ms, resolve));
      await this.server.start();
      this.restarting = undefined;
    };
    this.restarting = run();
    // Told where the run waits for it.
    this.restarting.catch(() => undefined);
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
    const port = () => this.proxy?.port ?? 0;
    const client = new SimulatedClient(this.nextName('c'), user, this, () =>
      openSocket(`ws://127.0.0.1:${port()}/rocket`, 'rocket.v1'),
    );
    this.clients.push(client);
    client.start();
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
