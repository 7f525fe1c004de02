import type { Position } from '../../../src/protocol/positions.js';
import type { EngineNode, Entry, HistoryLimits, NewEntry, Page, PageLimits } from './engine.js';
import { EntryLog } from './entry-log.js';

/** A source that several may follow: its numbers, its newest entries, and the nodes that are handed each. */
export class SourceLog {
  private readonly log: EntryLog;
  private readonly followers: Follower[] = [];
  /** What each node appended last, to know it when it comes again. */
  private appends: Map<string, Append> | undefined;
  /** Whether entries are being handed on; what is appended meanwhile waits, so that all get all in order. */
  private handing = false;
  private waiting: Entry[] | undefined;

  /** @param base number of the newest entry that was given a place and is not kept */
  constructor(
    readonly name: string,
    readonly generation: string,
    limits: HistoryLimits,
    base = 0,
  ) {
    this.log = new EntryLog(limits, base);
  }

  get head(): Position {
    return [this.generation, this.log.head];
  }

  get base(): number {
    return this.log.base;
  }

  get isFollowed(): boolean {
    return this.followers.length > 0;
  }

  get isEmpty(): boolean {
    return this.log.length === 0;
  }

  entries(): Entry[] {
    return this.log.all();
  }

  ages(): number[] {
    return this.log.ages();
  }

  isFollowedBy(node: EngineNode): boolean {
    return this.followers.some((one) => one.node === node);
  }

  follow(node: EngineNode): void {
    if (!this.followers.some((one) => one.node === node)) this.followers.push({ node, head: this.log.head });
  }

  /** @returns whether it was followed by this node */
  unfollow(node: EngineNode): boolean {
    const index = this.followers.findIndex((one) => one.node === node);
    if (index !== -1) this.followers.splice(index, 1);
    return index !== -1;
  }

  /** What a node appended last under `number` or a higher one. */
  appended(node: string, number: number): Append | undefined {
    const last = this.appends?.get(node);
    return last !== undefined && number <= last.number ? last : undefined;
  }

  noteAppend(node: string, number: number, position: Position): void {
    this.appends ??= new Map();
    const last = this.appends.get(node);
    if (last === undefined) this.appends.set(node, { number, position });
    else {
      last.number = number;
      last.position = position;
    }
  }

  forgetAppends(node: string): void {
    this.appends?.delete(node);
  }

  add(entry: NewEntry, now: number): Entry {
    const position: Position = [this.generation, this.log.head + 1];
    const { body } = entry;
    const isPlain = entry.except === undefined && entry.also === undefined && entry.key === undefined;
    const placed: Entry = isPlain ? { body, position } : { ...entry, position };
    this.log.push(placed, now);
    return placed;
  }

  /** Puts back what was here before. */
  restore(entry: Entry, now: number): void {
    this.log.push(entry, now);
  }

  handOn(entry: Entry): void {
    if (this.handing) {
      this.waiting ??= [];
      this.waiting.push(entry);
      return;
    }
    this.handing = true;
    this.hand(entry);
    while (this.waiting !== undefined) {
      const { waiting } = this;
      this.waiting = undefined;
      for (const next of waiting) this.hand(next);
    }
    this.handing = false;
  }

  range([generation, number]: Position, limits: PageLimits): Page {
    if (generation !== this.generation || number > this.log.head) return { gap: 'unknown' };
    if (number < this.log.base) return { gap: 'expired' };
    return { entries: this.log.after(number, limits), head: this.head };
  }

  /** Lets go of what was appended at `time` or before. */
  expire(time: number): void {
    this.log.expire(time);
  }

  private hand(entry: Entry): void {
    // A copy: a node may stop following while it is handed the entry, and none may be passed over for it.
    for (const { node, head } of this.followers.length === 1 ? this.followers : [...this.followers]) {
      if (entry.position[1] > head) node.deliver(this.name, entry);
    }
  }
}

interface Follower {
  readonly node: EngineNode;
  /** Where the source stood when the node began to follow. */
  readonly head: number;
}

interface Append {
  number: number;
  position: Position;
}
