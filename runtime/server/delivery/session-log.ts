import type { Position } from '../../../src/protocol/positions.js';
import type { Entry, HistoryLimits } from '../engine/engine.js';

/**
 * What has been sent from a session's own source and may have to be sent again. Its generation is how often the
 * session has been owned, counted from 1, so that positions of several generations have an order.
 */
export class SessionLog {
  private entries: Entry[] = [];
  /** Entries before this index have been let go of; they are cut off a stretch at a time. */
  private start = 0;
  private size = 0;

  /** @param gone the newest place that is not kept: nothing behind it is missing. */
  constructor(
    private readonly limits: HistoryLimits,
    private gone: Position,
  ) {}

  /** The newest place that is not kept. */
  get base(): Position {
    return this.gone;
  }

  get length(): number {
    return this.entries.length - this.start;
  }

  push(entry: Entry): void {
    if (entry.key !== undefined) this.supersede(entry.key);
    this.entries.push(entry);
    this.size += entry.body?.length ?? 0;
    while (this.length > this.limits.entries || this.size > this.limits.bytes) this.shift();
  }

  /** The client has handled everything up to `position`. @returns whether anything was let go of */
  handled(position: Position): boolean {
    const before = this.length;
    for (
      let entry = this.first;
      entry !== undefined && !isBehind(entry.position, position);
      entry = this.first
    )
      this.shift();
    return this.length < before;
  }

  all(): Entry[] {
    return this.entries.slice(this.start);
  }

  /** The entries behind `position`, or undefined where some of them are no longer kept. */
  after(position: Position): readonly Entry[] | undefined {
    if (isBehind(this.base, position)) return undefined;
    let index = this.entries.length;
    while (index > this.start && isBehind((this.entries[index - 1] as Entry).position, position)) index -= 1;
    return this.entries.slice(index);
  }

  private get first(): Entry | undefined {
    return this.entries[this.start];
  }

  private shift(): void {
    const entry = this.first as Entry;
    this.start += 1;
    this.size -= entry.body?.length ?? 0;
    this.gone = entry.position;
    if (this.start < 64 && this.start < this.entries.length) return;
    this.entries = this.entries.slice(this.start);
    this.start = 0;
  }

  /** The newest entry of a key is the one that counts; the others keep their places. */
  private supersede(key: string): void {
    for (let index = this.entries.length - 1; index >= this.start; index -= 1) {
      const entry = this.entries[index] as Entry;
      if (entry.key !== key) continue;
      this.size -= entry.body?.length ?? 0;
      this.entries[index] = { position: entry.position, body: undefined };
      return;
    }
  }
}

/** Whether `one` stands behind `other`. */
export function isBehind(one: Position, other: Position): boolean {
  const generations = Number(one[0]) - Number(other[0]);
  return generations === 0 ? one[1] > other[1] : generations > 0;
}
