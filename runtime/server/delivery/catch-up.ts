import type { Events } from '../../../src/events.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, Page, PageLimits } from '../engine/engine.js';
import type { Backlog } from './backlogs.js';
import { EntryFrames } from './entry-frames.js';
import type { Followings } from './followings.js';
import type { Departure } from './groups.js';
import { isRetryable, type Pauses } from './pauses.js';
import type { Outlet, Session } from './session.js';
import { clientName } from './sources.js';

/** What is read of a source at once: a slow connection is filled by no more than this beyond its limit. */
const page: PageLimits = { entries: 100, bytes: 65_536 };

/**
 * Works off what sessions have missed: first the session's own source, then the shared ones from the engine's logs, page by
 * page and only while the connection takes it, until each is live again.
 */
export class CatchUp {
  /** Sessions for which a page is being read. */
  private readonly busy = new Set<Session>();

  constructor(
    private readonly engine: Engine,
    private readonly followings: Followings,
    private readonly events: Events,
    private readonly pauses: Pauses,
    /** Told when a session's stretch of a group begins anew behind a gap. */
    private readonly moved: (session: Session, source: string) => void,
  ) {}

  /** Goes on with a session: it has a new connection, or its connection takes more again. */
  run(session: Session): void {
    if (this.busy.has(session)) return;
    if (!session.catchUp(() => this.reportGap(session, '', 'expired'))) return;
    for (let backlog = session.backlogs.first; backlog !== undefined; backlog = session.backlogs.first) {
      const line = session.connection;
      if (line === undefined || !session.hasRoom) return;
      const more = this.next(session, backlog, line);
      if (more instanceof Promise) {
        this.busy.add(session);
        void more.then(() => {
          this.busy.delete(session);
          // Whatever connection it has by now.
          this.run(session);
        });
        return;
      }
    }
  }

  /** One page of one source. */
  private next(session: Session, backlog: Backlog, line: Outlet): void | Promise<void> {
    const { source, span, end } = backlog;
    if (span === undefined || end === 'forgotten') return this.gap(session, backlog, 'unknown');
    if (backlog.cursor === undefined) {
      if (span.beginsWithGap || backlog.isAstray) this.tellGap(session, source, 'unknown');
      const beginning = span.beginning ?? this.followings.head(source);
      if (beginning === undefined) return session.backlogs.done(backlog);
      this.place(session, backlog, beginning);
    }
    const cursor = backlog.cursor as Position;
    const goal = end === undefined ? this.followings.head(source) : end.until;
    if (goal === undefined || isSame(cursor, goal) || (end !== undefined && isAhead(cursor, goal)))
      return this.finish(session, backlog);
    const read = this.engine.range(source, cursor, page);
    if (!(read instanceof Promise)) return this.send(session, backlog, line, read);
    return read.then(
      (answer) => this.send(session, backlog, line, answer),
      (error: unknown) => this.failed(session, backlog, line, error),
    );
  }

  private send(session: Session, backlog: Backlog, line: Outlet, read: Page): void {
    // Meanwhile the session may have ended, or have another connection, which has its own backlogs; or the source's
    // user may have gone.
    if (session.connection !== line || !session.backlogs.includes(backlog)) return;
    if ('gap' in read) return this.gap(session, backlog, read.gap);
    const { source, end } = backlog;
    // What stands behind the head has yet to be delivered, and is not to come twice.
    const goal = isEnded(end) ? end.until : this.followings.head(source);
    if (goal === undefined) return this.finish(session, backlog);
    let isBeyond = false;
    for (const entry of read.entries) {
      isBeyond = isAhead(entry.position, goal);
      if (isBeyond) break;
      const [generation, number] = entry.position;
      if (generation !== backlog.cursor?.[0]) this.place(session, backlog, [generation, number - 1]);
      const frame = new EntryFrames(entry, JSON.stringify(clientName(source))).for(session);
      if (frame !== undefined) line.send(frame);
      backlog.cursor = entry.position;
    }
    const cursor = backlog.cursor as Position;
    if (isSame(cursor, goal) || isAhead(cursor, goal)) return this.finish(session, backlog);
    if (read.entries.length > 0 && !isBeyond) return;
    // The source goes on in another generation, and nothing lies between.
    if (cursor[0] !== goal[0] && (isBeyond || read.head[0] === goal[0])) {
      if (!isEnded(end)) this.place(session, backlog, goal);
      return this.finish(session, backlog);
    }
    // What the engine does not tell it does not have: an entry that was delivered is in its log.
    this.gap(session, backlog, 'unknown');
  }

  /** The source is live again, or at its end. */
  private finish(session: Session, backlog: Backlog): void {
    session.backlogs.done(backlog);
    if (backlog.end !== undefined) session.control({ $left: clientName(backlog.source) });
  }

  /** What is missing will not come: the client is told before it is sent anything newer. */
  private gap(session: Session, backlog: Backlog, reason: string): void {
    this.tellGap(session, backlog.source, reason);
    if (backlog.end === undefined) {
      const head = this.followings.head(backlog.source);
      if (head !== undefined) {
        this.place(session, backlog, head);
        backlog.span?.gapped(head);
        this.moved(session, backlog.source);
      }
    }
    this.finish(session, backlog);
  }

  private tellGap(session: Session, source: string, reason: string): void {
    this.reportGap(session, source, reason);
    session.control({ $gap: { of: clientName(source), reason } });
  }

  private place(session: Session, backlog: Backlog, position: Position): void {
    session.control({ $of: clientName(backlog.source), $at: position });
    backlog.cursor = position;
  }

  private async failed(session: Session, backlog: Backlog, line: Outlet, error: unknown): Promise<void> {
    if (isRetryable(error) && !this.pauses.isOver) {
      await this.pauses.wait();
    } else if (session.connection === line && session.backlogs.includes(backlog)) {
      this.gap(session, backlog, 'unreadable');
    }
  }

  private reportGap(session: Session, source: string, reason: string): void {
    this.events.report('session.gap', { session: session.id, user: session.user.id, source, reason });
  }
}

function isEnded(end: Backlog['end']): end is Departure {
  return end !== undefined && end !== 'forgotten';
}

function isSame(one: Position, other: Position): boolean {
  return one[1] === other[1] && one[0] === other[0];
}

/** Whether `one` stands behind `other` in the same generation. */
function isAhead(one: Position, other: Position): boolean {
  return one[0] === other[0] && one[1] > other[1];
}
