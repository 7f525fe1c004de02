import { type DeadlineLine, Deadlines } from '../../../src/deadlines.js';
import { RocketError } from '../../../src/errors.js';
import type {
  ClaimedSession,
  EngineNode,
  EngineSettings,
  Member,
  NewEntry,
  SessionChanges,
  SessionFacts,
} from './engine.js';
import type { Fact, FactSink } from './facts.js';
import { Presence } from './presence.js';
import { SessionRecord } from './session-record.js';
import { Sources } from './sources.js';

/** Milliseconds for which a node that says nothing counts as alive. */
export const lease = 5000;

/**
 * What engines within a process share: each method is one step, done when it returns. `sources.ts` numbers and
 * keeps entries, `session-record.ts` what is known of a session, `presence.ts` who is where.
 */
export class Store {
  readonly sources: Sources;
  private readonly deadlines: Deadlines;
  private readonly nodes = new Map<string, EngineNode>();
  /** Nodes that are gone, by id, until their lease ends. */
  private readonly leases: DeadlineLine<string>;
  /** Nodes that were killed: that they are gone is not known before their lease ends. */
  private readonly silent = new Set<string>();
  private readonly records = new Map<string, SessionRecord>();
  /** Records that no living node owns. */
  private readonly lost: DeadlineLine<string>;
  /** Sessions that are over: a former owner may not know it yet. */
  private readonly ended: DeadlineLine<string>;
  private readonly presence = new Presence();

  constructor(
    private readonly settings: EngineSettings,
    private readonly sink?: FactSink,
  ) {
    this.deadlines = new Deadlines(settings.clock);
    this.sources = new Sources(settings, sink, this.deadlines);
    this.leases = this.deadlines.line<string>(lease, (node) => this.departed(node));
    this.lost = this.deadlines.line<string>(settings.window, (id) => this.remove(id));
    this.ended = this.deadlines.line<string>(settings.window, () => undefined);
  }

  attach(node: EngineNode): void {
    this.nodes.set(node.id, node);
  }

  /** @param silently as a node that is killed leaves: nobody knows before its lease ends */
  detach(node: EngineNode, silently = false): void {
    this.nodes.delete(node.id);
    this.sources.leave(node);
    this.leases.set(node.id);
    if (silently) this.silent.add(node.id);
    else this.lose(node.id);
  }

  get isDeserted(): boolean {
    return this.nodes.size === 0;
  }

  stop(): void {
    this.deadlines.stop();
  }

  publish(sources: readonly string[], entry: NewEntry): void {
    for (const node of [...this.nodes.values()]) {
      const followed = sources.filter((source) => this.sources.isFollowedBy(source, node));
      if (followed.length > 0) node.flash(followed, entry);
    }
  }

  openSession(id: string, facts: SessionFacts, node: string): void {
    if (this.owns(id, facts.owner, node)) {
      if (this.records.get(id)?.proof === facts.proof) return;
      throw new RocketError('conflict', `There is another session "${id}"`);
    }
    this.lost.clear(id);
    this.done(['open', id, facts, node]);
  }

  claimSession(id: string, proof: string, node: string): ClaimedSession | undefined {
    const record = this.records.get(id);
    if (record === undefined || record.proof !== proof) return undefined;
    const former = record.node;
    this.done(['claim', id, node]);
    this.lost.clear(id);
    if (former !== undefined && former !== node) this.nodes.get(former)?.fenced(id, record.owner);
    return record.claimed();
  }

  writeSession(id: string, owner: number, changes: SessionChanges, node: string): void {
    if (!this.owns(id, owner, node)) throw new RocketError('not_found', `There is no session "${id}"`);
    this.done(['write', id, changes]);
  }

  endSession(id: string, owner: number, node: string): void {
    const record = this.records.get(id);
    if (record?.owner === owner && record.node === node) this.remove(id);
  }

  async toSession(id: string, entry: NewEntry): Promise<boolean> {
    for (;;) {
      const record = this.records.get(id);
      if (record === undefined) return false;
      const { node, owner } = record;
      if (node !== undefined && this.silent.has(node))
        throw new RocketError('unavailable', `The node that owns the session "${id}" does not answer`);
      const living = node === undefined ? undefined : this.nodes.get(node);
      if (living === undefined) {
        if (entry.volatile !== true) this.done(['adrift', id, entry]);
        return true;
      }
      if (await living.receive(id, entry)) return true;
      // Another may have taken it over while its owner was asked.
      if (this.records.get(id)?.owner === owner && this.nodes.has(living.id)) return false;
    }
  }

