import type { Resume } from '../../src/protocol/frames.js';
import type { Position } from '../../src/protocol/positions.js';

/** What to do with a message: handle it, drop it as known, or give the session up: there is a hole. */
export type Verdict = 'handle' | 'drop' | 'hole';

type Positions = Readonly<Record<string, Position>>;

/** Of how many left sources the position is kept. */
const leftLimit = 1_000;

/**
 * How far each source has been handled. A message is handled once: one that is known is dropped, and a hole
 * that no `$gap` announced is a fault of the server.
 */
export class Inbox {
  private readonly positions = new Map<string, Position>();
  /** Where sources stood when they were left, the last of them last. */
  private readonly leftAt = new Map<string, Position>();
  /** Moved since the server was last told. */
  private changed = new Set<string>();

  /** Notes where a message with calls stands. @returns what to do with it */
  accept(source: string, at: Position): Verdict {
    const known = this.positions.get(source);
    if (known !== undefined && !isNextOf(known, at)) return isBehind(known, at) ? 'drop' : 'hole';
    const left = this.leftAt.get(source);
    if (left !== undefined && isBehind(left, at)) return 'drop';
    this.move(source, at);
    return 'handle';
  }

  /** Notes a position that came without calls: the place of a message for others, or a new baseline. */
  pass(source: string, at: Position): Verdict {
    const known = this.positions.get(source);
    if (known !== undefined && known[0] === at[0] && !isNextOf(known, at))
      return isBehind(known, at) ? 'drop' : 'hole';
    this.move(source, at);
    return 'handle';
  }

  /** Messages of the source were missed; wherever its next one stands, it goes on there. */
  gap(source: string): void {
    this.positions.delete(source);
    this.leftAt.delete(source);
  }

  left(source: string): void {
    const at = this.positions.get(source);
    if (at === undefined) return;
    this.positions.delete(source);
    this.changed.delete(source);
    this.leftAt.set(source, at);
    for (const [oldest] of this.leftAt) {
      if (this.leftAt.size <= leftLimit) break;
      this.leftAt.delete(oldest);
    }
  }

  /** What a resume says of the sources. */
  known(): Pick<Resume, 'seen' | 'left'> {
    return { seen: Object.fromEntries(this.positions), left: Object.fromEntries(this.leftAt) };
  }

  /** What an acknowledgement says: the positions that have moved since the last one. */
  news(): Positions {
    const entries: [string, Position][] = [];
    for (const source of this.changed) {
      const at = this.positions.get(source);
      if (at !== undefined) entries.push([source, at]);
    }
    this.changed = new Set();
    return Object.fromEntries(entries);
  }

  /** A new session begins, or one that an earlier page load had. @returns the sources of the former one */
  begin(seen: Positions, left: Positions = {}): string[] {
    const sources = [...this.positions.keys()];
    this.positions.clear();
    this.leftAt.clear();
    this.changed.clear();
    for (const [source, at] of Object.entries(seen)) this.positions.set(source, at);
    for (const [source, at] of Object.entries(left)) this.leftAt.set(source, at);
    return sources;
  }

  private move(source: string, at: Position): void {
    this.positions.set(source, at);
    this.leftAt.delete(source);
    this.changed.add(source);
  }
}

function isNextOf([generation, number]: Position, at: Position): boolean {
  return at[0] === generation && at[1] === number + 1;
}

function isBehind([generation, number]: Position, at: Position): boolean {
  return at[0] === generation && at[1] <= number;
}
