import type { Clock } from '../../src/clock.js';
import { RocketError } from '../../src/errors.js';
import type { ClientControl, ServerControl } from '../../src/protocol/frames.js';
import type { CallForm, Outcome } from './call.js';
import { Call } from './call.js';
import type { Abortion, CallOptions } from './call-options.js';
import { Reply } from './reply.js';
import { CallStream } from './stream.js';
import { Timeouts } from './timeouts.js';

/** Where calls go while a connection is open. */
export interface CallLine {
  send(text: string): void;
  /** Bytes a frame may have at the most. */
  readonly maxPayload: number;
  /** How many calls may be without their final reply. */
  readonly maxCalls: number;
}

/** What crosses the wire, from what the types of an action say and back again: dates are dates. */
export interface Translation {
  params(action: string, value: unknown): unknown;
  result(action: string, value: unknown): unknown;
  item(action: string, value: unknown): unknown;
}

export interface CallsOptions {
  /** How many calls may wait until they can be sent. */
  readonly queueLimit: number;
  readonly clock: Clock;
  readonly translate: Translation;
  /** Told of a failed call that nobody awaits. */
  unheard(error: Error): void;
  /** Another number of calls waits. */
  changed(): void;
}

/**
 * Calls from the moment they are made until they are answered: waiting until they can be sent, or sent and
 * without a final reply. Ids rise for as long as the client lives, and over page loads that share a session.
 */
export class Calls {
  /** By rising ids. Those that were given up are among them, until the server has answered. */
  private readonly sent = new Map<number, Call>();
  private readonly waiting: Call[] = [];
  private readonly timeouts: Timeouts;
  private lastId = 0;
  private lastSent = 0;
  private toldWaits = 0;
  private line: CallLine | undefined;
  private isHeld = false;
  private stopped: RocketError | undefined;

  constructor(private readonly options: CallsOptions) {
    this.timeouts = new Timeouts(options.clock);
  }

  call(name: string, params: unknown, form: CallForm = {}): Promise<unknown> {
    const reply = new Reply(this.options.unheard);
    this.make(name, params, form, reply);
    return reply.promise;
  }

  /** A call of an action with a streamed result. */
  stream(name: string, params: unknown, options: CallOptions = {}): CallStream {
    // Stays undefined for a call that could not be made; its stream is over and asks for nothing.
    let call: Call | undefined;
    const line = {
      more: (count: number) => {
        if (call === undefined || !this.sent.has(call.id)) return;
        this.line?.send(JSON.stringify({ $more: [call.id, count] } satisfies ClientControl));
      },
      cancel: () => call && this.giveUp(call, new RocketError('cancelled')),
    };
    const stream = new CallStream(line, this.options.unheard);
    call = this.make(name, params, options, stream);
    return stream;
  }

  /** How many calls wait until they can be sent. */
  get waits(): number {
    return this.waiting.length;
  }

  /** Ids of calls that were sent and have no final reply, in order. */
  pending(): number[] {
    return [...this.sent.keys()];
  }

  /** Every call up to this id that was sent has its final reply. */
  get repliedUpTo(): number {
    for (const first of this.sent.keys()) return first - 1;
    return this.lastSent;
  }

  /** The highest id used so far; later ones are higher. */
  get last(): number {
    return this.lastId;
  }

  /** Ids up to this one were used by an earlier page load. */
  startAfter(id: number): void {
    this.lastId = id;
    this.lastSent = id;
  }

  // Connection

  /** A session goes on or begins: what it may know already is told to it, then what it never heard of. */
  opened(line: CallLine, resumed: boolean): void {
    this.line = line;
    this.isHeld = false;
    if (!resumed) this.giveUpSent();
    for (const call of this.sent.values()) {
      line.send(call.again());
      // The server may have answered long ago, and does not do so twice.
      if (call.isGivenUp) this.sent.delete(call.id);
    }
    this.sendWaiting();
  }

  lost(): void {
    this.line = undefined;
    this.isHeld = false;
  }

  /** Another connection has been told which calls are pending: no others may begin until it is known which one stays. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    this.sendWaiting();
  }

  /** Rejects what was sent: no session is left that could say how it ended. */
  giveUpSent(): void {
    const calls = [...this.sent.values()];
    this.sent.clear();
    for (const call of calls) {
      const message = `The connection was lost while ${call.name} was under way: it may or may not have run`;
      call.reject(new RocketError('outcome_unknown', message));
    }
  }