  kick(user: string, reason: string): void {
    // Before anybody is told: what a node does of it must find them over.
    for (const record of [...this.records.values()]) if (record.user === user) this.remove(record.id);
    for (const node of [...this.nodes.values()])
      if (this.sources.isFollowedBy(`user:${user}`, node)) node.kicked(user, reason);
  }

  enter(source: string, member: Member, greeting: NewEntry | undefined, node: string): void {
    const { session, owner, user } = member;
    const former = this.presence.get(source, session);
    const newest = Math.max(former?.owner ?? 0, this.records.get(session)?.owner ?? 0);
    if (owner < newest || this.ended.has(session)) return;
    if (former !== undefined && former.user !== user) this.leave(source, session);
    this.sink?.note(['enter', source, member, node]);
    const isFirst = this.presence.enter(source, member, node);
    if (isFirst && greeting !== undefined) this.sources.add(source, greeting);
  }

  depart(source: string, session: string, owner: number): void {
    const member = this.presence.get(source, session);
    if (member !== undefined && member.owner <= owner) this.leave(source, session);
  }

  members(source: string): Member[] {
    return this.presence.members(source);
  }

  /** @param time what a time of the process that noted the fact is on this one's clock */
  restore(fact: Fact, time: (time: number) => number): void {
    if (this.sources.restore(fact, time)) return;
    if (fact[0] === 'enter') this.presence.enter(fact[1], fact[2], fact[3]);
    else if (fact[0] === 'depart') this.presence.depart(fact[1], fact[2]);
    else this.apply(fact);
  }

  /** After the last fact: all nodes that are told of are gone. */
  restored(): void {
    this.sources.restored();
    for (const id of this.records.keys()) this.lost.set(id);
    for (const [, , node] of this.presence.all()) this.leases.set(node);
  }

  /** The state as the fewest facts that make it. */
  *facts(): Generator<Fact> {
    yield* this.sources.facts();
    for (const [id, record] of this.records) yield ['record', id, record.state()];
    for (const [source, member, node] of this.presence.all()) yield ['enter', source, member, node];
  }

  private done(fact: Fact): void {
    this.apply(fact);
    this.sink?.note(fact);
  }

  private apply(fact: Fact): void {
    const { history } = this.settings;
    const [kind, id] = fact;
    const record = this.records.get(id);
    if (kind === 'open') this.records.set(id, new SessionRecord(id, fact[2], fact[3], history));
    else if (kind === 'record') this.records.set(id, SessionRecord.restore(id, fact[2], history));
    else if (kind === 'end') this.records.delete(id);
    else if (record === undefined) return;
    else if (kind === 'claim') {
      record.owner += 1;
      record.node = fact[2];
    } else if (kind === 'write') record.write(fact[2]);
    else if (kind === 'adrift') record.adrift(fact[2]);
  }

  /**
   * Whether the session is this owner's; false where nothing is known of it, or nothing as new.
   *
   * @throws RocketError `conflict` where it is another's, or over
   */
  private owns(id: string, owner: number, node: string): boolean {
    if (this.ended.has(id)) throw new RocketError('conflict', `The session "${id}" has ended`);
    const record = this.records.get(id);
    if (record === undefined || record.owner < owner) return false;
    if (record.owner !== owner || record.node !== node)
      throw new RocketError('conflict', `The session "${id}" has another owner`);
    return true;
  }

  private remove(id: string): void {
    this.lost.clear(id);
    this.ended.set(id);
    this.done(['end', id]);
    // Its last owner may have let it go to one that never came to know of it.
    for (const source of this.presence.of(id)) this.leave(source, id);
  }

  private leave(source: string, session: string): void {
    this.sink?.note(['depart', source, session]);
    const farewell = this.presence.depart(source, session)?.farewell;
    if (farewell !== undefined) this.sources.add(source, farewell);
  }

  /** Nobody owns the sessions of a node any more: their window begins. */
  private lose(node: string): void {
    for (const [id, record] of this.records) if (record.node === node) this.lost.set(id);
  }

  private departed(node: string): void {
    if (this.silent.delete(node)) this.lose(node);
    for (const [source, { session }, by] of [...this.presence.all()])
      if (by === node) this.leave(source, session);
  }
}
