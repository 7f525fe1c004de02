import { RocketError } from '../../src/errors.js';
import type { Events } from '../../src/events.js';
import { closeCodes } from '../../src/protocol/close-codes.js';
import type { Hello, Message } from '../../src/protocol/frames.js';
import { isControl } from '../../src/protocol/message.js';
import type { Dispatcher } from './actions/dispatcher.js';
import { errorReply } from './actions/error-reply.js';
import type { Delivery } from './delivery/delivery.js';
import type { Handshake } from './delivery/handshake.js';
import { failureFrame } from './delivery/session.js';
import type { SessionUser } from './delivery/session-user.js';
import {
  type Connection,
  type ConnectionDelegate,
  type FrameFault,
  maxCallsInFrame,
} from './sockets/connection.js';

/**
 * Where sockets and actions meet: each message goes to the part that answers it. Calls start in the
 * order in which they come and run side by side; the calls of one message run one after another.
 */
export class FrameRouter implements ConnectionDelegate<SessionUser> {
  constructor(
    private readonly handshake: Handshake,
    private readonly delivery: Delivery,
    private readonly dispatcher: Dispatcher,
    private readonly events: Events,
    /** Calls that one session may have under way. */
    private readonly maxCallsInFlight: number,
  ) {}

  // Connection delegate

  message(connection: Connection<SessionUser>, message: Message): void {
    const user = connection.owner;
    if (user === undefined) return this.introduce(connection, message);
    let name: string | undefined;
    let calls = 0;
    let controls = 0;
    for (const key in message) {
      if (isControl(key)) {
        controls += 1;
      } else {
        name ??= key;
        calls += 1;
      }
    }
    if (user.session.dialect === 'plain') {
      if (controls > 0) return this.reject(connection, 'Control fields ($…) belong to the dialect rocket.v1');
      if (name === undefined) return this.reject(connection, 'The message names no call');
    } else if (controls > 0) {
      return this.controlled(connection, user, message, name, calls);
    }
    if (name === undefined) return;
    void this.runAll(
      user,
      message,
      calls === 1 ? [name] : callNames(message),
      user.session.dialect === 'plain',
    );
  }

  malformed(connection: Connection<SessionUser>, fault: FrameFault): void {
    this.reject(
      connection,
      fault === 'no message'
        ? 'The frame is not a message: send a JSON object such as {"Song.show":{"id":"1"}}'
        : `A frame holds at most ${maxCallsInFrame} calls`,
    );
  }

  binary(connection: Connection<SessionUser>): void {
    this.reject(connection, 'No upload is open that these bytes could belong to');
  }

  late(connection: Connection<SessionUser>): void {
    this.refuseHandshake(connection, 'The handshake took too long');
  }

  closed(connection: Connection<SessionUser>, code: number): void {
    const user = connection.owner;
    if (user === undefined) return;
    this.delivery.end(user.session);
    this.events.report('connection.closed', { session: user.sessionId, user: user.id, code });
  }

  // Control fields

  private introduce(connection: Connection<SessionUser>, message: Message): void {
    const { $hello } = message;
    if (connection.dialect === 'plain' || !isObject($hello)) {
      return this.refuseHandshake(connection, 'The first frame must be {"$hello":{…}}');
    }
    void this.handshake.hello(connection, $hello as Hello);
  }

  /** A `rocket.v1` message with control fields. Unknown ones are ignored, so that newer clients can add some. */
  private controlled(
    connection: Connection<SessionUser>,
    user: SessionUser,
    message: Message,
    name: string | undefined,
    calls: number,
  ): void {
    const { $hello, $id, $form } = message;
    if ($hello !== undefined) {
      this.reject(connection, 'The session has begun: $hello comes once');
      connection.close(closeCodes.protocolError, 'A second $hello');
      return;
    }
    if (name === undefined) {
      if ($id !== undefined) this.reject(connection, 'A message with $id holds exactly one call');
      return;
    }
    const text = $form === 1;
    if ($form !== undefined && !text) return this.reject(connection, '$form is 1 or absent', name);
    if ($id === undefined) return void this.runAll(user, message, callNames(message), text);
    if (calls !== 1) return this.reject(connection, 'A message with $id holds exactly one call', name);
    if (!Number.isSafeInteger($id) || ($id as number) < 1) {
      return this.reject(connection, '$id is a positive integer', name);
    }
    const id = $id as number;
    // A call id is never run twice, and a second reply would answer the wrong call.
    if (id <= user.session.lastCallId)
      return this.reject(connection, `$id must increase: ${id} has been used`, name);
    user.session.lastCallId = id;
    void this.answer(user, id, name, message[name], text);
  }

  // Calls

  /** A call with an id: exactly one reply. */
  private async answer(
    user: SessionUser,
    id: number,
    name: string,
    args: unknown,
    text: boolean,
  ): Promise<void> {
    let value: unknown;
    try {
      value = await this.run(user, name, args, text);
    } catch (error) {
      return user.session.replyError(id, errorReply(error));
    }
    this.reply(user, id, name, value);
  }

  private reply(user: SessionUser, id: number, name: string, value: unknown): void {
    try {
      user.session.reply(id, JSON.stringify(value));
    } catch (error) {
      const reply = errorReply(error);
      const call = { action: name, session: user.sessionId, user: user.id };
      this.events.report('reply.failed', { ...call, reference: reply.reference, error });
      user.session.replyError(id, reply);
    }
  }

  /** Calls without an id: only failures are told. One that fails does not keep the next from running. */
  private async runAll(
    user: SessionUser,
    message: Message,
    names: readonly string[],
    text: boolean,
  ): Promise<void> {
    for (const name of names) {
      try {
        await this.run(user, name, message[name], text);
      } catch (error) {
        user.session.reportError(errorReply(error), name);
      }
    }
  }

  private async run(user: SessionUser, name: string, args: unknown, text: boolean): Promise<unknown> {
    const { session } = user;
    if (session.callsInFlight >= this.maxCallsInFlight) {
      throw new RocketError('rate_limited', `More than ${this.maxCallsInFlight} calls at once`);
    }
    session.callsInFlight += 1;
    try {
      return await this.dispatcher.dispatch(user, name, args, text);
    } finally {
      session.callsInFlight -= 1;
    }
  }

  // Refusals

  private reject(connection: Connection<SessionUser>, reason: string, call?: string): void {
    const user = connection.owner;
    this.events.report('frame.rejected', { session: user?.sessionId, reason });
    if (user === undefined && connection.dialect !== 'plain') return this.refuseHandshake(connection, reason);
    connection.send(failureFrame(new RocketError('bad_message', reason), call));
  }

  private refuseHandshake(connection: Connection<SessionUser>, reason: string): void {
    this.events.report('connection.refused', { reason, remoteAddress: connection.request.remoteAddress });
    connection.close(closeCodes.protocolError, reason);
  }
}

function callNames(message: Message): string[] {
  return Object.keys(message).filter((key) => !isControl(key));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
