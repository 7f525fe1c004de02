import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, Entry, NewEntry } from '../engine/engine.js';
import { SharedFrame } from '../sockets/shared-frame.js';
import { EntryFrames } from './entry-frames.js';
import type { Session } from './session.js';
import { clientName } from './sources.js';

/** A source that is followed until `release`, whether or not a session follows it. */
export interface Hold {
  /** Makes a session a follower, in this very turn. @returns the baseline: it is given every entry behind it */
  join(session: Session): Position;
  /** Safe to call twice. */
  release(): void;
}

/**
 * Which sessions of this node follow which source. The node follows a source at the engine while at
 * least one of its sessions does, or is about to.
 */
export class Followings {
  private readonly bySource = new Map<string, Following>();

  constructor(
    private readonly engine: Engine,
    /** Told of a session that may have missed something of a source, and has a backlog of it. */
    private readonly fellBehind: (session: Session) => void,
  ) {}

  /** Settles when the node follows a source: from then on nothing that is said by way of it passes this node by. */
  async hold(source: string): Promise<Hold> {
    const following = this.bySource.get(source) ?? this.follow(source);
    following.holds += 1;
    let isHeld = true;
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      following.holds -= 1;
      this.endIfUnused(source, following);
    };
    try {
      await following.ready;
    } catch (error) {
      release();
      throw error;
    }
    const join = (session: Session) => {
      following.sessions.add(session);
      return following.head as Position;
    };
    return { join, release };
  }

  /**
   * Makes a session follow a source. `joined` is called with the baseline in the very turn in which the
   * session becomes a follower: whatever it sends then precedes every entry, and no entry behind
   * the baseline is missed.
   */
  async join(session: Session, source: string, joined: (baseline: Position) => void): Promise<void> {
    const hold = await this.hold(source);
    joined(hold.join(session));
    hold.release();
  }

  leave(session: Session, source: string): void {
    const following = this.bySource.get(source);
    if (following === undefined) return;
    following.sessions.delete(session);
    this.endIfUnused(source, following);
  }

  /** Where a source that is followed stands. */
  head(source: string): Position | undefined {
    return this.bySource.get(source)?.head;
  }

  sessions(source: string): Iterable<Session> {
    return this.bySource.get(source)?.sessions ?? [];
  }

  /** Hands an entry to every session that follows its source. */
  deliver(source: string, entry: Entry): void {
    const following = this.bySource.get(source);
    if (following === undefined) return;
    const [generation, number] = entry.position;
    if (following.head !== undefined && following.head[0] !== generation)
      this.moved(source, [generation, number - 1]);
    const previous = following.head;
    following.head = entry.position;
    if (previous === undefined || following.sessions.size === 0) return;
    const frames = new EntryFrames(entry, following.clientName);
    for (const session of following.sessions) session.receive(source, frames, previous);
  }

  /** A source goes on behind `head`, in another generation: what its sessions have been sent may not be all that there was. */
  moved(source: string, head: Position): void {
    const following = this.bySource.get(source);
    if (following === undefined) return;
    const previous = following.head;
    following.head = head;
    if (previous === undefined) return;
    for (const session of [...following.sessions]) {
      session.moved(source, previous, head);
      this.fellBehind(session);
    }
  }

  /** Hands on what has no place: to whom it reaches now. */
  flash(sources: readonly string[], { body, except }: NewEntry): void {
    const frame = new SharedFrame(`{${body}}`);
    const told = sources.length > 1 ? new Set<Session>() : undefined;
    for (const source of sources) {
      for (const session of this.sessions(source)) {
        if (except?.includes(session.id) || told?.has(session)) continue;
        told?.add(session);
        session.flash(source, frame);
      }
    }
  }

  private follow(source: string): Following {
    const following = new Following(JSON.stringify(clientName(source)));
    this.bySource.set(source, following);
    following.ready = this.engine.follow(source).then(
      (baseline) => {
        // An entry may have come before the baseline did; it is the newer one then.
        following.head ??= baseline;
      },
      (error: unknown) => {
        if (this.bySource.get(source) === following) this.bySource.delete(source);
        throw error;
      },
    );
    return following;
  }

  private endIfUnused(source: string, following: Following): void {
    if (following.sessions.size > 0 || following.holds > 0) return;
    // One that could not be followed has been let go of already.
    if (this.bySource.get(source) !== following) return;
    this.bySource.delete(source);
    this.engine.unfollow(source);
  }
}

class Following {
  readonly sessions = new Set<Session>();
  /** Position of the newest entry known; undefined until the engine has said where the source stands. */
  head: Position | undefined;
  ready: Promise<void> = Promise.resolve();
  /** Who waits for `ready`, or for what comes behind it: the following must not end under them. */
  holds = 0;

  /** @param clientName as JSON. */
  constructor(readonly clientName: string) {}
}
