import type { DeadlineLine, Deadlines } from '../../../src/deadlines.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, GroupSpan, Member, PresenceFacts } from '../engine/engine.js';
import type { CatchUp } from './catch-up.js';
import type { Followings } from './followings.js';
import type { Membership } from './groups.js';
import type { Pauses } from './pauses.js';
import type { Session } from './session.js';
import type { SessionWriter } from './session-writer.js';
import { clientName, groupOf, groupSource } from './sources.js';
import { Span } from './span.js';

/** What memberships are carried out with. */
export interface MembershipParts {
  readonly engine: Engine;
  readonly followings: Followings;
  readonly writer: SessionWriter;
  readonly deadlines: Deadlines;
  readonly pauses: Pauses;
  /** Milliseconds for which a session without a connection counts as present. */
  readonly grace: number;
  /** Told of a presence that could not be noted. */
  failed(session: Session, error: unknown): void;
}

/** Which session is in which group, and who of them is present: joins, departures, and what a lost connection means. */
export class Memberships {
  /** Present sessions without a connection. */
  private readonly graces: DeadlineLine<Session>;
  /** Sessions that another node has now: who is present of them is for that one to say. */
  private readonly elsewhere = new WeakSet<Session>();

  constructor(
    private readonly parts: MembershipParts,
    private readonly catchUp: () => CatchUp,
  ) {
    this.graces = parts.deadlines.line(parts.grace, (session) => this.absent(session));
  }

  /** Settles when the session follows the group, and that is written down. */
  async join(session: Session, group: string, presence: PresenceFacts | undefined): Promise<void> {
    const existing = session.groups.membership(group);
    if (existing === undefined) {
      const membership = session.groups.join(group, presence);
      membership.ready = this.follow(session, group, membership);
      return membership.ready;
    }
    if (presence === undefined) return existing.ready;
    existing.presence = presence;
    existing.entered = false;
    await existing.ready;
    await this.settle(session, group, existing);
  }

  /**
   * Groups as they were found in the record of a session that another process began. Settles when those that it has not
   * left are followed.
   */
  async restore(session: Session, groups: Readonly<Record<string, readonly GroupSpan[]>>): Promise<void> {
    const isWanted = () => !session.hasEnded;
    const joined: [group: string, span: Span][] = [];
    // All that is known, at once: it may have to be written down anew at any moment.
    for (const [group, spans] of Object.entries(groups)) {
      for (const { from, until, restart, presence } of spans) {
        const span = new Span(from, restart);
        if (until !== undefined) session.groups.depart(group, span, until);
        else {
          session.groups.join(group, presence).span = span;
          joined.push([group, span]);
        }
      }
      // The former owner may have been lost before the engine heard of it.
      if (session.groups.membership(group) === undefined) this.departSurely(session, group);
    }
    for (const [group, span] of joined) {
      const source = groupSource(group);
      const follow = () =>
        this.parts.followings.join(session, source, ([generation]) => span.goesOn(generation));
      // The session is this node's now: if it ended here because the engine is away for a moment, it would be lost.
      await this.parts.pauses.insist(follow, isWanted);
      // Kicked, say, while the engine was asked: nobody would end what began now.
      if (session.hasEnded) this.parts.followings.leave(session, source);
    }
  }

  /**
   * The session gets nothing more of the group; what it was to get until now still comes. Settles when that is
   * written down: another node that takes the session over finds it so.
   */
  async leave(session: Session, group: string): Promise<void> {
    const membership = session.groups.membership(group);
    if (membership === undefined) return;
    const source = groupSource(group);
    const until = this.parts.followings.head(source);
    const { span } = membership;
    this.depart(session, group, membership);
    session.groups.forget(group);
    // A join that is under way finds that it is not wanted any more.
    if (span === undefined || until === undefined) return;
    this.parts.followings.leave(session, source);
    if (session.dialect === 'plain') return;
    const departure = session.groups.depart(group, span, until);
    const written = this.write(session, group);
    const forgotten = session.groups.forgetOldest();
    if (forgotten !== undefined) void this.write(session, forgotten);
    if (session.isAttached) {
      session.backlogs.end(source, departure);
      this.catchUp().run(session);
    }
    await written;
  }

  /** The session is another user's: nothing of its groups is to be sent any more, not even what was under way. */
  leaveAtOnce(session: Session): void {
    const names = session.groups.names();
    for (const [group, membership] of [...session.groups.memberships]) {
      const source = groupSource(group);
      this.depart(session, group, membership);
      session.groups.forget(group);
      if (membership.span !== undefined) this.parts.followings.leave(session, source);
      session.control({ $left: clientName(source) });
    }
    session.groups.forgetDepartures();
    for (const group of names) {
      session.backlogs.drop(groupSource(group));
      void this.write(session, group);
    }
  }

  /** The session is over, here. @param goesOn elsewhere, where it stays present */
  end(session: Session, goesOn: boolean): void {
    this.graces.clear(session);
    if (goesOn) this.elsewhere.add(session);
    for (const [group, membership] of session.groups.memberships) {
      if (!goesOn) this.depart(session, group, membership);
      if (membership.span !== undefined) this.parts.followings.leave(session, groupSource(group));
    }
  }

