import { types } from 'node:util';
import { RocketError } from '../../../src/errors.js';
import { initialCredit } from '../../../src/protocol/frames.js';
import type { CurrentUser } from '../delivery/current-user.js';
import type { CallContext } from './call-context.js';

/** Where the items of a session's streams go. */
export interface StreamOutlet {
  next(id: number, call: string, item: unknown): void;
  end(id: number, call: string, value: unknown): void;
  fail(id: number, call: string, error: unknown): void;
}

/**
 * The streamed results of one session's calls. A generator runs one item ahead of its credit, so that its
 * end is told as soon as it is known; beyond that it waits until the client takes more.
 */
export class ReplyStreams {
  private readonly open = new Map<number, ReplyStream>();

  constructor(
    private readonly user: CurrentUser,
    private readonly context: CallContext,
    private readonly outlet: StreamOutlet,
  ) {}

  get size(): number {
    return this.open.size;
  }

  /** Sends all that `items` yields under the call's id, then its end. Settles when the stream is over. */
  async run(id: number, call: string, items: AsyncIterable<unknown>): Promise<void> {
    const stream = new ReplyStream(call);
    this.open.set(id, stream);
    try {
      // The generator's body runs in `next`: each of them is a part of the call.
      const iterator = this.context.run(this.user, iteratorOf, items);
      stream.leave = () => this.context.run(this.user, leave, iterator);
      for (;;) {
        const step = await this.context.run(this.user, nextOf, iterator);
        if (stream.isOver) return;
        if (step.done) return this.outlet.end(id, call, step.value);
        await stream.credited();
        if (stream.isOver) return;
        this.outlet.next(id, call, step.value);
      }
    } catch (error) {
      if (!stream.isOver) {
        stream.isOver = true;
        stream.leave?.();
        this.outlet.fail(id, call, error);
      }
    } finally {
      this.open.delete(id);
    }
  }

  /** The client takes `count` more items. Of a stream that is over it takes none. */
  more(id: number, count: number): void {
    this.open.get(id)?.grant(count);
  }

  /** The client wants no more of it. */
  cancel(id: number): void {
    const stream = this.open.get(id);
    if (stream === undefined || stream.isOver) return;
    stream.close();
    this.outlet.fail(id, stream.call, new RocketError('cancelled'));
  }

  /** The session is gone: every generator is left, and its `finally` blocks run. */
  close(): void {
    for (const stream of this.open.values()) stream.close();
  }
}

class ReplyStream {
  isOver = false;
  leave: (() => void) | undefined;
  private credit = initialCredit;
  private waiting: (() => void) | undefined;

  constructor(readonly call: string) {}

  async credited(): Promise<void> {
    while (this.credit === 0 && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
    this.credit -= 1;
  }

  grant(count: number): void {
    this.credit += count;
    this.wake();
  }

  close(): void {
    this.isOver = true;
    this.leave?.();
    this.wake();
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
