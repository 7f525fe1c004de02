import type {
  ClaimedSession,
  Engine,
  EngineNode,
  EngineSettings,
  Entry,
  NewEntry,
  SessionChanges,
} from '../../../../../runtime/server/engine/engine.js';
import type { Position } from '../../../../../src/protocol/positions.js';

/**
 * A node that remembers what it was told and does what is asked of nodes: it follows the source of a user before it has a session
 * of theirs, lets go of what another took over, and ends what was kicked.
 */
export class RecordingNode implements EngineNode {
  readonly delivered: [source: string, entry: Entry][] = [];
  readonly flashed: [sources: readonly string[], body: string][] = [];
  readonly fences: [session: string, owner: number][] = [];
  readonly kicks: [user: string, reason: string][] = [];
  readonly received: [session: string, body: string][] = [];
  /** What is said to an entry for a session that is here. */
  answer: () => Promise<boolean> = async () => true;
  private running: Engine | undefined;
  private appends = 0;
  private readonly appending = new Map<string, Promise<Position>>();
  private readonly sessions = new Map<string, { readonly owner: number; readonly user: string }>();
  private readonly following = new Map<string, Promise<Position>>();

  constructor(readonly id: string) {}

  get engine(): Engine {
    if (this.running === undefined) throw new Error(`The node "${this.id}" was not started`);
    return this.running;
  }

  start(engine: Engine, settings: EngineSettings): Promise<void> {
    this.running = engine;
    return engine.start(this, settings);
  }

  // What it asks for

  /** Under its next number, when what it appends to the source already has been. */
  append(source: string, ...entries: readonly (string | NewEntry)[]): Promise<Position> {
    const made = entries.map((entry) => (typeof entry === 'string' ? { body: entry } : entry));
    const append = async () => {
      this.appends += 1;
      return this.engine.append(source, made, this.appends);
    };
    const former = this.appending.get(source);
    const appended = former === undefined ? append() : former.then(append, append);
    this.appending.set(source, appended);
    const settled = () => {
      if (this.appending.get(source) === appended) this.appending.delete(source);
    };
    appended.then(settled, settled);
    return appended;
  }

  follow(source: string): Promise<Position> {
    const following = this.following.get(source) ?? this.engine.follow(source);
    this.following.set(source, following);
    return following;
  }

  unfollow(source: string): void {
    this.following.delete(source);
    this.engine.unfollow(source);
  }

  async open(id: string, user = 'ada', owner = 1): Promise<void> {
    await this.follow(`user:${user}`);
    await this.engine.openSession(id, { owner, proof: proofOf(id), user });
    this.sessions.set(id, { owner, user });
  }

  async claim(id: string, user = 'ada', proof = proofOf(id)): Promise<ClaimedSession | undefined> {
    await this.follow(`user:${user}`);
    const before = this.kicks.length;
    const claimed = await this.engine.claimSession(id, proof, user);
    if (claimed === undefined) return undefined;
    // Another may have taken it over before the answer came.
    if (this.fences.some(([session, owner]) => session === id && owner > claimed.owner)) return claimed;
    this.sessions.set(id, { owner: claimed.owner, user: claimed.user });
    if (!this.kicks.slice(before).some(([kicked]) => kicked === claimed.user)) return claimed;
    await this.end(id);
    return undefined;
  }

  /** As the owner that it believes to be. */
  write(id: string, changes: SessionChanges, owner = this.owner(id)): Promise<void> {
    if (changes.user !== undefined) this.sessions.set(id, { owner, user: changes.user });
    return this.engine.writeSession(id, owner, changes);
  }

  end(id: string): Promise<void> {
    const owner = this.owner(id);
    this.sessions.delete(id);
    return this.engine.endSession(id, owner);
  }

  async enter(source: string, session: string, owner = 1, user = 'ada'): Promise<void> {
    const [greeting, farewell] = ['hello', 'bye'].map((word) => ({ body: `${word} ${inJson(user)}` }));
    const member = { session, owner, user, info: `"${session} ${owner}"`, farewell };
    await this.engine.enter(source, member, greeting);
  }

  /** The sessions that are present. */
  async present(source: string): Promise<string[]> {
    return (await this.engine.members(source)).map(({ session }) => session);
  }

  // What it is told

  deliver(source: string, entry: Entry): void {
    this.delivered.push([source, entry]);
  }

  moved(source: string): void {
    throw new Error(`Nothing was lost, and "${source}" goes on in another generation`);
  }

  flash(sources: readonly string[], { body }: NewEntry): void {
    this.flashed.push([sources, body]);
  }

  fenced(session: string, owner: number): void {
    this.fences.push([session, owner]);
    const known = this.sessions.get(session);
    if (known !== undefined && known.owner < owner) this.sessions.delete(session);
  }

  kicked(user: string, reason: string): void {
    this.kicks.push([user, reason]);
    for (const [id, session] of this.sessions) {
      // A test asks the engine what has become of it.
      if (session.user === user) this.end(id).catch(nothing);
    }
  }

  async revalidate(): Promise<void> {
    // Its sessions are written by the tests.
  }

  async receive(session: string, { body }: NewEntry): Promise<boolean> {
    if (!this.sessions.has(session)) return false;
    this.received.push([session, body]);
    return this.answer();
  }

  // What it remembers

  entries(source: string): Entry[] {
    return this.delivered.flatMap(([name, entry]) => (name === source && !isMark(entry) ? [entry] : []));
  }

  bodies(source: string): (string | undefined)[] {
    return this.entries(source).map(({ body }) => body);
  }

  hasMark(source: string, mark: string): boolean {
    return this.delivered.some(([name, { body }]) => name === source && body === mark);
  }

  private owner(id: string): number {
    const session = this.sessions.get(id);
    if (session === undefined) throw new Error(`The node "${this.id}" has no session "${id}"`);
    return session.owner;
  }
}

export function proofOf(session: string): string {
  return `proof of ${session}`;
}

/** A text as it stands in the JSON of a body: on one line. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** What a test appends to know that everything before it has come. */
export function markOf(number: number): string {
  return `mark ${number}`;
}

function isMark({ body }: Entry): boolean {
  return body?.startsWith('mark ') === true;
}

function nothing(): void {}
