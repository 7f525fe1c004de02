import type { Clock } from '../../../src/clock.js';
import type { Events } from '../../../src/events.js';
import type { Position } from '../../../src/protocol/positions.js';

/**
 * What nodes share, and what outlives a node: the numbered logs of the sources that more than one session
 * may follow (`user:ID`, `group:NAME`, `all`), the records of sessions, and who is present in groups. One
 * process keeps them in memory or in a file; several share them through a server.
 *
 * Generations are never shared by two sources: a position of one means nothing in another.
 *
 * An engine that cannot be reached rejects with a retryable `RocketError` (`unavailable`): what was asked
 * may or may not have been done, and may be asked again with the same arguments; every write is idempotent.
 * One suite holds every engine to what is written here: `spec/runtime/server/engine/conformance.ts`.
 */
export interface Engine {
  /**
   * Whether sessions can be claimed by another node or after a restart. Where not, a node need neither open
   * nor write them: they end with it.
   */
  readonly outlives: boolean;
  /** What keeps it from its work just now, as a sentence for operators; undefined: nothing. */
  readonly trouble: string | undefined;
  /** Before anything else, once. */
  start(node: EngineNode, settings: EngineSettings): Promise<void>;
  /** Ends following, settles or rejects what is under way, lets go of timers, files and sockets. Safe to call twice. */
  stop(): Promise<void>;
  /**
   * Whether what the node knows of its sessions can be relied on. Undefined: it can. A process that stood still for longer
   * than others wait for it may have lost sessions without having been told: the promise settles when it has been
   * (`EngineNode.fenced`), and does not reject. Asked before anything that comes from a client is handled, and costs next to nothing.
   */
  certainty(): Promise<void> | undefined;

  // Sources

  /**
   * Gives entries the next places of a source: consecutive, and in one generation. When it settles, they are in
   * the log and every node that follows has them or will get them; the appending node may have been handed
   * them before. When it rejects with an error that is not retryable, they have no place and never will.
   *
   * Synchronous where the engine need not ask anybody, so that nothing is allocated for an answer that is there.
   *
   * @param number the node's own number of this append, rising over all that the node appends. The last one
   * of a source again is answered as it was and appends nothing; a lower one is refused as `conflict`, which is
   * not retryable. The node has one append of a source under way at a time.
   * @returns the position of the last entry.
   */
  append(source: string, entries: readonly NewEntry[], number: number): Position | Promise<Position>;
  /** Hands an entry to all nodes that follow any of the sources and can be reached now; it has no place and is never seen again. */
  publish(sources: readonly string[], entry: NewEntry): void;
  /**
   * The entries behind `after`, in order, up to the limits (at least one, if there is any), or the reason why they
   * cannot be told without a hole. A superseded entry keeps its place and has no body.
   *
   * A source is kept while any node follows it and for the window afterwards; of its entries the newest, within
   * `history` and no older than the window.
   */
  range(source: string, after: Position, limits: PageLimits): Page | Promise<Page>;
  /**
   * Begins to deliver a source to this node: each entry behind the returned head, once and in order. Entries may
   * be delivered before it settles. The caller follows a source once, and not while an `unfollow` of it
   * has not returned.
   */
  follow(source: string): Promise<Position>;
  unfollow(source: string): void;

  // Sessions

  /**
   * Makes a session known with this node as its owner: a new one, or one whose record the engine has lost. The node follows the
   * source of its user.
   *
   * @throws RocketError `conflict`, not retryable: another node owns it by now, or it has ended.
   */
  openSession(id: string, facts: SessionFacts): Promise<void>;
  /**
   * Makes this node the session's owner, whoever owned it before. When it settles, no write of an earlier owner
   * succeeds any more, and an earlier owner that lives has been or will be told (`EngineNode.fenced`).
   *
   * @param user who is believed to have it: this node follows the source of that user already, so that a kick from now on
   * reaches it (`EngineNode.kicked`).
   * @returns undefined where there is no such session, it has ended, its window has passed, its user was kicked, or the
   * proof is another.
   */
  claimSession(id: string, proof: string, user: string): Promise<ClaimedSession | undefined>;
  /**
   * Writes down what has happened in a session. Writing the same again changes nothing.
   *
   * @throws RocketError `conflict`, not retryable: another owner has the session, or it has ended; `not_found`, not
   * retryable: the engine has lost the record, which is to be opened again and written whole.
   */
  writeSession(id: string, owner: number, changes: SessionChanges): Promise<void>;
  /**
   * The session is over: it cannot be claimed any more, and is present nowhere, as after a kick or when its window has
   * passed. Only its owner can end it; from another this does nothing.
   */
  endSession(id: string, owner: number): Promise<void>;
  /**
   * Sends to a session by way of its owner; where that node is gone, the entry joins the record, behind all
   * others and under a new owner's generation.
   *
   * @returns false where there is no such session.
   * @throws RocketError `unavailable` where it was not sent; `outcome_unknown`, not retryable, where it was and no answer came: sent
   * again, it might be there twice.
   */
  toSession(id: string, entry: NewEntry): Promise<boolean>;
  /**
   * Ends all sessions that a user has, wherever they are: none can be claimed once it settles, and the nodes that follow the
   * user's source are told (`EngineNode.kicked`).
   */
  kick(user: string, reason: string): Promise<void>;

  // Presence

