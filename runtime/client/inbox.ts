import type { ServerControl } from '../../src/protocol/frames.js';
import type { Position } from '../../src/protocol/positions.js';

/** What to do with a message: handle it, drop it as known, or give the session up: there is a hole. */
export type Verdict = 'handle' | 'drop' | 'hole';

/**
 * How far each source has been handled. A message is handled once: one that is known is dropped, and a hole
 * that no `$gap` announced is a fault of the server.
 */
export class Inbox {
  private readonly positions = new Map<string, Position>();
  /** Sources whose next message may stand anywhere. */
  private readonly gapped = new Set<string>();

  /** Notes where the message stands. @returns what to do with it */
  accept({ $at, $of = '' }: Pick<ServerControl, '$at' | '$of'>): Verdict {
    if ($at === undefined) return 'handle';
    const last = this.positions.get($of);
    if (last !== undefined && !this.gapped.has($of)) {
      const [generation, number] = $at;
      if (generation !== last[0]) return 'hole';
      if (number <= last[1]) return 'drop';
      if (number !== last[1] + 1) return 'hole';
    }
    this.gapped.delete($of);
    this.positions.set($of, $at);
    return 'handle';
  }

  gap(source: string): void {
    this.gapped.add(source);
  }

  left(source: string): void {
    this.gapped.delete(source);
    this.positions.delete(source);
  }

  /** For each source the last position handled: what a resume and an acknowledgement say. */
  seen(): Record<string, Position> {
    return Object.fromEntries(this.positions);
  }

  /** The session goes on: only sources that are new to it take their baseline. */
  resumed(at: Readonly<Record<string, Position>>): void {
    for (const [source, position] of Object.entries(at)) {
      if (!this.positions.has(source)) this.positions.set(source, position);
    }
  }

  /** A new session begins. @returns the sources of the old one */
  begin(at: Readonly<Record<string, Position>>): string[] {
    const sources = [...this.positions.keys()];
    this.positions.clear();
    this.gapped.clear();
    this.resumed(at);
    return sources;
  }
}
