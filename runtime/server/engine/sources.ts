import { randomBytes } from 'node:crypto';
import type { DeadlineLine, Deadlines } from '../../../src/deadlines.js';
import { RocketError } from '../../../src/errors.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { EngineNode, EngineSettings, Entry, NewEntry, Page, PageLimits } from './engine.js';
import type { Fact, FactSink } from './facts.js';
import { SourceLog } from './source-log.js';

/** The sources that are in use: followed, or within the window of their last entry or follower. */
export class Sources {
  private readonly byName = new Map<string, SourceLog>();
  /** Differs at each boot: a generation that is begun now was never given before. */
  private readonly boot = randomBytes(6).toString('base64url');
  private generations = 0;
  private readonly idle: DeadlineLine<SourceLog>;
  private readonly aging: DeadlineLine<SourceLog>;

  constructor(
    private readonly settings: EngineSettings,
    private readonly sink: FactSink | undefined,
    deadlines: Deadlines,
  ) {
    this.idle = deadlines.line<SourceLog>(settings.window, (log) => this.forget(log));
    this.aging = deadlines.line<SourceLog>(settings.window, (log) => {
      this.expire(log);
      if (!log.isEmpty) this.aging.set(log);
    });
  }

  get size(): number {
    return this.byName.size;
  }

  append(source: string, entries: readonly NewEntry[], node: string, number: number): Position {
    const log = this.get(source);
    const last = log.appended(node, number);
    if (last?.number === number) return last.position;
    if (last !== undefined)
      throw new RocketError(
        'conflict',
        `Append ${number} to "${source}" comes after ${last.number} of the same node`,
      );
    this.sink?.note(['append', source, entries, this.settings.clock.now()]);
    const first = entries[0];
    if (this.sink === undefined && entries.length === 1 && first !== undefined) {
      this.touch(log);
      const placed = log.add(first, this.settings.clock.now());
      log.noteAppend(node, number, placed.position);
      log.handOn(placed);
      return placed.position;
    }
    const placed = this.place(log, entries);
    // Noted first: a node that is handed an entry may append.
    log.noteAppend(node, number, log.head);
    const position = log.head;
    for (const entry of placed) this.handOn(log, entry);
    return position;
  }

  /** A greeting or farewell, which no node numbers. */
  add(source: string, entry: NewEntry): void {
    const log = this.get(source);
    this.sink?.note(['append', source, [entry], this.settings.clock.now()]);
    for (const placed of this.place(log, [entry])) this.handOn(log, placed);
  }

  range(source: string, after: Position, limits: PageLimits): Page {
    const log = this.byName.get(source);
    if (log === undefined) return { gap: 'unknown' };
    this.expire(log);
    return log.range(after, limits);
  }

  follow(source: string, node: EngineNode): Position {
    const log = this.get(source);
    this.idle.clear(log);
    log.follow(node);
    return log.head;
  }

  unfollow(source: string, node: EngineNode): void {
    const log = this.byName.get(source);
    if (log?.unfollow(node) === true && !log.isFollowed) this.idle.set(log);
  }

  isFollowedBy(source: string, node: EngineNode): boolean {
    return this.byName.get(source)?.isFollowedBy(node) === true;
  }

  /** A node is gone: it follows nothing, and appends nothing again. */
  leave(node: EngineNode): void {
    for (const [name, log] of this.byName) {
      this.unfollow(name, node);
      log.forgetAppends(node.id);
    }
  }

  /** Tells a fact again. @returns false where it is of something else */
  restore(fact: Fact, time: (time: number) => number): boolean {
    if (fact[0] === 'source') this.begin(fact[1], fact[2], fact[3]);
    else if (fact[0] === 'forget') this.byName.delete(fact[1]);
    else if (fact[0] === 'append') {
      const [, source, entries, at] = fact;
      const log = this.get(source);
      for (const entry of entries) log.add(entry, time(at));
    } else if (fact[0] === 'entry') this.get(fact[1]).restore(fact[2], time(fact[3]));
    else return false;
    return true;
  }

  /** After the last fact: nobody follows anything. */
  restored(): void {
    for (const log of this.byName.values()) {
      this.expire(log);
      this.idle.set(log);
      if (!log.isEmpty) this.aging.set(log);
    }
  }

  *facts(): Generator<Fact> {
    for (const log of this.byName.values()) {
      const { name, generation, base } = log;
      yield ['source', name, generation, base];
      const ages = log.ages();
      for (const [index, entry] of log.entries().entries())
        yield ['entry', name, entry, ages[index] as number];
    }
  }

  private get(name: string): SourceLog {
    const log = this.byName.get(name);
    if (log !== undefined) return log;
    this.generations += 1;
    const generation = this.boot + this.generations.toString(36);
    this.sink?.note(['source', name, generation, 0]);
    const begun = this.begin(name, generation, 0);
    this.idle.set(begun);
    return begun;
  }

  private begin(name: string, generation: string, base: number): SourceLog {
    const log = new SourceLog(name, generation, this.settings.history, base);
    this.byName.set(name, log);
    return log;
  }

  private place(log: SourceLog, entries: readonly NewEntry[]): Entry[] {
    const now = this.settings.clock.now();
    this.touch(log);
    return entries.map((entry) => log.add(entry, now));
  }

  private touch(log: SourceLog): void {
    if (!log.isFollowed) this.idle.set(log);
    if (!this.aging.has(log)) this.aging.set(log);
  }

  private handOn(log: SourceLog, entry: Entry): void {
    if (this.sink === undefined) log.handOn(entry);
    else this.sink.afterwards(() => log.handOn(entry));
  }

  private expire(log: SourceLog): void {
    log.expire(this.settings.clock.now() - this.settings.window);
  }

  private forget(log: SourceLog): void {
    this.aging.clear(log);
    this.byName.delete(log.name);
    this.sink?.note(['forget', log.name]);
  }
}
