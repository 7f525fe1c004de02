import type { Identity } from '../../../src/contract/register.js';
import type { DeadlineLine, Deadlines } from '../../../src/deadlines.js';
import type { Events, ServerEvents } from '../../../src/events.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';
import type { Dialect, Resume } from '../../../src/protocol/frames.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { ClaimedSession, Engine } from '../engine/engine.js';
import type { CatchUp } from './catch-up.js';
import type { Followings } from './followings.js';
import type { Memberships } from './memberships.js';
import type { Pauses } from './pauses.js';
import { missedBy } from './resume.js';
import { type Outlet, Session, type SessionLimits, type SessionStart } from './session.js';
import { SessionUser, type UserDelegate } from './session-user.js';
import type { SessionWriter } from './session-writer.js';
import { clientName, everyone, userSource } from './sources.js';
import { Span } from './span.js';

type EndReason = ServerEvents['session.ended']['reason'];

const takenOver = [closeCodes.takenOver, 'The session goes on in another connection'] as const;

/** What a connection is told that a session still has when it ends; of a kick the reason is the app's. */
const goodbyes: Partial<Record<EndReason, readonly [code: number, reason: string]>> = {
  'taken over': takenOver,
  'other user': takenOver,
  failed: [closeCodes.windowPassed, 'The session could not be kept'],
};

export interface SessionParts {
  readonly engine: Engine;
  readonly events: Events;
  readonly followings: Followings;
  readonly memberships: Memberships;
  readonly catchUp: CatchUp;
  readonly writer: SessionWriter;
  readonly users: UserDelegate;
  readonly deadlines: Deadlines;
  readonly pauses: Pauses;
  readonly limits: SessionLimits;
  /** Milliseconds for which a session without a connection can be resumed. */
  readonly window: number;
}

/** The life of sessions on this node: opened, found again, given a connection, lost, acknowledged, ended. */
export class Sessions {
  private readonly byId = new Map<string, Session>();
  /** Claims under way: two connections that bring one session are to find one. */
  private readonly claims = new Map<string, Promise<Session | undefined>>();
  /** Sessions whose user was kicked while they were claimed. */
  private readonly kickedClaims = new Set<string>();
  /** Sessions without a connection. */
  private readonly windows: DeadlineLine<Session>;
  private stopped = false;

  constructor(private readonly parts: SessionParts) {
    this.windows = parts.deadlines.line(parts.window, (session) => this.end(session, 'passed'));
  }

  /** How many there are, with and without a connection. */
  get size(): number {
    return this.byId.size;
  }

  all(): Iterable<Session> {
    return this.byId.values();
  }

  get(id: string): Session | undefined {
    return this.byId.get(id);
  }

  /** A new session without a connection, following its user and everyone. */
  async open(id: string, proof: string, dialect: Dialect, identity: Identity): Promise<Session> {
    const session = this.create({ id, proof, dialect, owner: 1, base: ['1', 0] }, identity);
    const { engine } = this.parts;
    try {
      if (engine.outlives && dialect !== 'plain') await engine.openSession(id, { proof, user: identity.id });
      await this.followShared(session, false);
    } catch (error) {
      this.end(session, 'failed');
      throw error;
    }
    return session;
  }

  /**
   * The session that a client wants to go on with: this node's, or taken over from another or from an earlier process.
   *
   * @returns undefined where there is none, or the proof is another
   */
  async find(resume: Resume, proof: string): Promise<Session | undefined> {
    const key = `${resume.session} ${proof}`;
    let claim = this.claims.get(key);
    if (claim === undefined) {
      // One that is being claimed is here before everything that belongs to it is.
      const here = this.byId.get(resume.session);
      if (here !== undefined) return here.proof === proof && here.dialect !== 'plain' ? here : undefined;
      if (!this.parts.engine.outlives) return undefined;
      claim = this.claim(resume, proof).finally(() => this.claimed(resume.session, key));
      this.claims.set(key, claim);
    }
    const session = await claim;
    return session?.hasEnded ? undefined : session;
  }

