import { RocketError } from '../../../../src/errors.js';
import type { Position } from '../../../../src/protocol/positions.js';
import type { EngineNode, Page, PageLimits } from '../engine.js';
import { Ahead } from './ahead.js';
import { parseEntry, splitText } from './entry-text.js';
import { isLater } from './kick-marker.js';
import type { Partition } from './partition.js';

/** How many sources go in one call. */
const batchSize = 500;
/** How much is read at once of what was missed. */
const missedPage: PageLimits = { entries: 500, bytes: 1_048_576 };

/**
 * The sources of a partition that this node follows. Entries are sent to the node as they are appended, and each is numbered: what
 * does not come, or comes when it is not expected, is found out here or by a beat, and read from the log.
 */
export class FollowedSources {
  private readonly bySource = new Map<string, Followed>();
  private readonly joining: Joining[] = [];
  private readonly leaving = new Set<string>();
  private isBusy = false;

  constructor(
    private readonly partition: Partition,
    private readonly node: EngineNode,
    /** Something is missing that only following everything anew can tell. */
    private readonly lost: () => void,
  ) {}

  /** How many Redis knows to be followed; undefined while that changes. */
  get settledSize(): number | undefined {
    return this.isBusy || this.leaving.size > 0 ? undefined : this.bySource.size;
  }

  has(source: string): boolean {
    return this.bySource.has(source);
  }

  /** Where a source that is followed stands; undefined where there may be more than this node was sent. */
  head(source: string): Position | undefined {
    const followed = this.bySource.get(source);
    if (!followed?.isKnown || followed.isAsked || followed.newest > followed.head) return undefined;
    return [followed.generation, followed.head];
  }

  /** This node has appended an entry, which it will be sent as others are. */
  appended(source: string, [generation, number]: Position): void {
    const followed = this.bySource.get(source);
    if (followed?.generation === generation) followed.newest = Math.max(followed.newest, number);
  }

  /** When the user was kicked last whose source it is, as far as this node knows; undefined where it does not follow it. */
  kickMarker(source: string): string | undefined {
    const followed = this.bySource.get(source);
    return followed?.isKnown ? followed.kicked : undefined;
  }

  /** As `Engine.follow`. */
  follow(source: string): Promise<Position> {
    this.leaving.delete(source);
    const followed = new Followed();
    this.bySource.set(source, followed);
    return new Promise((resolve, reject) => {
      this.joining.push({ source, followed, resolve, reject });
      this.work();
    });
  }

  /** As `Engine.unfollow`. Redis is told until it has understood. */
  unfollow(source: string): void {
    if (!this.bySource.delete(source)) return;
    this.leaving.add(source);
    this.work();
  }

  /** Goes on with what could not be done before. */
  work(): void {
    if (!this.isBusy && (this.joining.length > 0 || this.leaving.size > 0)) void this.drain();
  }

  /** Entries that were sent to this node. */
  entries(source: string, generation: string, first: number, lines: readonly string[]): void {
    const followed = this.bySource.get(source);
    if (followed === undefined) return;
    if (followed.isKnown && generation === followed.generation && first <= followed.head + 1) {
      this.deliver(source, followed, first, lines);
      return;
    }
    followed.ahead.add(generation, first, lines);
    if (!followed.isKnown || followed.isAsked) return;
    if (generation === followed.generation) void this.read(source, followed);
    else this.lost();
  }

  kick(source: string, marker: string, reason: string): void {
    const followed = this.bySource.get(source);
    if (followed === undefined || !isLater(marker, followed.kicked)) return;
    followed.kicked = marker;
    this.node.kicked(source.slice(source.indexOf(':') + 1), reason);
  }

  /**
   * Follows everything anew, and catches up with what this node has missed: entries, kicks, or that Redis has lost what it had.
   *
   * @throws RedisTrouble
   */
  async recover(): Promise<void> {
    const known = [...this.bySource].filter(([, { isKnown }]) => isKnown);
    for (const [, followed] of known) followed.isAsked = true;
    try {
      for (let index = 0; index < known.length; index += batchSize)
        await this.recoverSome(known.slice(index, index + batchSize));
    } finally {
      for (const [, followed] of known) followed.isAsked = false;
    }
  }

  /** As `Engine.range`. @throws RedisTrouble */
  async range(source: string, [generation, number]: Position, { entries, bytes }: PageLimits): Promise<Page> {
    const [word, ...rest] = await this.partition.run('range', source, generation, number, entries, bytes);
    if (word === 'unknown' || word === 'expired') return { gap: word };
    const [current, head, first, ...texts] = rest as [string, string, string, ...string[]];
    return {
      head: [current, Number(head)],
      // The time at which it was appended stands before the head.
      entries: texts.map((text, index) =>
        parseEntry([current, Number(first) + index], ...splitText(text, text.indexOf(' ') + 1)),
      ),
    };
  }

  private async recoverSome(some: readonly (readonly [string, Followed])[]): Promise<void> {
    const [, ...answers] = await this.partition.run(
      'follow',
      this.partition.node,
      ...some.map(([source]) => source),
    );
    for (const [index, [source, followed]] of some.entries()) {
      // It may have been let go of meanwhile.
      if (this.bySource.get(source) !== followed) continue;
      const state = readState(answers[index]);
      followed.isAsked = false;
      this.catchUp(source, followed, state);
      this.kick(source, state.kicked, state.reason);
    }
  }