  /** The session has a connection again: where it counted as gone, it enters anew. */
  present(session: Session): void {
    this.graces.clear(session);
    for (const [group, membership] of session.groups.memberships) {
      if (membership.span !== undefined && !membership.entered) this.enterSurely(session, group, membership);
    }
  }

  /** Its connection is lost: it is gone when the grace period is over. */
  lost(session: Session): void {
    for (const { presence } of session.groups.memberships.values())
      if (presence !== undefined) return this.graces.set(session);
  }

  /** The engine may have lost who is present: those who are enter again. */
  enterAgain(session: Session): void {
    for (const [group, membership] of session.groups.memberships) {
      if (!membership.entered) continue;
      membership.entered = false;
      this.enterSurely(session, group, membership);
    }
  }

  /** A gap has moved the beginning of a group's span. */
  moved(session: Session, source: string): void {
    const group = groupOf(source);
    if (group !== undefined && session.groups.membership(group) !== undefined)
      void this.write(session, group);
  }

  private async follow(session: Session, group: string, membership: Membership): Promise<void> {
    const { followings } = this.parts;
    const source = groupSource(group);
    try {
      await followings.join(session, source, (head) => {
        const current = session.groups.membership(group);
        // Left, or over, while the engine was asked: at once, or it would get what it is not meant to get. A join
        // that was made since stands.
        if (session.hasEnded || current === undefined) followings.leave(session, source);
        if (session.hasEnded || current !== membership) return;
        membership.span = new Span(head);
        this.begin(session, source, membership.span, head);
      });
    } catch (error) {
      if (session.groups.membership(group) === membership) session.groups.forget(group);
      throw error;
    }
    await this.settle(session, group, membership);
  }

  /** Writes a membership down. One that was left while it began is left: written now, it would come back with the next owner. */
  private async settle(session: Session, group: string, membership: Membership): Promise<void> {
    if (membership.span === undefined || session.groups.membership(group) !== membership) return;
    await Promise.all([this.write(session, group), this.enter(session, group, membership)]);
  }

  /** Tells the client where it begins: behind the end of an earlier span, if that is still to be told. */
  private begin(session: Session, source: string, span: Span, head: Position): void {
    if (!session.isAttached) return;
    if (session.backlogs.isEnding(source))
      session.backlogs.add({ source, cursor: undefined, span, end: undefined });
    else session.control({ $of: clientName(source), $at: head });
  }

  private absent(session: Session): void {
    for (const [group, membership] of session.groups.memberships) this.depart(session, group, membership);
  }

  private async enter(session: Session, group: string, membership: Membership): Promise<void> {
    const { presence } = membership;
    if (presence === undefined || membership.entered) return;
    membership.entered = true;
    membership.asked += 1;
    const { asked } = membership;
    const { info, greeting, farewell } = presence;
    const { id, owner, user } = session;
    const member: Member = { session: id, owner, user: user.id, info, farewell };
    let isDone = false;
    try {
      await this.parts.engine.enter(groupSource(group), member, greeting);
      isDone = true;
    } finally {
      if (membership.asked === asked) {
        // It may have been done behind the departure that was asked for meanwhile.
        if (!membership.entered) this.departSurely(session, group);
        membership.entered &&= isDone;
      }
    }
  }

  private enterSurely(session: Session, group: string, membership: Membership): void {
    const isWanted = () =>
      !membership.entered && session.groups.membership(group) === membership && this.counts(session);
    this.insist(session, () => this.enter(session, group, membership), isWanted);
  }

  /** Also where it is not known whether it entered: who is not present departs from nowhere. */
  private depart(session: Session, group: string, membership: Membership): void {
    if (membership.presence === undefined) return;
    membership.entered = false;
    this.departSurely(session, group);
  }

  private departSurely(session: Session, group: string): void {
    const { engine } = this.parts;
    const isWanted = () => !this.elsewhere.has(session) && session.groups.membership(group)?.entered !== true;
    this.insist(session, () => engine.depart(groupSource(group), session.id, session.owner), isWanted);
  }

  /** Whether a session counts as present: it has a connection, or had one just now. */
  private counts(session: Session): boolean {
    return session.isAttached || this.graces.has(session);
  }

  /** Who is present is said until the engine has heard it, or something else is so. */
  private insist(session: Session, ask: () => Promise<void>, isWanted: () => boolean): void {
    if (!isWanted()) return;
    this.parts.pauses.insist(ask, isWanted).catch((error: unknown) => {
      if (isWanted()) this.parts.failed(session, error);
    });
  }

  /** A failure is told by the writer; whoever joined is told as well. */
  private write(session: Session, group: string): Promise<void> {
    const written = this.parts.writer.group(session, group);
    written?.catch(ignore);
    return written ?? Promise.resolve();
  }
}

function ignore(): void {}
