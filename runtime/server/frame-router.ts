import { RocketError } from '../../src/errors.js';
import type { Events } from '../../src/events.js';
import { closeCodes } from '../../src/protocol/close-codes.js';
import type { Hello, Message } from '../../src/protocol/frames.js';
import { isControl } from '../../src/protocol/message.js';
import type { Calls } from './calls.js';
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
  private isClosed = false;

  constructor(
    private readonly handshake: Handshake,
    private readonly delivery: Delivery,
    private readonly calls: Calls,
    private readonly events: Events,
  ) {}

  /** No message is handled from now on: a call that began while its connection is being closed could not be answered. */
  close(): void {
    this.isClosed = true;
  }

  // Connection delegate

  message(connection: Connection<SessionUser>, message: Message): void {
    if (this.isClosed) return;
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
    void this.calls.runAll(
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
    this.calls.end(user);
    this.events.report('connection.closed', { session: user.sessionId, user: user.id, code });
  }

  // Control fields

  private introduce(connection: Connection<SessionUser>, message: Message): void {
    const { $hello } = message;
    // A call beside it would have no session yet.
    if (connection.dialect === 'plain' || !isObject($hello) || callNames(message).length > 0) {
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
    const { $hello, $id, $form, $more, $cancel } = message;
    if ($hello !== undefined) {
      this.reject(connection, 'The session has begun: $hello comes once');
      connection.close(closeCodes.protocolError, 'A second $hello');
      return;
    }
    if ($more !== undefined && !this.more(user, $more))
      return this.reject(connection, '$more is [id, count]');
    if ($cancel !== undefined && !this.cancel(user, $cancel))
      return this.reject(connection, '$cancel is an id');
    if (name === undefined) {
      if ($id !== undefined) this.reject(connection, 'A message with $id holds exactly one call');
      return;
    }
    const text = $form === 1;
    if ($form !== undefined && !text) return this.reject(connection, '$form is 1 or absent', name);
    if ($id === undefined) return void this.calls.runAll(user, message, callNames(message), text);
    if (calls !== 1) return this.reject(connection, 'A message with $id holds exactly one call', name);
    if (!isPositive($id)) return this.reject(connection, '$id is a positive integer', name);
    // A call id is never run twice, and a second reply would answer the wrong call.
    if ($id <= user.session.lastCallId)
      return this.reject(connection, `$id must increase: ${$id} has been used`, name);
    user.session.lastCallId = $id;
    void this.calls.answer(user, $id, name, message[name], text);
  }

  private more(user: SessionUser, more: unknown): boolean {
    if (!Array.isArray(more) || more.length !== 2 || !more.every(isPositive)) return false;
    const [id, count] = more as [number, number];
    this.calls.more(user, id, count);
    return true;
  }

  /** Streams only, so far: another call runs to its end and is answered. */
  private cancel(user: SessionUser, id: unknown): boolean {
    if (!isPositive(id)) return false;
    this.calls.cancel(user, id);
    return true;
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

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
