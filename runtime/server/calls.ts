import type { Clock } from '../../src/clock.js';
import type { Encoder, ServerManifest } from '../../src/contract/manifest.js';
import { type DeadlineLine, Deadlines } from '../../src/deadlines.js';
import { RocketError } from '../../src/errors.js';
import type { CallFields, Events } from '../../src/events.js';
import type { Message } from '../../src/protocol/frames.js';
import { Call } from './actions/call.js';
import type { CallContext } from './actions/call-context.js';
import type { Dispatcher } from './actions/dispatcher.js';
import { errorReply } from './actions/error-reply.js';
import { isStream, ReplyStream } from './actions/reply-stream.js';
import type { Session } from './delivery/session.js';

export interface CallSettings {
  /** Calls that one session may have under way. */
  readonly maxCallsInFlight: number;
  /** Milliseconds until a call is answered with `timeout`, where its action says nothing else. */
  readonly callTimeout: number;
}

/** How a call came, beside its arguments. */
export interface CallForm {
  /** The arguments may be a form's. */
  readonly text: boolean;
  /** Of a stream that is asked for again: how many items have come, and how many more are taken. */
  readonly items?: readonly [came: number, more: number] | undefined;
}

/** Calls that have been read: runs them, once, and sees that each that is due an answer gets one. */
export class Calls {
  private readonly streams = new WeakMap<Call, ReplyStream>();
  private readonly results: ReadonlyMap<string, Encoder>;
  private readonly items: ReadonlyMap<string, Encoder>;
  private readonly deadlines: Deadlines;
  /** Milliseconds → the calls with that deadline. */
  private readonly lines = new Map<number, DeadlineLine<Call>>();
  /** Numbers calls without an id. */
  private unnumbered = 0;
  private running = 0;

  constructor(
    private readonly dispatcher: Pick<Dispatcher, 'dispatch' | 'entry'>,
    private readonly context: CallContext,
    private readonly events: Events,
    clock: Clock,
    private readonly settings: CallSettings,
    /** What makes JSON of results and of streamed items. */
    encoders: Pick<ServerManifest, 'results' | 'items'>,
  ) {
    this.results = new Map(Object.entries(encoders.results));
    this.items = new Map(Object.entries(encoders.items));
    this.deadlines = new Deadlines(clock);
  }

  /**
   * A call with an id that has not been seen: exactly one final reply, behind the items of its stream if it has one.
   *
   * @returns settles when the call is over; undefined where it is already
   */
  answer(
    session: Session,
    id: number,
    name: string,
    args: unknown,
    form: CallForm,
  ): Promise<void> | undefined {
    const { ledger } = session;
    const call = new Call(session.user, name, id);
    ledger.asked(id);
    if (ledger.executing >= this.settings.maxCallsInFlight) {
      session.replyError(id, this.refused(session, this.tooMany()));
      return undefined;
    }
    ledger.lastCall = Math.max(ledger.lastCall, id);
    let result: unknown;
    try {
      result = this.dispatcher.dispatch(call, args, form.text);
      // What ends within its turn is not noted as running: nothing could ask for it, or abort it.
      if (!(result instanceof Promise) && !isStream(result)) {
        session.reply(id, this.encoded(name, result));
        return undefined;
      }
    } catch (error) {
      session.replyError(id, this.told(call, error, false));
      return undefined;
    }
    return this.wait(session, call, result);
  }

  /**
   * A call with an id that has been seen: the client came back and has no final reply. It is not run again, unless its outcome
   * is unknown and its action declares that this does no harm.
   *
   * @returns false where nobody waits for a call of this id
   */
  again(session: Session, id: number, name: string, args: unknown, form: CallForm): boolean {
    const { ledger } = session;
    const state = ledger.state(id);
    const came = form.items?.[0] ?? 0;
    ledger.asked(id);
    if (state === 'finished') session.resend(id, came);
    else if (state === 'running') this.goOn(session, id, form);
    else if (state === 'unknown') {
      if (came === 0 && this.dispatcher.entry(name)?.idempotent)
        void this.answer(session, id, name, args, form);
      else session.replyError(id, this.refused(session, lostWithItsServer(name)));
    }
    return state !== 'used';
  }

  /** Calls without an id: only failures are told. One that fails does not keep the next from running. */
  async runAll(session: Session, message: Message, names: readonly string[], text: boolean): Promise<void> {
    for (const name of names) await this.runOne(session, name, message[name], text);
  }

  /** The client takes more items of a stream. */
  more(session: Session, id: number, count: number): void {
    this.streamUnder(session, id)?.more(count);
  }

  /** The client wants the result no more. Of a call that is over this says nothing new. */
  cancel(session: Session, id: number): void {
    const { ledger } = session;
    const call = ledger.runningCall(id);
    const state = ledger.state(id);
    // Of a call that never came a client may wait for the end all the same.
    const isLost = state === 'unknown' || (state === 'new' && ledger.isAwaited(id));
    ledger.asked(id);
    if (call instanceof Call) call.abort(new RocketError('cancelled'));
    else if (state === 'finished') session.resend(id, Number.POSITIVE_INFINITY);
    else if (isLost) session.replyError(id, new RocketError('cancelled'));
  }

  /** How many run, those included for which nobody waits any more. */
  get underWay(): number {
    return this.running;
  }

