import type { Identity } from '../../../src/contract/register.js';
import type { DeadlineLine, Deadlines } from '../../../src/deadlines.js';
import type { Events } from '../../../src/events.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';
import type { Dialect, Resume } from '../../../src/protocol/frames.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { ClaimedSession, Engine } from '../engine/engine.js';
import type { CatchUp } from './catch-up.js';
import { Claim } from './claim.js';
import type { Followings, Hold } from './followings.js';
import { type EndReason, goodbyes, takenOver } from './goodbyes.js';
import type { Memberships } from './memberships.js';
import type { Pauses } from './pauses.js';
import { missedBy } from './resume.js';
import { type Outlet, Session, type SessionLimits, type SessionStart } from './session.js';
import { SessionUser, type UserDelegate } from './session-user.js';
import type { SessionWriter } from './session-writer.js';
import { clientName, everyone, userSource } from './sources.js';
import { Span } from './span.js';

/** Milliseconds for which an engine that is away is waited for while a client waits for its welcome. */
const patience = 5_000;

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
  /** Claims under way, by session and proof: two connections that bring one session are to find one. */
  private readonly claims = new Map<string, Claim>();
  /** Sessions that are being opened or restored, and may not follow their user yet. */
  private readonly beginning = new Set<Session>();
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

  /**
   * Whether it is certain which sessions are this node's; undefined: it is. Asked before anything that comes from a client is
   * done: what it settles may be that a session is another's by now. Does not reject.
   */
  certainty(): Promise<void> | undefined {
    return this.parts.engine.certainty();
  }

  all(): Iterable<Session> {
    return this.byId.values();
  }

  get(id: string): Session | undefined {
    return this.byId.get(id);
  }

  /**
   * A new session without a connection, following its user and everyone. An engine that is away is waited for.
   *
   * @param isWanted whether there is still somebody to wait
   */
  async open(
    id: string,
    proof: string,
    dialect: Dialect,
    identity: Identity,
    isWanted: () => boolean = always,
  ): Promise<Session> {
    const session = this.create({ id, proof, dialect, owner: 1, base: ['1', 0] }, identity);
    const { engine, pauses } = this.parts;
    const isWorthWaiting = this.forAWhile(() => isWanted() && !session.hasEnded);
    const facts = { owner: 1, proof, user: identity.id };
    this.beginning.add(session);
    try {
      // From before the engine knows the session, a kick has to reach it.
      await this.holding(identity.id, isWorthWaiting, async () => {
        if (engine.outlives && dialect !== 'plain')
          await pauses.insist(() => engine.openSession(id, facts), isWorthWaiting);
        await pauses.insist(() => this.followShared(session, false), isWorthWaiting);
      });
    } catch (error) {
      this.end(session, 'failed');
      throw error;
    } finally {
      this.beginning.delete(session);
    }
    // It may have been opened behind its end.
    if (session.hasEnded) this.endAtEngine(session);
    return session;
  }

  /**
   * The session that a client wants to go on with: this node's, or taken over from another or from an earlier process. An
   * engine that is away is waited for.
   *
   * @param user who is believed to have it
   * @param isWanted whether there is still somebody to wait
   * @returns undefined where there is none, or the proof is another
   */
  async find(
    resume: Resume,
    proof: string,
    user: string,
    isWanted: () => boolean = always,
  ): Promise<Session | undefined> {
    const key = `${resume.session} ${proof}`;
    let claim = this.claims.get(key);
    if (claim === undefined) {
      // One that is being claimed is here before everything that belongs to it is.
      const here = this.byId.get(resume.session);
      if (here !== undefined) return here.proof === proof && here.dialect !== 'plain' ? here : undefined;
      if (!this.parts.engine.outlives) return undefined;
      claim = new Claim(resume.session, user);
      claim.session = this.claim(claim, proof, isWanted).finally(() => this.claims.delete(key));
      this.claims.set(key, claim);
    }
    const session = await claim.session;
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
    const { events, followings, memberships } = this.parts;
    this.windows.clear(session);
    memberships.end(session, reason === 'taken over');
    session.end();
    if (this.byId.get(session.id) === session) this.byId.delete(session.id);
    followings.leave(session, everyone);
    followings.leave(session, userSource(session.user.id));
    const goodbye = goodbyes[reason];
    if (goodbye !== undefined) line?.close(...goodbye);
    if (reason !== 'taken over') this.endAtEngine(session);
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

  /**
   * The same user again, as the authenticator knows it now, or another: what belonged to the former one is left.
   *
   * @throws RocketError where the engine is away for too long: then nothing has changed
   */
  async changeUser(session: Session, identity: Identity): Promise<void> {
    if (session.user.id === identity.id) {
      session.user = new SessionUser(session, identity, this.parts.users);
      return;
    }
    const { followings, memberships, writer } = this.parts;
    const isWorthWaiting = this.forAWhile(() => !session.hasEnded);
    // From before it is this user's, a kick has to reach it.
    await this.holding(identity.id, isWorthWaiting, (hold) => {
      const former = session.user;
      if (session.hasEnded) return;
      session.user = new SessionUser(session, identity, this.parts.users);
      if (former.id === identity.id) return;
      memberships.leaveAtOnce(session);
      session.forgetSent();
      const source = userSource(former.id);
      followings.leave(session, source);
      session.backlogs.drop(source);
      const head = hold.join(session);
      session.userSpan = new Span(head);
      session.control({ $of: 'user', $at: head });
      writer.touch(session);
    });
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

  /** Another node has taken it over, as the owner of this number. */
  fenced(id: string, owner: number): void {
    const session = this.byId.get(id);
    if (session !== undefined && session.owner < owner) this.end(session, 'taken over');
    for (const claim of this.claims.values())
      if (claim.id === id) claim.fencedBy = Math.max(claim.fencedBy, owner);
  }

  /** Nobody is to go on with the sessions that a user has here, those included that are being opened or claimed. */
  kicked(user: string, reason: string): void {
    const { followings } = this.parts;
    const sessions = [...followings.sessions(userSource(user)), ...this.beginning];
    for (const session of sessions) if (session.user.id === user) this.kick(session, reason);
    for (const claim of this.claims.values()) if (claim.user === user) claim.isKicked = true;
  }

  /** Writes every session again. Settles when it is known of each whether it is still this node's. Does not reject. */
  async revalidate(): Promise<void> {
    const { writer, memberships } = this.parts;
    const check = async (session: Session) => {
      await writer.check(session);
      if (!session.hasEnded) memberships.enterAgain(session);
    };
    await Promise.all([...this.byId.values()].map(check));
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

  private async claim(claim: Claim, proof: string, isWanted: () => boolean): Promise<Session | undefined> {
    const { id, user } = claim;
    const { engine, events, pauses } = this.parts;
    const isWorthWaiting = this.forAWhile(isWanted);
    // From before it is this node's, a kick has to reach it.
    return this.holding(user, isWorthWaiting, async () => {
      const claimed = await pauses.insist(() => engine.claimSession(id, proof, user), isWorthWaiting);
      if (claimed === undefined || this.stopped || claim.fencedBy > claimed.owner) return undefined;
      const { owner, base } = claimed;
      const session = this.create({ id, proof, dialect: 'rocket.v1', owner, base }, { id: claimed.user });
      // Kicks of that user may have passed this node by.
      if (claimed.user !== user) this.end(session, 'other user');
      else if (claim.isKicked) this.end(session, 'kicked');
      else await this.restore(session, claimed);
      if (session.hasEnded) return undefined;
      events.report('session.claimed', { session: id, user });
      return session;
    });
  }

  private async restore(session: Session, claimed: ClaimedSession): Promise<void> {
    for (const entry of claimed.entries) session.log.push(entry);
    for (const { call, frame } of claimed.results) session.ledger.finish(call, frame);
    session.ledger.lastCall = claimed.lastCall;
    const { memberships, pauses } = this.parts;
    const isWanted = () => !session.hasEnded;
    this.beginning.add(session);
    try {
      await Promise.all([
        memberships.restore(session, claimed.groups),
        // The session is this node's now: if it ended here because the engine is away for a moment, it would be lost.
        pauses.insist(() => this.followShared(session, true), isWanted),
      ]);
    } catch (error) {
      this.end(session, 'failed');
      throw error;
    } finally {
      this.beginning.delete(session);
    }
  }

  /** Runs something while the node follows the source of a user. */
  private async holding<Answer>(
    user: string,
    isWanted: () => boolean,
    run: (hold: Hold) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const { followings, pauses } = this.parts;
    const hold = await pauses.insist(() => followings.hold(userSource(user)), isWanted);
    try {
      return await run(hold);
    } finally {
      hold.release();
    }
  }

  /** Whether something is wanted, and has not been waited for as long as a client waits for its welcome. */
  private forAWhile(isWanted: () => boolean): () => boolean {
    const { clock } = this.parts.deadlines;
    const until = clock.now() + patience;
    return () => isWanted() && clock.now() < until;
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

  private endAtEngine(session: Session): void {
    const { engine, events, pauses } = this.parts;
    if (!engine.outlives || session.dialect === 'plain') return;
    const { id, owner } = session;
    // For as long as it takes: a record that is nobody's would be kept for as long as this node lives.
    pauses
      .insist(() => engine.endSession(id, owner), always)
      .catch((error: unknown) => events.report('session.unwritten', { session: id, error }));
  }
}

function always(): boolean {
  return true;
}
