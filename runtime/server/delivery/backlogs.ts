import type { Position } from '../../../src/protocol/positions.js';
import type { Departure } from './groups.js';
import type { Span } from './span.js';

/** A stretch of a shared source that a session has yet to be sent. */
export interface Backlog {
  readonly source: string;
  /** What has been sent, or handled, up to now; undefined where the client is at no place of the source yet. */
  cursor: Position | undefined;
  /** The stretch that it belongs to; undefined: nothing is known of it here, and all of it is missing. */
  readonly span: Span | undefined;
  /** Where it ends, for a source that the session follows no more; then the client is told that it has ended. */
  end: Departure | 'forgotten' | undefined;
  /** The client believes itself at an earlier place of the source, and has to be told that it cannot go on from there. */
  readonly isAstray?: boolean;
}

/**
 * The sources of one session that are behind, in the order in which they are worked off. Usually there are none; where a
 * stranger names a hundred thousand, each still costs the same.
 */
export class Backlogs {
  private all: Set<Backlog> | undefined;
  /** Those without an end, by source. Made when first needed, as the set is. */
  private open: Map<string, Backlog> | undefined;

  get first(): Backlog | undefined {
    if (this.all === undefined) return undefined;
    for (const backlog of this.all) return backlog;
    return undefined;
  }

  /** Whether what comes of a source is not to be sent now. */
  has(source: string): boolean {
    return this.open?.has(source) ?? false;
  }

  includes(backlog: Backlog): boolean {
    return this.all?.has(backlog) ?? false;
  }

  /** Whether the client has yet to be told that an earlier stretch of the source has ended. */
  isEnding(source: string): boolean {
    for (const one of this.all ?? []) if (one.source === source && one.end !== undefined) return true;
    return false;
  }

  add(backlog: Backlog): void {
    this.all ??= new Set();
    this.all.add(backlog);
    if (backlog.end !== undefined) return;
    this.open ??= new Map();
    this.open.set(backlog.source, backlog);
  }

  replace(backlogs: readonly Backlog[]): void {
    this.all = undefined;
    this.open = undefined;
    for (const backlog of backlogs) this.add(backlog);
  }

  /** The session follows the source no more. What it was to get of it until then still comes, then the end. */
  end(source: string, departure: Departure): void {
    const open = this.open?.get(source);
    if (open === undefined) {
      this.add({ source, cursor: departure.until, span: departure.span, end: departure });
      return;
    }
    open.end = departure;
    this.open?.delete(source);
  }

  /** Nothing of the source is to be told any more. */
  drop(source: string): void {
    for (const one of this.all ?? []) if (one.source === source) this.done(one);
  }

  done(backlog: Backlog): void {
    this.all?.delete(backlog);
    if (this.all?.size === 0) this.all = undefined;
    if (this.open?.get(backlog.source) === backlog) this.open.delete(backlog.source);
  }
}
