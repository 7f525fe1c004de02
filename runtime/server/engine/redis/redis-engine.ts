import { RocketError } from '../../../../src/errors.js';
import type { Position } from '../../../../src/protocol/positions.js';
import type {
  ClaimedSession,
  Engine,
  EngineNode,
  EngineSettings,
  Member,
  NewEntry,
  Page,
  PageLimits,
  SessionChanges,
  SessionFacts,
} from '../engine.js';
import { Claims } from './claims.js';
import { type Connections, openConnections } from './connections.js';
import { Flashes } from './flashes.js';
import { Lane, type LaneReceiver } from './lane.js';
import { Library } from './library.js';
import { Partition } from './partition.js';
import { partitionOf, partitionTags } from './partition-tags.js';
import { lease, Pulse } from './pulse.js';
import { Recovery } from './recovery.js';
import { type RedisEngineOptions, type ResolvedRedisOptions, resolveRedisOptions } from './redis-options.js';
import { prepareServer } from './redis-server.js';
import { RoutedEntries } from './routed-entries.js';
import { Seats } from './seats.js';
import { SessionRecords } from './session-records.js';

export type { RedisEngineOptions };

/**
 * The engine of many processes, on one machine or several, that share a Redis: a server, one watched by Sentinel, or a Cluster.
 * Sessions go on at any of them, and what is sent reaches whoever it is for at all of them.
 *
 * @throws ProblemsError for options that do not work
 * @example defineConfig({ root: import.meta.url, engine: redisEngine({ url: 'redis://10.0.0.5:6379' }) });
 */
export function redisEngine(options: RedisEngineOptions): Engine {
  return new RedisEngine(resolveRedisOptions(options));
}

/**
 * How it works, and where: keys are in **partitions** (`partition-tags.ts`), and all that is done to them is done by one Lua **library**
 * (`library.ts`, `functions/`), a call at a time (`partition.ts`). In each partition the node has a **lane** (`lane.ts`): what it appends goes
 * in batches (`appends.ts`), and what it follows is sent to it (`followed-sources.ts`). The **pulse** (`pulse.ts`) keeps its lease and finds out what
 * did not arrive; **recovery** (`recovery.ts`) mends that. Sessions are kept in **records** (`session-records.ts`) and taken over by **claims**
 * (`claims.ts`).
 */
class RedisEngine implements Engine {
  readonly outlives = true;
  private running: Running | undefined;

  constructor(private readonly options: ResolvedRedisOptions) {}

  get trouble(): string | undefined {
    return this.running?.pulse.trouble;
  }

  async start(node: EngineNode, settings: EngineSettings): Promise<void> {
    this.running = await run(node, settings, this.options);
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    const { connections, pulse, recovery, routed } = running;
    pulse.stop();
    recovery.stop();
    routed.stop();
    // Where Redis cannot be reached, the lease ends by itself.
    await pulse.leave().catch(() => undefined);
    await connections.close();
  }

  certainty(): Promise<void> | undefined {
    return this.running?.pulse.certainty();
  }

  // Sources

  append(source: string, entries: readonly NewEntry[], number: number): Promise<Position> {
    return this.started.laneOf(source).appends.append(source, entries, number);
  }

  publish(sources: readonly string[], entry: NewEntry): void {
    this.running?.flashes.publish(sources, entry);
  }

  range(source: string, after: Position, limits: PageLimits): Page | Promise<Page> {
    const { sources } = this.started.laneOf(source);
    const head = sources.head(source);
    // Most who ask have missed nothing.
    if (head !== undefined && head[0] === after[0] && head[1] === after[1]) return { entries: [], head };
    return sources.range(source, after, limits);
  }

  async follow(source: string): Promise<Position> {
    return this.started.laneOf(source).sources.follow(source);
  }

  unfollow(source: string): void {
    this.running?.laneOf(source).sources.unfollow(source);
  }

  // Sessions

  async openSession(id: string, facts: SessionFacts): Promise<void> {
    const { laneOf, records } = this.started;
    await records.open(laneOf(id).partition, id, facts, await this.kickMarker(facts.user));
  }

  async claimSession(id: string, proof: string, user: string): Promise<ClaimedSession | undefined> {
    return this.started.claims.claim(id, proof, user);
  }

