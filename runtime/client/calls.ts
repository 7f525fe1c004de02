import { RocketError } from '../../src/errors.js';
import type { ClientControl, ServerControl } from '../../src/protocol/frames.js';
import { Reply } from './reply.js';
import { CallStream } from './stream.js';

/** How a call is made beside its name and params. */
export interface CallForm {
  /** The params are a form's: the server expands names and converts text. */
  readonly form: boolean;
}

/** Where calls go while a connection is open. */
export interface CallLine {
  send(text: string): void;
  /** Bytes a frame may have at the most. */
  readonly maxPayload: number;
}

interface Call {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly outcome: Outcome;
}

/** Who is told how a call went: a `Reply`, or a stream. */
interface Outcome {
  item?(item: unknown): void;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** What crosses the wire, from what the types of an action say and back again: dates are dates. */
export interface Translation {
  params(action: string, value: unknown): unknown;
  result(action: string, value: unknown): unknown;
  item(action: string, value: unknown): unknown;
}

/**
 * Calls from the moment they are made until they are answered: waiting for a connection, or sent and
 * without a reply. Ids rise for as long as the client lives, so they rise within every session.
 */
export class Calls {
  private readonly sent = new Map<number, Call>();
  private waiting: Call[] = [];
  private lastId = 0;
  private line: CallLine | undefined;
  private stopped: RocketError | undefined;

  /**
   * @param queueLimit how many calls may wait for a connection.
   * @param translate turns params into what JSON can write, and what JSON delivered into what the action's types say.
   * @param unheard told of a failed call that nobody awaits.
   */
  constructor(
    private readonly queueLimit: number,
    private readonly translate: Translation,
    private readonly unheard: (error: Error) => void,
  ) {}

  call(name: string, params: unknown, { form }: CallForm): Promise<unknown> {
    const reply = new Reply(this.unheard);
    this.make(name, params, form, reply);
    return reply.promise;
  }

  /** A call of an action with a streamed result. */
  stream(name: string, params: unknown): CallStream {
    // Stays 0 for a call that could not be made; its stream is over and asks for nothing.
    let id = 0;
    const line = {
      more: (count: number) =>
        this.line?.send(JSON.stringify({ $more: [id, count] } satisfies ClientControl)),
      cancel: () => this.cancel(id),
    };
    const stream = new CallStream(line, this.unheard);
    id = this.make(name, params, false, stream) ?? 0;
    return stream;
  }

  /** One that has yet to be sent is not sent; of one that has been, the server is told. */
  private cancel(id: number): void {
    const call = this.waiting.find((one) => one.id === id);
    if (call === undefined) {
      this.line?.send(JSON.stringify({ $cancel: id } satisfies ClientControl));
      return;
    }
    this.waiting = this.waiting.filter((one) => one !== call);
    call.outcome.reject(new RocketError('cancelled'));
  }

  /** @returns the id, or undefined where the call could not be made. */
  private make(name: string, params: unknown, form: boolean, outcome: Outcome): number | undefined {
    try {
      if (this.stopped !== undefined) throw this.stopped;
      if (this.line === undefined && this.waiting.length >= this.queueLimit) throw this.overflow(name);
      const id = this.lastId + 1;
      // Encoded now: what the caller does with its objects afterwards is not what was called.
      const sent = form ? params : this.translate.params(name, params);
      const text = JSON.stringify({ [name]: sent ?? '', $id: id, ...(form && { $form: 1 }) });
      this.lastId = id;
      const call: Call = { id, name, text, outcome };
      if (this.line === undefined) this.waiting.push(call);
      else this.send(call, this.line);
      return id;
    } catch (error) {
      outcome.reject(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  /** Ids of calls that were sent and have no reply, in order. */
  pending(): number[] {
    return [...this.sent.keys()];
  }

  // Connection

  /** A session goes on or begins: what it never heard of is sent, and before it what it may know already. */
  opened(line: CallLine, resumed: boolean): void {
    this.line = line;
    if (resumed) for (const call of this.sent.values()) line.send(call.text);
    else this.giveUpSent();
    const waiting = this.waiting;
    this.waiting = [];
    for (const call of waiting) this.send(call, line);
  }

  lost(): void {
    this.line = undefined;
  }

  /** Rejects what was sent: no session is left that could say how it ended. */
  giveUpSent(): void {
    const calls = [...this.sent.values()];
    this.sent.clear();
    for (const { name, outcome } of calls) {
      outcome.reject(
        new RocketError(
          'outcome_unknown',
          `The connection was lost while ${name} was under way: it may or may not have run`,
        ),
      );
    }
  }

  /** Nothing will be sent any more. */
  stop(reason: string): void {
    this.line = undefined;
    this.stopped = new RocketError('unavailable', reason, { retryable: false });
    this.giveUpSent();
    const waiting = this.waiting;
    this.waiting = [];
    for (const { outcome } of waiting) outcome.reject(this.stopped);
  }

  // Replies

  /** A final reply, or one item of a stream. */
  settle(id: number, reply: Pick<ServerControl, 'error' | 'value' | 'next'>): void {
    const call = this.sent.get(id);
    if (call === undefined) return;
    const isItem = Object.hasOwn(reply, 'next');
    if (!isItem) this.sent.delete(id);
    if (reply.error !== undefined) {
      call.outcome.reject(RocketError.fromWire(reply.error));
      return;
    }
    try {
      if (isItem) call.outcome.item?.(this.translate.item(call.name, reply.next));
      else call.outcome.resolve(this.translate.result(call.name, reply.value));
    } catch (cause) {
      call.outcome.reject(new Error(`The result of ${call.name} does not fit its type`, { cause }));
    }
  }

  private send(call: Call, line: CallLine): void {
    if (!fits(call.text, line.maxPayload)) {
      const message = `The arguments of ${call.name} are larger than the ${line.maxPayload} bytes a frame may have`;
      call.outcome.reject(new RocketError('too_large', message));
      return;
    }
    this.sent.set(call.id, call);
    line.send(call.text);
  }

  private overflow(name: string): RocketError {
    return new RocketError(
      'unavailable',
      `No connection, and ${this.queueLimit} calls wait for one already: ${name} was not kept`,
    );
  }
}

/** A server closes the connection over a frame that is too large, which would take every other call down. */
function fits(text: string, maxPayload: number): boolean {
  // One UTF-16 unit is three bytes of UTF-8 at the most.
  return text.length * 3 <= maxPayload || new TextEncoder().encode(text).length <= maxPayload;
}
