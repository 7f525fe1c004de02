import { RocketError } from '../../src/errors.js';
import type { Events } from '../../src/events.js';
import { closeCodes } from '../../src/protocol/close-codes.js';
import type { Message, ServerControl } from '../../src/protocol/frames.js';
import { isControl } from '../../src/protocol/message.js';
import type { Calls } from './calls.js';
import { type ControlFields, callNames, readControl, readHello } from './control-fields.js';
import type { Delivery } from './delivery/delivery.js';
import { type Handshake, tryAgainLater } from './delivery/handshake.js';
import { failureFrame, type Session } from './delivery/session.js';
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
export class FrameRouter implements ConnectionDelegate<Session> {
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

  message(connection: Connection<Session>, message: Message): void {
    if (this.isClosed) return;
    const doubt = this.delivery.sessions.certainty();
    if (doubt !== undefined) return this.wait(connection, doubt, message);
    const session = connection.owner;
    if (session === undefined) return this.introduce(connection, message);
    // A session that goes on in another connection is no longer this one's.
    if (session.connection !== connection) return;
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
    if (session.dialect === 'plain') {
      if (controls > 0) return this.reject(connection, 'Control fields ($…) belong to the dialect rocket.v1');
      if (name === undefined) return this.reject(connection, 'The message names no call');
    } else if (controls > 0) {
      return this.controlled(connection, session, message, name, calls);
    }
    if (name === undefined) return;
    const names = calls === 1 ? [name] : callNames(message);
    void this.calls.runAll(session, message, names, session.dialect === 'plain');
  }

  malformed(connection: Connection<Session>, fault: FrameFault): void {
    this.reject(
      connection,
      fault === 'no message'
        ? 'The frame is not a message: send a JSON object such as {"Song.show":{"id":"1"}}'
        : `A frame holds at most ${maxCallsInFrame} calls`,
    );
  }

  binary(connection: Connection<Session>): void {
    this.reject(connection, 'No upload is open that these bytes could belong to');
  }

  late(connection: Connection<Session>): void {
    const reason = 'The handshake took too long';
    if (!connection.isHeld) return this.refuseHandshake(connection, reason);
    // It has said what it had to say: that there is no answer yet is not its fault.
    this.events.report('connection.refused', { reason, remoteAddress: connection.remoteAddress });
    connection.close(tryAgainLater, reason);
  }

  drained({ owner }: Connection<Session>): void {
    if (owner !== undefined) this.delivery.drained(owner);
  }

  flooded(connection: Connection<Session>): void {
    const { owner, remoteAddress } = connection;
    this.events.report('connection.flooded', { session: owner?.id, remoteAddress });
  }

  closed(connection: Connection<Session>, code: number): void {
    const session = connection.owner;
    if (session === undefined) return;
    this.delivery.sessions.lost(session, connection);
    this.events.report('connection.closed', { session: session.id, user: session.user.id, code });
  }

  /** The session may be another node's by now: what comes from its client waits, in order, until that is known. */
  private wait(connection: Connection<Session>, doubt: Promise<void>, message: Message): void {
    connection.hold(() => this.message(connection, message));
    void doubt.then(() => connection.release());
  }

  // Control fields

  private introduce(connection: Connection<Session>, message: Message): void {
    const hello = readHello(message.$hello);
    // A call beside it would have no session yet.
    if (connection.dialect === 'plain' || hello === undefined || callNames(message).length > 0) {
      return this.refuseHandshake(connection, 'The first frame must be {"$hello":{…}}');
    }
    void this.handshake.hello(connection, hello);
  }

  /** A `rocket.v1` message with control fields. */
  private controlled(
    connection: Connection<Session>,
    session: Session,
    message: Message,
    name: string | undefined,
    calls: number,
  ): void {
    if (message.$hello !== undefined) {
      this.reject(connection, 'The session has begun: $hello comes once');
      connection.close(closeCodes.protocolError, 'A second $hello');
      return;
    }
    const fields = readControl(message);
    if (typeof fields === 'string') return this.reject(connection, fields, name);
    const { id, text, more, cancel, seen, got, hasAuth } = fields;
    if (seen !== undefined || got !== undefined) this.delivery.sessions.acknowledge(session, seen, got);
    if (more !== undefined) this.calls.more(session, ...more);
    if (cancel !== undefined) this.calls.cancel(session, cancel);
    if (hasAuth) void this.renew(connection, session, message.$auth);
    if (id !== undefined && calls !== 1)
      return this.reject(connection, 'A message with $id holds exactly one call', name);
    if (name === undefined) return;
    if (id !== undefined) this.numbered(connection, session, message, name, id, fields);
    else void this.calls.runAll(session, message, callNames(message), text);
  }

  private numbered(
    connection: Connection<Session>,
    session: Session,
    message: Message,
    name: string,
    id: number,
    form: ControlFields,
  ): void {
    if (session.ledger.state(id) === 'new') void this.calls.answer(session, id, name, message[name], form);
    // A call id is never run twice, and a second reply would answer the wrong call.
    else if (!this.calls.again(session, id, name, message[name], form))
      this.reject(connection, `$id must increase: ${id} has been used`, name);
  }

  /** New credentials: what comes behind them waits for the answer. */
  private async renew(connection: Connection<Session>, session: Session, auth: unknown): Promise<void> {
    connection.hold();
    const error = await this.handshake.renew(connection, session, auth);
    const answer = error === undefined ? { ok: true } : { ok: false, error: error.toWire() };
    connection.send(JSON.stringify({ $auth: answer } satisfies ServerControl));
    connection.release();
  }

  // Refusals

  private reject(connection: Connection<Session>, reason: string, call?: string): void {
    const session = connection.owner;
    this.events.report('frame.rejected', { session: session?.id, reason });
    if (session === undefined && connection.dialect !== 'plain')
      return this.refuseHandshake(connection, reason);
    connection.send(failureFrame(new RocketError('bad_message', reason), call));
  }

  private refuseHandshake(connection: Connection<Session>, reason: string): void {
    this.events.report('connection.refused', { reason, remoteAddress: connection.remoteAddress });
    connection.close(closeCodes.protocolError, reason);
  }
}
