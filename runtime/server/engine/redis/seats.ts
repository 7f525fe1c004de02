import type { HistoryLimits, Member, NewEntry } from '../engine.js';
import { entryText, parseNewEntry, splitText } from './entry-text.js';
import { type Partition, pairs } from './partition.js';

/** Who is present in sources, and in which of them the sessions of this node are. */
export class Seats {
  private readonly bySession = new Map<string, Taken>();

  constructor(
    private readonly history: HistoryLimits,
    private readonly partitionOf: (source: string) => Partition,
  ) {}

  /** As `Engine.enter`. @throws RedisTrouble */
  async enter(source: string, member: Member, greeting: NewEntry | undefined): Promise<void> {
    const { session, owner, user, info, farewell } = member;
    const partition = this.partitionOf(source);
    const taken = this.bySession.get(session) ?? { owner, sources: new Set() };
    taken.owner = Math.max(taken.owner, owner);
    taken.sources.add(source);
    this.bySession.set(session, taken);
    const { entries, bytes } = this.history;
    const texts = [farewell, greeting].map((entry) => (entry === undefined ? '' : entryText(entry)));
    await partition.run(
      'enter',
      partition.node,
      entries,
      bytes,
      source,
      session,
      owner,
      user,
      info,
      ...texts,
    );
  }

  /** As `Engine.depart`. @throws RedisTrouble */
  async depart(source: string, session: string, owner: number): Promise<void> {
    const { entries, bytes } = this.history;
    await this.partitionOf(source).run('depart', entries, bytes, source, session, owner);
    const taken = this.bySession.get(session);
    taken?.sources.delete(source);
    if (taken?.sources.size === 0) this.bySession.delete(session);
  }

  /** A session that is over is present nowhere. @throws RedisTrouble */
  async departAll(session: string, owner: number): Promise<void> {
    const sources = [...(this.bySession.get(session)?.sources ?? [])];
    await Promise.all(sources.map((source) => this.depart(source, session, owner)));
  }

  /** As `Engine.members`. @throws RedisTrouble */
  async members(source: string): Promise<readonly Member[]> {
    const [, flat] = await this.partitionOf(source).run('members', source);
    return pairs(flat as readonly string[])
      .map(([session, json]) => ({ session, seat: JSON.parse(json) as Seat }))
      .sort((a, b) => Number(a.seat[0]) - Number(b.seat[0]))
      .map(({ session, seat: [, , owner, user, info, farewell] }) => ({
        session,
        owner: Number(owner),
        user,
        info,
        farewell: farewell === '' ? undefined : parseNewEntry(...splitText(farewell)),
      }));
  }

  /** What another node has taken over is its to look after. */
  forget(session: string, newOwner: number): void {
    const taken = this.bySession.get(session);
    if (taken !== undefined && taken.owner < newOwner) this.bySession.delete(session);
  }
}

interface Taken {
  /** The newest that has entered by way of this node. */
  owner: number;
  readonly sources: Set<string>;
}

/** As `functions/4-presence.lua` keeps it. */
type Seat = readonly [
  order: string,
  node: string,
  owner: string,
  user: string,
  info: string,
  farewell: string,
];
