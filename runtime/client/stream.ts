import { initialCredit } from '../../src/protocol/frames.js';
import { Reply } from './reply.js';

/**
 * The streamed result of a call: iterate over its items, await its end, or both, in this order. Items are
 * asked for as they are taken, so that a slow reader holds the server back instead of filling memory.
 * Leaving a `for await` loop early cancels the call.
 *
 * @example
 * const rows = rocket.Song.list({ year: 1971 });
 * for await (const row of rows) show(row);
 * const { total } = await rows;
 */
export interface Stream<Item, Result = void> extends AsyncIterable<Item>, PromiseLike<Result> {
  /** Ends the call: the server's generator is left, and the stream fails with `cancelled` behind the items that came. */
  cancel(): void;
}

/** What a stream asks of the connection. */
export interface StreamLine {
  more(count: number): void;
  cancel(): void;
}

/** The client's end of one stream. Items that are awaited but not iterated over are let go. */
export class CallStream implements Stream<unknown, unknown> {
  private readonly reply: Reply;
  private readonly items: unknown[] = [];
  private waiting: (() => void) | undefined;
  private failure: Error | undefined;
  private ended = false;
  private iterated = false;
  private draining = false;
  /** Taken since the server was last asked for more. */
  private taken = 0;
  private came = 0;
  private asked: number = initialCredit;

  constructor(
    private readonly line: StreamLine,
    unheard: (error: Error) => void,
  ) {
    this.reply = new Reply(unheard);
  }

  // From the server

  /** How many items have come, and how many more the server may send of those that it was asked for. */
  get credit(): readonly [number, number] {
    return [this.came, this.asked - this.came];
  }

  item(item: unknown): void {
    if (this.ended) return;
    this.came += 1;
    if (this.draining) return this.take();
    this.items.push(item);
    this.wake();
  }

  resolve(value: unknown): void {
    this.ended = true;
    this.reply.resolve(value);
    this.wake();
  }

  reject(error: Error): void {
    this.ended = true;
    this.failure = error;
    this.reply.reject(error);
    this.wake();
  }

  // To the app

  cancel(): void {
    if (!this.ended) this.line.cancel();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    if (this.iterated || this.draining)
      throw new TypeError('A stream can be iterated over once, before it is awaited');
    this.iterated = true;
    // The loop is told of a failure; nobody else needs to be.
    this.reply.promise.then(undefined, ignore);
    return { next: () => this.next(), return: () => this.leave() };
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a stream is awaiting its end.
  then<Value = unknown, Failure = never>(
    fulfilled?: ((value: unknown) => Value | PromiseLike<Value>) | null,
    rejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    if (!this.iterated && !this.draining) {
      this.draining = true;
      for (const _item of this.items.splice(0)) this.take();
    }
    return this.reply.promise.then(fulfilled, rejected);
  }

  private async next(): Promise<IteratorResult<unknown>> {
    while (this.items.length === 0) {
      if (this.failure !== undefined) throw this.failure;
      if (this.ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
    this.take();
    return { done: false, value: this.items.shift() };
  }

  private async leave(): Promise<IteratorResult<unknown>> {
    this.cancel();
    return { done: true, value: undefined };
  }

  /** Half of the credit at a time: the server need not wait, and not every item costs a frame. */
  private take(): void {
    this.taken += 1;
    if (this.taken < initialCredit / 2 || this.ended) return;
    // Counted also where there is no connection just now: the call is sent again with what was asked for.
    this.asked += this.taken;
    this.line.more(this.taken);
    this.taken = 0;
  }

  private wake(): void {
    this.waiting?.();
    this.waiting = undefined;
  }
}

function ignore(): void {}
