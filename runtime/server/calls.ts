import type { Encoder, ServerManifest } from '../../src/contract/manifest.js';
import { RocketError } from '../../src/errors.js';
import type { Events } from '../../src/events.js';
import type { Message } from '../../src/protocol/frames.js';
import type { CallContext } from './actions/call-context.js';
import type { Dispatcher } from './actions/dispatcher.js';
import { errorReply } from './actions/error-reply.js';
import { isStream, ReplyStreams, type StreamOutlet } from './actions/reply-streams.js';
import type { SessionUser } from './delivery/session-user.js';

/** Calls that have been read: runs them and sees that each that is due an answer gets one. */
export class Calls {
  /** Of sessions that have called an action with a streamed result. */
  private readonly streams = new Map<SessionUser, ReplyStreams>();
  private readonly results: ReadonlyMap<string, Encoder>;
  private readonly items: ReadonlyMap<string, Encoder>;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly context: CallContext,
    private readonly events: Events,
    /** Calls that one session may have under way. */
    private readonly maxInFlight: number,
    /** What makes JSON of results and of streamed items. */
    encoders: Pick<ServerManifest, 'results' | 'items'>,
  ) {
    this.results = new Map(Object.entries(encoders.results));
    this.items = new Map(Object.entries(encoders.items));
  }

  /** A call with an id: exactly one final reply, behind the items of its stream if it has one. */
  async answer(user: SessionUser, id: number, name: string, args: unknown, text: boolean): Promise<void> {
    try {
      this.begin(user);
    } catch (error) {
      return user.session.replyError(id, errorReply(error));
    }
    try {
      const value = await this.dispatcher.dispatch(user, name, args, text);
      // Nobody would ever take its items: the generator would wait for credit, and stay.
      if (user.session.hasEnded) return;
      if (isStream(value)) await this.streamsOf(user).run(id, name, value);
      else this.reply(user, id, name, value);
    } catch (error) {
      user.session.replyError(id, errorReply(error));
    } finally {
      user.session.callsInFlight -= 1;
    }
  }

  /** Calls without an id: only failures are told. One that fails does not keep the next from running. */
  async runAll(user: SessionUser, message: Message, names: readonly string[], text: boolean): Promise<void> {
    for (const name of names) {
      try {
        this.begin(user);
        try {
          const value = await this.dispatcher.dispatch(user, name, message[name], text);
          if (isStream(value))
            throw new RocketError('bad_message', `${name} answers with a stream: call it with $id`);
        } finally {
          user.session.callsInFlight -= 1;
        }
      } catch (error) {
        user.session.reportError(errorReply(error), name);
      }
    }
  }

  /** The client takes more items of a stream. */
  more(user: SessionUser, id: number, count: number): void {
    this.streams.get(user)?.more(id, count);
  }

  /** The client wants no more of a stream. */
  cancel(user: SessionUser, id: number): void {
    this.streams.get(user)?.cancel(id);
  }

  /** The session is gone: nobody is left to stream to. */
  end(user: SessionUser): void {
    this.streams.get(user)?.close();
    this.streams.delete(user);
  }

  private begin({ session }: SessionUser): void {
    if (session.callsInFlight >= this.maxInFlight) {
      throw new RocketError('rate_limited', `More than ${this.maxInFlight} calls at once`);
    }
    session.callsInFlight += 1;
  }

  private reply(user: SessionUser, id: number, name: string, value: unknown): void {
    try {
      user.session.reply(id, encoded(this.results.get(name), value));
    } catch (error) {
      const reply = errorReply(error);
      this.reportFailure(user, name, reply, error);
      user.session.replyError(id, reply);
    }
  }

  private streamsOf(user: SessionUser): ReplyStreams {
    let streams = this.streams.get(user);
    if (streams === undefined) {
      streams = new ReplyStreams(user, this.context, this.outletOf(user));
      this.streams.set(user, streams);
    }
    return streams;
  }

  private outletOf(user: SessionUser): StreamOutlet {
    return {
      // An item that JSON cannot carry ends the stream, whose generator is told by the throw.
      next: (id, call, item) => user.session.next(id, encoded(this.items.get(call), item) ?? 'null'),
      end: (id, call, value) => this.reply(user, id, call, value),
      fail: (id, call, error) => {
        const reply = errorReply(error);
        if (reply.code === 'internal') this.reportFailure(user, call, reply, error);
        user.session.replyError(id, reply);
      },
    };
  }

  private reportFailure(user: SessionUser, action: string, reply: RocketError, error: unknown): void {
    const call = { action, session: user.sessionId, user: user.id };
    this.events.report('reply.failed', { ...call, reference: reply.reference, error });
  }
}

/** As JSON; undefined for what JSON has no word for. */
function encoded(encoder: Encoder | undefined, value: unknown): string | undefined {
  return JSON.stringify(encoder === undefined ? value : encoder(value));
}