  /** Goes on from where a source stands according to Redis. */
  private catchUp(source: string, followed: Followed, { generation, head }: State): void {
    if (followed.generation !== generation || followed.hasExpired) {
      followed.generation = generation;
      followed.head = head;
      followed.newest = head;
      followed.hasExpired = false;
      this.node.moved(source, [generation, head]);
    }
    if (head > followed.head || followed.ahead.reaches(generation, followed.head))
      void this.read(source, followed);
  }

  /** Reads what is missing until nothing is. Never rejects. */
  private async read(source: string, followed: Followed): Promise<void> {
    if (followed.isRead) return;
    followed.isRead = true;
    try {
      const isCurrent = () => this.bySource.get(source) === followed && !followed.isAsked;
      for (let isBehind = true; isBehind && isCurrent(); ) {
        this.takeAhead(source, followed);
        const { generation, head } = followed;
        const page = await this.range(source, [generation, head], missedPage);
        if (!isCurrent()) return;
        if (generation !== followed.generation) continue;
        if ('gap' in page) {
          followed.hasExpired = page.gap === 'expired';
          this.lost();
          return;
        }
        for (const entry of page.entries) {
          if (entry.position[1] !== followed.head + 1) continue;
          followed.head += 1;
          this.node.deliver(source, entry);
        }
        this.takeAhead(source, followed);
        isBehind = followed.head < page.head[1] || followed.ahead.reaches(generation, followed.head);
      }
    } catch {
      // Redis cannot be reached; once it can, everything is followed anew.
      this.lost();
    } finally {
      followed.isRead = false;
    }
  }

  private takeAhead(source: string, followed: Followed): void {
    const ahead = followed.ahead.take(followed.generation, followed.head);
    if (ahead !== undefined) this.deliver(source, followed, ahead.first, ahead.lines);
  }

  /** Hands on what is new of entries that leave no hole. */
  private deliver(source: string, followed: Followed, first: number, lines: readonly string[]): void {
    const { generation } = followed;
    for (let index = Math.max(0, followed.head + 1 - first); index * 2 < lines.length; index += 1) {
      followed.head = first + index;
      const head = lines[index * 2] as string;
      const body = lines[index * 2 + 1] as string;
      this.node.deliver(source, parseEntry([generation, followed.head], head, body));
      // What was delivered may have had it let go of.
      if (this.bySource.get(source) !== followed) return;
    }
  }

  /** Tells Redis what is followed and what is not any more, one call after the other. Never rejects. */
  private async drain(): Promise<void> {
    this.isBusy = true;
    try {
      while (this.leaving.size > 0 || this.joining.length > 0) {
        if (this.leaving.size > 0) await this.leave([...this.leaving].slice(0, batchSize));
        else await this.join(this.joining.splice(0, batchSize));
      }
    } catch {
      // A beat goes on with it.
    } finally {
      this.isBusy = false;
    }
  }

  private async leave(sources: readonly string[]): Promise<void> {
    for (const source of sources) this.leaving.delete(source);
    try {
      await this.partition.run('unfollow', this.partition.node, ...sources);
    } catch (error) {
      for (const source of sources) if (!this.bySource.has(source)) this.leaving.add(source);
      this.refuse(this.joining.splice(0), error);
      throw error;
    }
  }

  private async join(batch: readonly Joining[]): Promise<void> {
    // What was let go of before it was asked for need not be.
    const wanted = batch.filter((one) => {
      if (this.bySource.get(one.source) === one.followed) return true;
      one.reject(new RocketError('cancelled', `"${one.source}" is not to be followed any more`));
      return false;
    });
    if (wanted.length === 0) return;
    let answers: readonly unknown[];
    try {
      [, ...answers] = await this.partition.run(
        'follow',
        this.partition.node,
        ...wanted.map(({ source }) => source),
      );
    } catch (error) {
      this.refuse([...wanted, ...this.joining.splice(0)], error);
      throw error;
    }
    for (const [index, { source, followed, resolve }] of wanted.entries()) {
      const { generation, head, kicked } = readState(answers[index]);
      followed.isKnown = true;
      Object.assign(followed, { generation, head, kicked });
      resolve([generation, head]);
      if (this.bySource.get(source) !== followed) continue;
      this.takeAhead(source, followed);
      if (followed.ahead.reaches(generation, followed.head)) void this.read(source, followed);
    }
  }

  /** They may be followed all the same, for all that is known. */
  private refuse(batch: readonly Joining[], error: unknown): void {
    for (const { source, followed, reject } of batch) {
      if (this.bySource.get(source) === followed) {
        this.bySource.delete(source);
        this.leaving.add(source);
      }
      reject(error);
    }
  }
}

class Followed {
  /** Redis has said where it stands. */
  isKnown = false;
  /** It is being followed anew: what comes waits until it is known where the source stands. */
  isAsked = false;
  /** What is missing is being read. */
  isRead = false;
  /** What is missing is not kept any more. */
  hasExpired = false;
  generation = '';
  head = 0;
  /** The highest number that this node was told of when it appended. */
  newest = 0;
  kicked = '';
  readonly ahead = new Ahead();
}

interface Joining {
  readonly source: string;
  readonly followed: Followed;
  resolve(head: Position): void;
  reject(error: unknown): void;
}

interface State {
  readonly generation: string;
  readonly head: number;
  /** When the user was kicked last whose source it is; empty: never. */
  readonly kicked: string;
  readonly reason: string;
}

function readState(answer: unknown): State {
  const [generation, head, kicked, reason] = answer as [string, string, string, string];
  return { generation, head: Number(head), kicked, reason: reason === '' ? '' : JSON.parse(reason) };
}