  async writeSession(id: string, owner: number, changes: SessionChanges): Promise<void> {
    const { laneOf, records } = this.started;
    const { user } = changes;
    const marker = user === undefined ? '' : await this.kickMarker(user);
    await records.write(laneOf(id).partition, id, owner, changes, marker);
  }

  async endSession(id: string, owner: number): Promise<void> {
    const { laneOf, records, seats } = this.started;
    await records.end(laneOf(id).partition, id, owner);
    await seats.departAll(id, owner);
  }

  async toSession(id: string, entry: NewEntry): Promise<boolean> {
    const { laneOf, routed } = this.started;
    return routed.send(laneOf(id).partition, id, entry);
  }

  async kick(user: string, reason: string): Promise<void> {
    const source = `user:${user}`;
    await this.started.laneOf(source).partition.run('kick', source, JSON.stringify(reason));
  }

  // Presence

  async enter(source: string, member: Member, greeting: NewEntry | undefined): Promise<void> {
    return this.started.seats.enter(source, member, greeting);
  }

  async depart(source: string, session: string, owner: number): Promise<void> {
    return this.started.seats.depart(source, session, owner);
  }

  async members(source: string): Promise<readonly Member[]> {
    return this.started.seats.members(source);
  }

  private get started(): Running {
    if (this.running === undefined) throw new RocketError('unavailable', 'The engine does not run');
    return this.running;
  }

  /** When a user was kicked last: this node is told, where it follows the user's source. */
  private kickMarker(user: string): string | Promise<string> {
    const { laneOf, claims } = this.started;
    const source = `user:${user}`;
    return laneOf(source).sources.kickMarker(source) ?? claims.kickMarker(user);
  }
}

/** What there is of an engine while it runs. */
interface Running {
  readonly connections: Connections;
  /** The lane of a source or a session. */
  readonly laneOf: (name: string) => Lane;
  readonly records: SessionRecords;
  readonly claims: Claims;
  readonly seats: Seats;
  readonly flashes: Flashes;
  readonly routed: RoutedEntries;
  readonly recovery: Recovery;
  readonly pulse: Pulse;
}

/** @throws ProblemsError where Redis cannot be reached, or is not one for this app */
async function run(
  node: EngineNode,
  settings: EngineSettings,
  options: ResolvedRedisOptions,
): Promise<Running> {
  const { clock, events, history, window } = settings;
  const { place, prefix, partitions: count } = options;
  const byChannel = new Map<string, Lane>();
  const others: LaneReceiver = {
    flash: (...told) => flashes.flash(...told),
    fence(session, owner) {
      seats.forget(session, owner);
      node.fenced(session, owner);
    },
    receive: ({ partition }, ...told) => void routed.receive(partition, ...told),
    answer: (...told) => routed.answer(...told),
  };
  const connections = await openConnections(place, {
    message(channel, text) {
      try {
        byChannel.get(channel)?.message(text, others);
      } catch (error) {
        events.report('engine.warning', {
          sentence: `What came on channel "${channel}" was not read: ${error}`,
        });
      }
    },
  });
  const recovery = new Recovery(node);
  const library = new Library(connections, options.functions);
  const common = { node: node.id, library, publish: connections.publish, window, lease };
  const lanes = partitionTags(count).map((tag) => {
    const changed = () => recovery.request(lane);
    const lane: Lane = new Lane(
      new Partition(`${prefix}:{${tag}}:`, common, { changed }),
      node,
      history,
      (lost) => recovery.request(lost),
    );
    byChannel.set(lane.partition.channel, lane);
    return lane;
  });
  const laneOf = (name: string) => lanes[partitionOf(name, count)] as Lane;
  const records = new SessionRecords(history);
  const claims = new Claims(node, records, laneOf);
  const seats = new Seats(history, (source) => laneOf(source).partition);
  const flashes = new Flashes(node, laneOf);
  const routed = new RoutedEntries(node, clock, history);
  const pulse = new Pulse({
    ...{ clock, events, connections, recovery, history, lanes, place: place.shown },
    answered: () => claims.tidy(),
  });
  try {
    await prepareServer(connections, library, options, events);
    await Promise.all(
      lanes.map(async ({ partition }) => {
        await connections.subscribe(partition.channel);
        await partition.register();
      }),
    );
  } catch (error) {
    await connections.close();
    throw error;
  }
  pulse.start();
  return { connections, laneOf, records, claims, seats, flashes, routed, recovery, pulse };
}
