import type { Position } from '../../../src/protocol/positions.js';

/**
 * What nodes share: the numbered logs of the sources that more than one session may follow (`user:ID`,
 * `group:NAME`, `all`). One process keeps them in memory; several share them through a server.
 *
 * Guarantees:
 * - `append` gives each entry of a source its place: numbers are contiguous within a generation. A
 *   different generation means that continuity with earlier positions cannot be promised.
 * - Every node that follows a source is handed each entry after its baseline, once and in order, the
 *   appending node included and without exception.
 * - When `append` settles, the entry has its position; nodes that follow have it or will get it.
 *   When it rejects with an error that is not retryable, the entry has no position and never will.
 * - Entries of different sources have no order among them.
 */
export interface Engine {
  start(node: EngineNode): Promise<void>;
  /** Ends following and settles or rejects what is under way. Safe to call twice. */
  stop(): Promise<void>;
  append(source: string, entry: NewEntry): Promise<Position>;
  /**
   * Begins to deliver a source to this node. Settles with the baseline: every entry behind it is
   * delivered. Entries may be delivered before it settles. The caller follows a source once, and
   * not while an `unfollow` of it has not returned.
   */
  follow(source: string): Promise<Position>;
  unfollow(source: string): void;
}

/** The node as the engine sees it. */
export interface EngineNode {
  /** Unique among nodes and over restarts. */
  readonly id: string;
  /** Must not throw. */
  deliver(source: string, entry: Entry): void;
}

export interface NewEntry {
  /** The calls as JSON, without the outer braces: `"Song.index":{…}`. */
  readonly body: string;
  /** Ids of sessions for which the entry is a position and nothing more. */
  readonly except?: readonly string[];
}

export interface Entry extends NewEntry {
  readonly position: Position;
}
