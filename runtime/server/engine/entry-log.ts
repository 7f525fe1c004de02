import type { Entry, HistoryLimits } from './engine.js';

/**
 * The newest entries of a source, within limits. Each has an ordinal, rising by one; letting go of the oldest and
 * superseding cost the same however many are kept.
 */
export class EntryLog {
  private entries: (Entry | undefined)[] = [];
  private times: number[] = [];
  /** Index of the oldest entry; what stands before it has been let go of, and is cut off a stretch at a time. */
  private start = 0;
  private size = 0;
  /** Ordinal of the newest entry of each key. */
  private newest: Map<string, number> | undefined;
  private last: number;

  /** @param base ordinal of the newest entry that is not kept */
  constructor(
    private readonly limits: HistoryLimits,
    base = 0,
  ) {
    this.last = base;
  }

  get length(): number {
    return this.entries.length - this.start;
  }

  /** Ordinal of the newest entry that was pushed, be it kept or not. */
  get head(): number {
    return this.last;
  }

  /** Ordinal of the newest entry that is no longer kept. */
  get base(): number {
    return this.last - this.length;
  }

  get oldest(): Entry | undefined {
    return this.entries[this.start];
  }

  /** @param dropped is told what is let go of for it, which may be the entry itself */
  push(entry: Entry, time: number, dropped?: (entry: Entry) => void): void {
    this.last += 1;
    this.entries.push(entry);
    this.times.push(time);
    this.size += entry.body?.length ?? 0;
    if (entry.key !== undefined) this.supersede(entry.key);
    while (this.length > this.limits.entries || (this.size > this.limits.bytes && this.length > 0)) {
      const oldest = this.shift();
      dropped?.(oldest);
    }
  }

  /** Lets go of the oldest entry, of which there is one. */
  shift(): Entry {
    const entry = this.entries[this.start] as Entry;
    if (entry.key !== undefined && this.newest?.get(entry.key) === this.base + 1)
      this.newest.delete(entry.key);
    this.size -= entry.body?.length ?? 0;
    this.entries[this.start] = undefined;
    this.start += 1;
    if (this.start >= 64 && this.start * 2 >= this.entries.length) {
      this.entries = this.entries.slice(this.start);
      this.times = this.times.slice(this.start);
      this.start = 0;
    }
    return entry;
  }

  /** Lets go of what was pushed at `time` or before. */
  expire(time: number): void {
    while (this.length > 0 && (this.times[this.start] as number) <= time) this.shift();
  }

  /** The kept entries behind an ordinal that is not before `base`, at least one if there is any. */
  after(ordinal: number, limits: HistoryLimits): Entry[] {
    const page: Entry[] = [];
    let size = 0;
    for (let index = this.start + ordinal - this.base; index < this.entries.length; index += 1) {
      const entry = this.entries[index] as Entry;
      size += entry.body?.length ?? 0;
      if (page.length > 0 && (page.length >= limits.entries || size > limits.bytes)) break;
      page.push(entry);
    }
    return page;
  }

  all(): Entry[] {
    return this.entries.slice(this.start) as Entry[];
  }

  /** When each kept entry was pushed, in the order of `all`. */
  ages(): number[] {
    return this.times.slice(this.start);
  }

  /** The newest entry takes the body of the one that had its key. That keeps its place. */
  private supersede(key: string): void {
    this.newest ??= new Map();
    const ordinal = this.newest.get(key);
    this.newest.set(key, this.last);
    if (ordinal === undefined) return;
    const index = this.start + ordinal - this.base - 1;
    const { position, body } = this.entries[index] as Entry;
    this.size -= body?.length ?? 0;
    // Another object: whoever was handed the entry keeps it as it was.
    this.entries[index] = { position, body: undefined };
  }
}