  /** Gives a session its connection; the one it had is closed at once. */
  attach(session: Session, line: Outlet, welcome: string | undefined, resume: Resume | undefined): void {
    const former = session.connection;
    session.detach();
    former?.close(...takenOver);
    this.windows.clear(session);
    if (resume !== undefined) {
      const { ledger } = session;
      // The client was last with another owner: of what it asked for there nobody knows how it ended.
      if (resume.seen['']?.[0] !== session.head[0])
        for (const id of resume.pending) ledger.lastCall = Math.max(ledger.lastCall, id);
      ledger.waitFor(resume.pending);
    }
    const { followings } = this.parts;
    const backlogs =
      resume === undefined ? [] : missedBy(session, resume, (source) => followings.head(source));
    session.attach(line, welcome, resume?.seen[''] ?? session.start, backlogs);
    this.parts.memberships.present(session);
    this.parts.catchUp.run(session);
  }

  /**
   * A connection of the session is gone: a `rocket.v1` session waits for another, a plain one is over.
   *
   * @returns whether it was the one that the session has now
   */
  lost(session: Session, line: Outlet): boolean {
    if (session.connection !== line) return false;
    session.detach();
    if (session.dialect === 'plain') this.end(session, 'closed');
    else this.waitForReturn(session);
    return true;
  }

  /** The session has no connection, and ends when its window has passed. */
  waitForReturn(session: Session): void {
    if (session.hasEnded || session.isAttached) return;
    this.windows.set(session);
    this.parts.memberships.lost(session);
  }

  end(session: Session, reason: EndReason): void {
    if (session.hasEnded) return;
    const line = session.connection;
    const { engine, events, followings, memberships } = this.parts;
    this.windows.clear(session);
    memberships.end(session, reason === 'taken over');
    session.end();
    if (this.byId.get(session.id) === session) this.byId.delete(session.id);
    followings.leave(session, everyone);
    followings.leave(session, userSource(session.user.id));
    const goodbye = goodbyes[reason];
    if (goodbye !== undefined) line?.close(...goodbye);
    if (reason !== 'taken over' && engine.outlives && session.dialect !== 'plain')
      engine.endSession(session.id, session.owner).catch((error: unknown) => this.unwritten(session, error));
    events.report('session.ended', { session: session.id, user: session.user.id, reason });
  }

  /** The client says what it has handled: positions of its sources, and calls up to an id. */
  acknowledge(session: Session, seen: Readonly<Record<string, Position>> | undefined, got?: number): void {
    const own = seen?.[''];
    if (own !== undefined && session.log.handled(own)) {
      session.handled = own;
      this.parts.writer.touch(session);
    }
    if (got !== undefined && got > session.ledger.handledUpTo) {
      session.ledger.handled(got);
      this.parts.writer.touch(session);
    }
  }

  /** The same user again, as the authenticator knows it now, or another: what belonged to the former one is left. */
  async changeUser(session: Session, identity: Identity): Promise<void> {
    const former = session.user;
    session.user = new SessionUser(session, identity, this.parts.users);
    if (former.id === identity.id) return;
    const { followings, memberships, writer } = this.parts;
    memberships.leaveAtOnce(session);
    session.forgetSent();
    const source = userSource(former.id);
    followings.leave(session, source);
    session.backlogs.drop(source);
    writer.touch(session);
    try {
      await followings.join(session, userSource(identity.id), (head) => {
        session.userSpan = new Span(head);
        session.control({ $of: 'user', $at: head });
      });
    } catch (error) {
      // It would miss what is sent to its user, and not be told.
      this.end(session, 'failed');
      throw error;
    }
    if (session.hasEnded || session.user.id !== identity.id)
      followings.leave(session, userSource(identity.id));
  }

