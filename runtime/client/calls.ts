import { RocketError } from '../../src/errors.js';
import type { ServerControl } from '../../src/protocol/frames.js';
import { Reply } from './reply.js';

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
  readonly reply: Reply;
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
   * @param revive turns the result of an action as JSON delivered it into what its type says.
   * @param unheard told of a failed call that nobody awaits.
   */
  constructor(
    private readonly queueLimit: number,
    private readonly revive: (action: string, value: unknown) => unknown,
    private readonly unheard: (error: Error) => void,
  ) {}

  call(name: string, params: unknown, { form }: CallForm): Promise<unknown> {
    const reply = new Reply(this.unheard);
    try {
      if (this.stopped !== undefined) throw this.stopped;
      if (this.line === undefined && this.waiting.length >= this.queueLimit) throw this.overflow(name);
      const id = this.lastId + 1;
      // Encoded now: what the caller does with its objects afterwards is not what was called.
      const text = JSON.stringify({ [name]: params ?? '', $id: id, ...(form && { $form: 1 }) });
      this.lastId = id;
      const call: Call = { id, name, text, reply };
      if (this.line === undefined) this.waiting.push(call);
      else this.send(call, this.line);
    } catch (error) {
      reply.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return reply.promise;
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
    for (const { name, reply } of calls) {
      reply.reject(
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
    for (const { reply } of waiting) reply.reject(this.stopped);
  }

  // Replies

  settle(id: number, { error, value }: Pick<ServerControl, 'error' | 'value'>): void {
    const call = this.sent.get(id);
    if (call === undefined) return;
    this.sent.delete(id);
    if (error !== undefined) {
      call.reply.reject(RocketError.fromWire(error));
      return;
    }
    try {
      call.reply.resolve(this.revive(call.name, value));
    } catch (cause) {
      call.reply.reject(new Error(`The result of ${call.name} does not fit its type`, { cause }));
    }
  }

  private send(call: Call, line: CallLine): void {
    if (!fits(call.text, line.maxPayload)) {
      const message = `The arguments of ${call.name} are larger than the ${line.maxPayload} bytes a frame may have`;
      call.reply.reject(new RocketError('too_large', message));
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
