import type { Clock } from '../../../src/clock.js';
import { RocketError } from '../../../src/errors.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, NewEntry } from '../engine/engine.js';
import { isRetryable, type Pauses } from './pauses.js';

/** Milliseconds for which an append is tried again, and between two attempts. */
const patience = 30_000;
const pause = 200;
/** What may wait in all, in UTF-16 units. */
const capacity = 16_777_216;

/**
 * Appends on their way to the engine: one of a source at a time, in order, and again under the same number where
 * the engine could not be reached, so that none is lost, doubled or overtaken. What comes meanwhile waits
 * and goes together.
 */
export class Outbox {
  private readonly queues = new Map<string, Queue>();
  private number = 0;
  private waiting = 0;

  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly pauses: Pauses,
  ) {}

  /** How much waits, in UTF-16 units of bodies; what is under way has gone. */
  get size(): number {
    return this.waiting;
  }

  /** @returns the entry's position; a promise only where the engine has to be waited for. */
  append(source: string, entry: NewEntry): Position | Promise<Position> {
    const queue = this.queues.get(source);
    if (queue !== undefined) return this.wait(queue, entry);
    this.number += 1;
    const { number } = this;
    const first = this.attempt(source, entry, number);
    if (!(first instanceof Promise)) return first;
    return this.drain(source, entry, number, first);
  }

  /** An engine that cannot be asked at all throws at once. */
  private attempt(source: string, entry: NewEntry, number: number): Position | Promise<Position> {
    try {
      return this.engine.append(source, [entry], number);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  private wait(queue: Queue, entry: NewEntry): Promise<Position> {
    if (this.waiting + entry.body.length > capacity) {
      const error = new RocketError('unavailable', 'Too much waits to be sent: the engine does not take it');
      return Promise.reject(error);
    }
    this.waiting += entry.body.length;
    return new Promise((resolve, reject) => queue.items.push({ entry, resolve, reject }));
  }

  /** Appends the first entry, then what has gathered behind it, until nothing has. */
  private drain(
    source: string,
    entry: NewEntry,
    number: number,
    first: Promise<Position>,
  ): Promise<Position> {
    const queue: Queue = { items: [] };
    this.queues.set(source, queue);
    const position = this.surely(source, [entry], number, first);
    const rest = async () => {
      await position.catch(ignore);
      while (queue.items.length > 0) {
        const items = queue.items.splice(0);
        for (const item of items) this.waiting -= item.entry.body.length;
        this.number += 1;
        await this.batch(source, items, this.number);
      }
      this.queues.delete(source);
    };
    void rest();
    return position;
  }

  private async batch(source: string, items: readonly Item[], number: number): Promise<void> {
    const entries = items.map(({ entry }) => entry);
    try {
      const [generation, last] = await this.surely(source, entries, number);
      for (const [index, { resolve }] of items.entries())
        resolve([generation, last - (items.length - 1 - index)]);
    } catch (error) {
      for (const { reject } of items) reject(error);
    }
  }

  private async surely(
    source: string,
    entries: readonly NewEntry[],
    number: number,
    first?: Promise<Position>,
  ): Promise<Position> {
    const until = this.clock.now() + patience;
    let attempt: Position | Promise<Position> | undefined = first;
    for (;;) {
      try {
        return await (attempt ?? this.engine.append(source, entries, number));
      } catch (error) {
        attempt = undefined;
        if (!isRetryable(error) || this.pauses.isOver || this.clock.now() >= until) throw error;
        await this.pauses.wait(pause);
      }
    }
  }
}

interface Queue {
  readonly items: Item[];
}

interface Item {
  readonly entry: NewEntry;
  resolve(position: Position): void;
  reject(error: unknown): void;
}

function ignore(): void {}
