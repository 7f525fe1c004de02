import { RocketError } from '../../../../src/errors.js';
import type { Position } from '../../../../src/protocol/positions.js';
import type { HistoryLimits, NewEntry } from '../engine.js';
import { entryText } from './entry-text.js';
import type { Partition } from './partition.js';
import { RedisTrouble } from './redis-errors.js';

/** What goes in one call at the most, so that no call keeps Redis from others for long. */
const batchSize = 256;
/** In UTF-16 units of bodies. */
const batchLength = 262_144;
/** How many sources whose last append is in doubt are remembered. */
const mostDoubts = 10_000;

/**
 * Appends on their way to a partition: at once when none is under way, otherwise together with what gathered meanwhile.
 *
 * An append that may have been done is known again by its number as long as Redis keeps what it has. Where it may have lost
 * something since, repeating could double an entry that some have got, and not repeating could lose it: that is
 * told as `outcome_unknown`.
 */
export class Appends {
  private readonly queue: Append[] = [];
  private isBusy = false;
  /** Source → its last append, where that may have been done, and the epoch in which it was tried first. */
  private readonly doubts = new Map<string, Doubt>();

  constructor(
    private readonly partition: Partition,
    private readonly history: HistoryLimits,
    /** Told of each that has its place. */
    private readonly appended: (source: string, last: Position) => void,
  ) {}

  /** As `Engine.append`. */
  append(source: string, entries: readonly NewEntry[], number: number): Promise<Position> {
    return new Promise((resolve, reject) => {
      this.queue.push({ source, entries, number, resolve, reject });
      if (!this.isBusy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    while (this.queue.length > 0) await this.send(this.take());
    this.isBusy = false;
  }

  private take(): readonly Append[] {
    let length = 0;
    let count = 0;
    for (const { entries } of this.queue) {
      for (const { body } of entries) length += body.length;
      if (count > 0 && (count === batchSize || length > batchLength)) break;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  /** Never rejects. */
  private async send(batch: readonly Append[]): Promise<void> {
    const { partition, history } = this;
    const epoch = partition.epoch ?? '';
    const parameters: (string | number)[] = [partition.node, history.entries, history.bytes];
    for (const { source, entries, number } of batch) {
      parameters.push(source, number, this.triedIn(source, number), entries.length);
      for (const entry of entries)
        parameters.push(entry.key === undefined ? '' : `=${entry.key}`, entryText(entry));
    }
    try {
      const [, ...answers] = await partition.run('append', ...parameters);
      for (const [index, append] of batch.entries()) this.settle(append, answers[index] as string[]);
    } catch (error) {
      for (const append of batch) this.fail(append, error, epoch);
    }
  }

  private settle(append: Append, [word, ...rest]: readonly string[]): void {
    const { source, resolve, reject } = append;
    this.doubts.delete(source);
    if (word === 'ok') {
      const last: Position = [rest[0] as string, Number(rest[1])];
      this.appended(source, last);
      resolve(last);
    } else if (word === 'lost') reject(new RocketError('outcome_unknown', inDoubt));
    else
      reject(new RocketError('conflict', `Append ${append.number} of "${source}" comes behind ${rest[0]}`));
  }

  private fail({ source, number, reject }: Append, error: unknown, epoch: string): void {
    if (error instanceof RedisTrouble && error.isFull) {
      reject(new RocketError('unavailable', error.message, { retryable: false, cause: error }));
      return;
    }
    const isInDoubt = !(error instanceof RedisTrouble) || error.sent;
    if (isInDoubt && this.triedIn(source, number) === '') this.doubt(source, { number, epoch });
    reject(error);
  }

  private triedIn(source: string, number: number): string {
    const doubt = this.doubts.get(source);
    return doubt?.number === number ? doubt.epoch : '';
  }

  private doubt(source: string, doubt: Doubt): void {
    this.doubts.delete(source);
    this.doubts.set(source, doubt);
    for (const oldest of this.doubts.keys()) {
      if (this.doubts.size <= mostDoubts) return;
      this.doubts.delete(oldest);
    }
  }
}

const inDoubt =
  'The connection to Redis was lost, and Redis may have lost what it had since: the message may or may not have been sent';

interface Append {
  readonly source: string;
  readonly entries: readonly NewEntry[];
  readonly number: number;
  resolve(position: Position): void;
  reject(error: unknown): void;
}

interface Doubt {
  readonly number: number;
  readonly epoch: string;
}
