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

  /** A membership as it was found in the record of a session that another process began. */
  async restore(session: Session, group: string, span: GroupSpan): Promise<void> {
    const { from, until, restart, presence } = span;
    if (until !== undefined) {
      session.groups.depart(group, new Span(from, restart), until);
      // The former owner may have been lost before the engine heard of it.
      this.departSurely(session, group);
      return;
    }
    const membership = session.groups.join(group, presence);
    await this.parts.followings.join(session, groupSource(group), () => {
      // Kicked, say, while the engine was asked: nobody would end what began now.
      if (session.hasEnded) this.parts.followings.leave(session, groupSource(group));
      else membership.span = new Span(from, restart);
    });
    if (!session.hasEnded) this.present(session);
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
    const restart = this.restartOf(session, group, span, until);
    const departure = session.groups.depart(group, span, until);
    const written = this.writeSpan(session, group, { from: span.from ?? until, until, ...restart });
    if (session.isAttached) {
      session.backlogs.end(source, departure);
      this.catchUp().run(session);
    }
    await written;
  }

  /** The session is another user's: nothing of its groups is to be sent any more, not even what was under way. */
  leaveAtOnce(session: Session): void {
    for (const [group, membership] of [...session.groups.memberships]) {
      const source = groupSource(group);
      this.depart(session, group, membership);
      session.groups.forget(group);
      if (membership.span !== undefined) this.parts.followings.leave(session, source);
      session.backlogs.drop(source);
      void this.writeSpan(session, group, null);
      session.control({ $left: clientName(source) });
    }
    for (const { group } of session.groups.departures) {
      session.backlogs.drop(groupSource(group));
      void this.writeSpan(session, group, null);
    }
    session.groups.forgetDepartures();
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
    for (const { entered } of session.groups.memberships.values()) {
      if (entered) return this.graces.set(session);
    }
  }

  /** A gap has moved the beginning of a group's span. */
  moved(session: Session, source: string): void {
    const group = groupOf(source);
    const membership = group === undefined ? undefined : session.groups.membership(group);
    if (group !== undefined && membership !== undefined) void this.write(session, group, membership);
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
    await Promise.all([this.write(session, group, membership), this.enter(session, group, membership)]);
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
    const { info, greeting, farewell } = presence;
    const member: Member = { session: session.id, user: session.user.id, info, farewell };
    try {
      await this.parts.engine.enter(groupSource(group), member, greeting);
    } catch (error) {
      membership.entered = false;
      throw error;
    }
  }

  private enterSurely(session: Session, group: string, membership: Membership): void {
    const isWanted = () =>
      session.isAttached && !membership.entered && session.groups.membership(group) === membership;
    this.insist(session, () => this.enter(session, group, membership), isWanted);
  }

  private depart(session: Session, group: string, membership: Membership): void {
    if (!membership.entered) return;
    membership.entered = false;
    this.departSurely(session, group);
  }

  private departSurely(session: Session, group: string): void {
    const isWanted = () => !this.elsewhere.has(session) && session.groups.membership(group)?.entered !== true;
    this.insist(session, () => this.parts.engine.depart(groupSource(group), session.id), isWanted);
  }

  /** Who is present is said until the engine has heard it, or something else is so. */
  private insist(session: Session, ask: () => Promise<void>, isWanted: () => boolean): void {
    this.parts.pauses.insist(ask, isWanted).catch((error: unknown) => {
      if (isWanted()) this.parts.failed(session, error);
    });
  }

  private write(session: Session, group: string, { span, presence }: Membership): Promise<void> {
    if (span?.from === undefined) return Promise.resolve();
    const restart = this.restartOf(session, group, span, span.from);
    return this.writeSpan(session, group, { from: span.from, ...restart, ...(presence && { presence }) });
  }

  /** The record has room for one span of a group: of an earlier one that may not be done with, a gap will have to tell. */
  private restartOf(session: Session, group: string, span: Span, from: Position): { restart?: Position } {
    const restart = session.groups.hasDeparted(group) ? (span.beginning ?? from) : span.restart;
    return restart === undefined ? {} : { restart };
  }

  /** A failure is told by the writer; whoever joined is told as well. */
  private writeSpan(session: Session, group: string, span: GroupSpan | null): Promise<void> {
    const written = this.parts.writer.group(session, group, span);
    written?.catch(ignore);
    return written ?? Promise.resolve();
  }
}

function ignore(): void {}