  /**
   * Notes that a session is present in a source. If nobody of its user was, `greeting` is appended to the source in the
   * same step, so that greetings and farewells alternate, in order, among the source's entries. Entering again
   * replaces what was noted. Where a node dies, its members depart when its lease ends.
   */
  enter(source: string, member: Member, greeting: NewEntry | undefined): Promise<void>;
  /**
   * The session is not present any more; if it was the last of its user, its farewell is appended in the same step. Nothing
   * happens where a later owner has entered since.
   */
  depart(source: string, session: string, owner: number): Promise<void>;
  /** Who is present, a session each, in the order of entering. */
  members(source: string): Promise<readonly Member[]>;
}

export interface EngineSettings {
  readonly clock: Clock;
  /** Milliseconds for which a lost session can be resumed, and entries are kept. */
  readonly window: number;
  /** What is kept of each source at the most. */
  readonly history: HistoryLimits;
  /** Where the engine reports what operators should know. */
  readonly events: Events;
}

export interface HistoryLimits {
  readonly entries: number;
  /** Of bodies, counted in UTF-16 units. */
  readonly bytes: number;
}

/** The node as the engine sees it. Nothing of it may throw. */
export interface EngineNode {
  /** Unique among nodes and over restarts. */
  readonly id: string;
  deliver(source: string, entry: Entry): void;
  /**
   * A source that the node follows goes on behind `head`, in another generation: what is shared has lost entries, or may
   * have. Whoever follows it asks `range` whether anything is missing.
   */
  moved(source: string, head: Position): void;
  /** A volatile entry, once, for whoever follows any of the sources. */
  flash(sources: readonly string[], entry: NewEntry): void;
  /**
   * Another node has taken the session over, as the owner of this number: if this node has it as an earlier one, it is to be let go
   * of at once, and nothing of it can be written.
   */
  fenced(session: string, owner: number): void;
  /** The sessions that the user has here are over. */
  kicked(user: string, reason: string): void;
  /**
   * What was written of sessions may be gone, or a session another node's by now: each is written again, and presences are
   * noted again. Settles when it is known of each session whether it is still this node's. Does not reject.
   */
  revalidate(): Promise<void>;
  /** An entry for a session that this node owns. @returns false where it does not, or the session is over. Rejects as `append` does. */
  receive(session: string, entry: NewEntry): Promise<boolean>;
}

export interface NewEntry {
  /** The calls as JSON on one line, without the outer braces: `"Song.index":{…}`. */
  readonly body: string;
  /** Ids of sessions for which the entry is a position and nothing more. */
  readonly except?: readonly string[];
  /** Places the same message has in other sources: who was given it there is given a position and nothing more here. */
  readonly also?: Readonly<Record<string, Position>>;
  /** Of an entry for a session (`toSession`): for a living owner to send now, or nobody; it joins no record. */
  readonly volatile?: true;
  /** Supersedes all earlier entries of its source with the same key. */
  readonly key?: string;
}

export interface Entry extends Omit<NewEntry, 'body'> {
  readonly position: Position;
  /** Undefined: superseded, a position and nothing more. */
  readonly body: string | undefined;
}

/** Whichever is reached first ends a page. */
export type PageLimits = HistoryLimits;

export type Page =
  | {
      readonly entries: readonly Entry[];
      /** Where the source stood when the page was read: behind the last entry there is more. */
      readonly head: Position;
    }
  | { readonly gap: GapReason };

/** `expired`: no longer kept. `unknown`: of another generation, or a place that was never given. */
export type GapReason = 'expired' | 'unknown';

export interface SessionFacts {
  /** 1 for a new session. */
  readonly owner: number;
  /** What proves that somebody may claim it: a hash, never the secret. */
  readonly proof: string;
  /** The user's id. */
  readonly user: string;
}

/** What has happened in a session since the last write; everything is absolute, so that it can be written again. */
export interface SessionChanges {
  readonly user?: string;
  /** Of the session's own source, behind those that were written. */
  readonly entries?: readonly Entry[];
  readonly results?: readonly StoredResult[];
  /** The highest call id seen. */
  readonly lastCall?: number;
  /**
   * What the client has handled and need not be kept: entries up to a position, which is `base` from then on unless a later one is,
   * and results up to a call.
   */
  readonly handled?: { readonly position: Position; readonly calls: number };
  /** Group → the stretches in which it was followed and may have to be told of, in order; none: forget it. */
  readonly groups?: Readonly<Record<string, readonly GroupSpan[]>>;
}

export interface StoredResult {
  readonly call: number;
  /** The final reply as it was sent. */
  readonly frame: string;
}

/** A stretch of a group's source that a session follows: behind `from`, up to and with `until`; undefined: still. */
export interface GroupSpan {
  readonly from: Position;
  readonly until?: Position;
  /** The client may have missed something before here: where it cannot say that it was here, it is told of a gap. */
  readonly restart?: Position;
  /** How the session is present there; undefined: it only follows. */
  readonly presence?: PresenceFacts;
}

export interface PresenceFacts {
  /** What others may know of the session, as JSON. */
  readonly info: string;
  readonly greeting: NewEntry | undefined;
  readonly farewell: NewEntry | undefined;
}

/** A session as its new owner finds it. */
export interface ClaimedSession extends Required<Omit<SessionChanges, 'handled' | 'groups'>> {
  /** How often the session has been owned, this time included: the generation of its own source from now on. */
  readonly owner: number;
  /** The newest place of its own source that is no longer kept. */
  readonly base: Position;
  readonly groups: Readonly<Record<string, readonly GroupSpan[]>>;
}

export interface Member {
  readonly session: string;
  /** Which owner of the session says so: one that is behind another changes nothing. */
  readonly owner: number;
  readonly user: string;
  /** What others may know of it, as JSON. */
  readonly info: string;
  /** What is appended when the user's last session departs. */
  readonly farewell: NewEntry | undefined;
}
