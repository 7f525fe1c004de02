import { RocketError } from '../../../src/errors.js';
import type { Position } from '../../../src/protocol/positions.js';
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
} from './engine.js';
import type { Store } from './store.js';

/** What a node sees of a store in its own process. */
export abstract class StoreEngine implements Engine {
  abstract readonly outlives: boolean;
  private seat: { readonly node: EngineNode; readonly store: Store } | undefined;

  /** Nothing comes between a node and its own memory. */
  get trouble(): string | undefined {
    return undefined;
  }

  async start(node: EngineNode, settings: EngineSettings): Promise<void> {
    const store = await this.open(settings);
    store.attach(node);
    this.seat = { node, store };
  }

  async stop(): Promise<void> {
    const { seat } = this;
    if (seat === undefined) return;
    this.seat = undefined;
    seat.store.detach(seat.node);
    await this.close(seat.store);
  }

  /** However long the process stood still, nobody else went on meanwhile. */
  certainty(): undefined {
    return undefined;
  }

  append(source: string, entries: readonly NewEntry[], number: number): Position | Promise<Position> {
    const { node, store } = this.seated;
    return this.kept(store.sources.append(source, entries, node.id, number));
  }

  publish(sources: readonly string[], entry: NewEntry): void {
    this.seat?.store.publish(sources, entry);
  }

  range(source: string, after: Position, limits: PageLimits): Page | Promise<Page> {
    return this.kept(this.seated.store.sources.range(source, after, limits));
  }

  async follow(source: string): Promise<Position> {
    const { node, store } = this.seated;
    return this.kept(store.sources.follow(source, node));
  }

  unfollow(source: string): void {
    this.seat?.store.sources.unfollow(source, this.seat.node);
  }

  async openSession(id: string, facts: SessionFacts): Promise<void> {
    const { node, store } = this.seated;
    return this.kept(store.openSession(id, facts, node.id));
  }

  /** Whoever is believed to have it: a kick reaches every node at once. */
  async claimSession(id: string, proof: string): Promise<ClaimedSession | undefined> {
    const { node, store } = this.seated;
    return this.kept(store.claimSession(id, proof, node.id));
  }

  async writeSession(id: string, owner: number, changes: SessionChanges): Promise<void> {
    const { node, store } = this.seated;
    return this.kept(store.writeSession(id, owner, changes, node.id));
  }

  async endSession(id: string, owner: number): Promise<void> {
    const { node, store } = this.seated;
    return this.kept(store.endSession(id, owner, node.id));
  }

  async toSession(id: string, entry: NewEntry): Promise<boolean> {
    return this.kept(await this.seated.store.toSession(id, entry));
  }

  async kick(user: string, reason: string): Promise<void> {
    return this.kept(this.seated.store.kick(user, reason));
  }

  async enter(source: string, member: Member, greeting: NewEntry | undefined): Promise<void> {
    const { node, store } = this.seated;
    return this.kept(store.enter(source, member, greeting, node.id));
  }

  async depart(source: string, session: string, owner: number): Promise<void> {
    return this.kept(this.seated.store.depart(source, session, owner));
  }

  async members(source: string): Promise<readonly Member[]> {
    return this.kept(this.seated.store.members(source));
  }

  protected abstract open(settings: EngineSettings): Store | Promise<Store>;

  /** The node has left the store. */
  protected abstract close(store: Store): void | Promise<void>;

  /** Holds an answer back until what it tells of cannot be lost any more. */
  protected kept<Answer>(answer: Answer): Answer | Promise<Answer> {
    return answer;
  }

  /** As a process ends that is killed: without a word. */
  protected vanish(): Store | undefined {
    const { seat } = this;
    this.seat = undefined;
    seat?.store.detach(seat.node, true);
    return seat?.store;
  }

  private get seated(): { readonly node: EngineNode; readonly store: Store } {
    if (this.seat === undefined) throw new RocketError('unavailable', 'The engine does not run');
    return this.seat;
  }
}