  /** Nothing will be sent any more. */
  stop(reason: string): void {
    this.line = undefined;
    this.stopped = new RocketError('unavailable', reason, { retryable: false });
    this.giveUpSent();
    for (const call of this.waiting.splice(0)) call.reject(this.stopped);
    this.tellWaits();
  }

  // Replies

  /** A final reply, or one item of a stream. */
  settle(id: number, reply: Pick<ServerControl, 'error' | 'value' | 'next'>): void {
    const { translate } = this.options;
    const call = this.sent.get(id);
    if (call === undefined) return;
    const isItem = Object.hasOwn(reply, 'next');
    if (!isItem) this.sent.delete(id);
    try {
      if (reply.error !== undefined) call.reject(RocketError.fromWire(reply.error));
      else if (isItem) call.item(translate.item(call.name, reply.next));
      else call.resolve(translate.result(call.name, reply.value));
    } catch (cause) {
      this.giveUp(call, new Error(`The result of ${call.name} does not fit its type`, { cause }));
    }
    if (!isItem) this.sendWaiting();
  }

  // Making and ending

  /** @returns undefined where the call could not be made. */
  private make(name: string, params: unknown, form: CallForm, outcome: Outcome): Call | undefined {
    try {
      if (this.stopped !== undefined) throw this.stopped;
      if (form.signal?.aborted) throw aborted(form.signal);
      if (!this.hasRoom && this.waits >= this.options.queueLimit) throw this.overflow(name);
      const id = this.lastId + 1;
      // Encoded now: what the caller does with its objects afterwards is not what was called.
      const sent = form.form ? params : this.options.translate.params(name, params);
      const text = JSON.stringify({ [name]: sent ?? '', $id: id, ...(form.form && { $form: 1 }) });
      this.lastId = id;
      const call: Call = new Call(
        id,
        name,
        text,
        outcome,
        this.limit(form, name, (error) => this.giveUp(call, error)),
      );
      this.waiting.push(call);
      this.sendWaiting();
      return call;
    } catch (error) {
      outcome.reject(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  /** @returns what ends the watch on the signal and on the time */
  private limit({ signal, timeout }: CallOptions, name: string, end: (error: Error) => void): () => void {
    if (signal === undefined && timeout === undefined) return nothing;
    const abort = () => signal && end(aborted(signal));
    const pass = () => end(new RocketError('timeout', `${name} was not answered in ${timeout} ms`));
    signal?.addEventListener('abort', abort);
    if (timeout !== undefined) this.timeouts.set(pass, timeout);
    return () => {
      signal?.removeEventListener('abort', abort);
      this.timeouts.clear(pass);
    };
  }

  /** One that has yet to be sent is not sent; of one that has been, the server is told. */
  private giveUp(call: Call, error: Error): void {
    if (call.isGivenUp) return;
    const place = this.waiting.indexOf(call);
    call.reject(error);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      this.tellWaits();
    } else if (this.sent.has(call.id)) {
      this.line?.send(JSON.stringify({ $cancel: call.id } satisfies ClientControl));
    }
  }

  private get hasRoom(): boolean {
    return this.line !== undefined && !this.isHeld && this.sent.size < this.line.maxCalls;
  }

  private sendWaiting(): void {
    while (this.waits > 0 && this.hasRoom) this.send(this.waiting.shift() as Call, this.line as CallLine);
    this.tellWaits();
  }

  /** Of a call that is sent as soon as it is made nothing is told. */
  private tellWaits(): void {
    if (this.toldWaits === this.waits) return;
    this.toldWaits = this.waits;
    this.options.changed();
  }

  private send(call: Call, { send, maxPayload }: CallLine): void {
    if (!fits(call.text, maxPayload)) {
      const message = `The arguments of ${call.name} are larger than the ${maxPayload} bytes a frame may have`;
      call.reject(new RocketError('too_large', message));
      return;
    }
    this.sent.set(call.id, call);
    this.lastSent = call.id;
    send(call.text);
  }

  private overflow(name: string): RocketError {
    const { queueLimit } = this.options;
    const cause = this.line === undefined ? 'No connection, and ' : '';
    return new RocketError(
      'unavailable',
      `${cause}${queueLimit} calls wait to be sent already: ${name} was not kept`,
    );
  }
}

function aborted(signal: Abortion): RocketError {
  return new RocketError('cancelled', undefined, { cause: signal.reason });
}

function nothing(): void {}

/** A server closes the connection over a frame that is too large, which would take every other call down. */
function fits(text: string, maxPayload: number): boolean {
  // One UTF-16 unit is three bytes of UTF-8 at the most.
  return text.length * 3 <= maxPayload || new TextEncoder().encode(text).length <= maxPayload;
}