  /** Leaves no timer behind. */
  stop(): void {
    this.deadlines.stop();
  }

  /** Answers a call when its action has ended, or sends what it streams. */
  private async wait(session: Session, call: Call, result: unknown): Promise<void> {
    const { id, action: name } = call;
    session.ledger.begin(id, call);
    call.aborted = (error) => session.replyError(id, this.abortion(call, error));
    const line = this.deadline(name);
    this.begin(line, call);
    let stream: ReplyStream | undefined;
    try {
      let value = await result;
      if (isStream(value) && !call.isOver) {
        if (this.dispatcher.entry(name)?.timeout === undefined) line.clear(call);
        stream = this.streamOf(session, call, name);
        value = await stream.run(value);
      }
      if (!call.isOver) session.reply(id, this.encoded(name, value), stream?.tail);
    } catch (error) {
      if (!call.isOver) session.replyError(id, this.told(call, error, stream !== undefined), stream?.tail);
    } finally {
      this.end(session, line, call);
    }
  }

  private async runOne(session: Session, name: string, args: unknown, text: boolean): Promise<void> {
    this.unnumbered -= 1;
    const call = new Call(session.user, name, this.unnumbered);
    if (session.ledger.executing >= this.settings.maxCallsInFlight) {
      session.reportError(this.refused(session, this.tooMany()), name);
      return;
    }
    session.ledger.begin(call.id, call);
    call.aborted = (error) => session.reportError(this.abortion(call, error), name);
    const line = this.deadline(name);
    this.begin(line, call);
    try {
      const value = await this.dispatcher.dispatch(call, args, text);
      if (isStream(value))
        throw new RocketError('bad_message', `${name} answers with a stream: call it with $id`);
    } catch (error) {
      if (!call.isOver) session.reportError(errorReply(error), name);
    } finally {
      session.ledger.drop(call.id);
      this.end(session, line, call);
    }
  }

  private begin(line: DeadlineLine<Call>, call: Call): void {
    this.running += 1;
    line.set(call);
  }

  private end({ ledger }: Session, line: DeadlineLine<Call>, call: Call): void {
    line.clear(call);
    ledger.executed();
    this.running -= 1;
    call.trace?.end();
  }

  private deadline(name: string): DeadlineLine<Call> {
    const length = this.dispatcher.entry(name)?.timeout ?? this.settings.callTimeout;
    let line = this.lines.get(length);
    if (line === undefined) {
      line = this.deadlines.line(length, (call: Call) =>
        call.abort(new RocketError('timeout', `${call.action} took longer than ${length} ms`)),
      );
      this.lines.set(length, line);
    }
    return line;
  }

  private goOn(session: Session, id: number, { items }: CallForm): void {
    const stream = this.streamUnder(session, id);
    if (stream === undefined) return;
    try {
      stream.resume(...(items ?? [0, 0]));
    } catch (error) {
      session.reportError(errorReply(error));
    }
  }

  private streamUnder({ ledger }: Session, id: number): ReplyStream | undefined {
    const call = ledger.runningCall(id);
    return call instanceof Call ? this.streams.get(call) : undefined;
  }

  private streamOf(session: Session, call: Call, name: string): ReplyStream {
    const encoder = this.items.get(name);
    const encode = (item: unknown) => json(encoder, item) ?? 'null';
    const isAwaited = session.ledger.isAwaited(call.id);
    const stream = new ReplyStream(call, this.context, session, encode, isAwaited);
    this.streams.set(call, stream);
    return stream;
  }

  /** As JSON; undefined for what JSON has no word for. */
  private encoded(name: string, value: unknown): string | undefined {
    try {
      return json(this.results.get(name), value);
    } catch (error) {
      throw new UnwritableResult(error);
    }
  }

  /** What the caller is told of a failure. What the dispatcher has not seen, since it came afterwards, is reported here. */
  private told(call: Call, error: unknown, isStream: boolean): RocketError {
    const cause = error instanceof UnwritableResult ? error.cause : error;
    const reply = errorReply(cause);
    if (error instanceof UnwritableResult || (isStream && reply.code === 'internal'))
      this.events.report('reply.failed', { ...fields(call), reference: reply.reference, error: cause });
    if (isStream) call.trace?.end(reply, cause);
    return reply;
  }

  /** What the caller of a call is told that is not run. */
  private refused({ id: session, user }: Session, error: RocketError): RocketError {
    this.events.report('call.refused', { session, user: user.id, code: error.code });
    return error;
  }

  /** What the caller is told of a call that goes on without it. */
  private abortion(call: Call, error: RocketError): RocketError {
    this.events.report('call.aborted', { ...fields(call), code: error.code });
    return error;
  }

  private tooMany(): RocketError {
    return new RocketError('rate_limited', `More than ${this.settings.maxCallsInFlight} calls at once`);
  }
}

function fields({ action, user }: Call): CallFields {
  return { action, session: user.sessionId, user: user.id };
}

function lostWithItsServer(name: string): RocketError {
  const message = `${name} was under way when its server was lost: it may or may not have run`;
  return new RocketError('outcome_unknown', message);
}

/** The action has ended well, and what it returned cannot be written. */
class UnwritableResult {
  constructor(readonly cause: unknown) {}
}

function json(encoder: Encoder | undefined, value: unknown): string | undefined {
  return JSON.stringify(encoder === undefined ? value : encoder(value));
}