  /**
   * Where each source of a session stands.
   *
   * @param resumed a client that is new to its session has yet to be sent what was transmitted before it was welcomed
   */
  at(session: Session, resumed: boolean): Record<string, Position> {
    const at: Record<string, Position> = { '': resumed ? session.head : session.start };
    for (const source of [userSource(session.user.id), everyone]) {
      const head = this.parts.followings.head(source);
      if (head !== undefined) at[clientName(source)] = head;
    }
    return at;
  }

  /** Another node has taken it over. */
  fenced(id: string): void {
    const session = this.byId.get(id);
    if (session !== undefined) this.end(session, 'taken over');
  }

  /** Nobody is to go on with it, wherever it is. */
  kicked(id: string, reason: string): void {
    const session = this.byId.get(id);
    if (session !== undefined) this.kick(session, reason);
    else if (this.isClaimed(id)) this.kickedClaims.add(id);
  }

  /** Ends a session that is here. @param reason what its client is told */
  kick(session: Session, reason: string): void {
    const line = session.connection;
    this.end(session, 'kicked');
    line?.close(session.dialect === 'plain' ? 1008 : closeCodes.kicked, reason);
  }

  /** What can go on elsewhere is let go of as it is; the rest is over. */
  stop(): void {
    this.stopped = true;
    for (const session of this.byId.values()) session.end();
    this.byId.clear();
  }

  private create(start: SessionStart, identity: Identity): Session {
    const { limits, writer, users } = this.parts;
    const session = new Session(start, limits, writer);
    session.user = new SessionUser(session, identity, users);
    this.byId.set(session.id, session);
    return session;
  }

  private async claim({ session: id }: Resume, proof: string): Promise<Session | undefined> {
    const claimed = await this.parts.engine.claimSession(id, proof);
    if (claimed === undefined || this.stopped || this.kickedClaims.has(id)) return undefined;
    const { owner, base, user } = claimed;
    const session = this.create({ id, proof, dialect: 'rocket.v1', owner, base }, { id: user });
    try {
      await this.restore(session, claimed);
    } catch (error) {
      this.end(session, 'failed');
      throw error;
    }
    this.parts.events.report('session.claimed', { session: id, user });
    return session;
  }

  private claimed(id: string, key: string): void {
    this.claims.delete(key);
    if (!this.isClaimed(id)) this.kickedClaims.delete(id);
  }

  private isClaimed(id: string): boolean {
    for (const key of this.claims.keys()) if (key.startsWith(`${id} `)) return true;
    return false;
  }

  private async restore(session: Session, claimed: ClaimedSession): Promise<void> {
    for (const entry of claimed.entries) session.log.push(entry);
    for (const { call, frame } of claimed.results) session.ledger.finish(call, frame);
    session.ledger.lastCall = claimed.lastCall;
    const { memberships, pauses } = this.parts;
    // The session is this node's now: if it ended here because the engine is away for a moment, it would be lost.
    const isWanted = () => !session.hasEnded;
    await pauses.insist(() => this.followShared(session, true), isWanted);
    for (const [group, span] of Object.entries(claimed.groups))
      await pauses.insist(() => memberships.restore(session, group, span), isWanted);
  }

  /** @param restored the session began elsewhere, and since when it follows them is not known. */
  private async followShared(session: Session, restored: boolean): Promise<void> {
    const { followings } = this.parts;
    const spanAt = (head: Position) => new Span(restored ? undefined : head);
    await followings.join(session, userSource(session.user.id), (head) => {
      session.userSpan = spanAt(head);
    });
    await followings.join(session, everyone, (head) => {
      session.everyoneSpan = spanAt(head);
    });
    if (!session.hasEnded) return;
    followings.leave(session, userSource(session.user.id));
    followings.leave(session, everyone);
  }

  private unwritten(session: Session, error: unknown): void {
    this.parts.events.report('session.unwritten', { session: session.id, error });
  }
}
