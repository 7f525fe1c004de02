import { types } from 'node:util';
import { RocketError } from '../../../src/errors.js';
import { initialCredit } from '../../../src/protocol/frames.js';
import type { ItemTail } from '../delivery/call-ledger.js';
import type { Call } from './call.js';
import type { CallContext } from './call-context.js';

/** The connection side of a stream: where its items go, and which connection that is at the moment. */
export interface StreamOutlet {
  /** Undefined while the client is away. */
  readonly connection: object | undefined;
  next(frame: string): void;
}

/**
 * The streamed result of one call. Its generator runs one item ahead of the client's credit, so that its end is told as soon as
 * it is known; beyond that it waits until the client takes more. Items are kept until the client is known to have them, which
 * credit bounds. When the connection changes, the stream waits until the client has said how many have come.
 */
export class ReplyStream {
  private credit = initialCredit;
  /** The connection that the stream goes on in. */
  private line: object | undefined;
  /** Frames of items that may not have arrived, and how many came before them. */
  private kept: string[] = [];
  private keptFrom = 0;
  private taken = 0;
  private waiting: (() => void) | undefined;

  constructor(
    private readonly call: Call,
    private readonly context: CallContext,
    private readonly outlet: StreamOutlet,
    /** An item as JSON. Throws for what cannot be written so: that ends the stream. */
    private readonly encode: (item: unknown) => string,
    /** The client has come back, and has yet to ask for the stream again. */
    isAwaited = false,
  ) {
    this.line = isAwaited ? undefined : outlet.connection;
  }

  /** The items that may not have arrived when the stream has ended. */
  get tail(): ItemTail {
    return { from: this.keptFrom, frames: this.kept };
  }

  /**
   * Sends all that `items` yields. Settles when the end can be told, or the call is over: then the generator has been left, and
   * what it threw meanwhile concerns nobody.
   *
   * @returns what the generator returned
   */
  async run(items: AsyncIterable<unknown>): Promise<unknown> {
    // The generator's body runs in `next`: each of them is a part of the call.
    const iterator = this.context.run(this.call, iteratorOf, items);
    const leaving = () => this.context.run(this.call, leave, iterator);
    const { aborted } = this.call;
    this.call.aborted = (error) => {
      aborted?.(error);
      leaving();
      this.wake();
    };
    try {
      for (;;) {
        const step = await this.context.run(this.call, nextOf, iterator);
        await this.ready(step.done ? 0 : 1);
        if (this.call.isOver || step.done) return step.value;
        this.credit -= 1;
        const frame = `{"$re":${this.call.id},"next":${this.encode(step.value)}}`;
        this.kept.push(frame);
        this.outlet.next(frame);
      }
    } catch (error) {
      if (!this.call.isOver) leaving();
      await this.ready(0);
      throw error;
    }
  }

  /** The client takes `count` more items, having taken as many. */
  more(count: number): void {
    this.taken += count;
    this.credit += count;
    this.forget(this.taken);
    this.wake();
  }

  /**
   * The client has come back: what it does not have yet is sent again, and the stream goes on.
   *
   * @param came how many items it has. @param more how many it takes from there
   * @throws RocketError where items are missing that are not kept any more
   */
  resume(came: number, more: number): void {
    if (came < this.keptFrom || came > this.keptFrom + this.kept.length) {
      throw new RocketError(
        'bad_message',
        `Items from ${this.keptFrom} to ${this.keptFrom + this.kept.length} can be sent again`,
      );
    }
    this.forget(came);
    // What it said of this before may have been lost.
    this.taken = Math.max(this.taken, came + more - initialCredit);
    this.line = this.outlet.connection;
    this.credit = more - this.kept.length;
    for (const frame of this.kept) this.outlet.next(frame);
    this.wake();
  }

  /** The client has this many items. */
  private forget(count: number): void {
    const gone = Math.min(count - this.keptFrom, this.kept.length);
    if (gone <= 0) return;
    this.kept = this.kept.slice(gone);
    this.keptFrom += gone;
  }

  /** Waits until so many items may be sent, in a connection in which the client has said where it stands. */
  private async ready(credit: number): Promise<void> {
    while (
      !this.call.isOver &&
      (this.credit < credit || this.line === undefined || this.line !== this.outlet.connection)
    ) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
  }

  private wake(): void {
    this.waiting?.();
    this.waiting = undefined;
  }
}

/** Whether an action's result is a stream. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  // `in` runs a proxy's traps.
  return (
    typeof value === 'object' && value !== null && !types.isProxy(value) && Symbol.asyncIterator in value
  );
}

function iteratorOf(items: AsyncIterable<unknown>): AsyncIterator<unknown> {
  return items[Symbol.asyncIterator]();
}

function nextOf(iterator: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  return iterator.next();
}

/** What a generator throws while it is being left concerns nobody any more. */
function leave(iterator: AsyncIterator<unknown>): void {
  iterator.return?.().then(undefined, () => {});
}
