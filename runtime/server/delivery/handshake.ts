import { randomBytes } from 'node:crypto';
import type { Identity } from '../../../src/contract/register.js';
import { RocketError } from '../../../src/errors.js';
import type { Events } from '../../../src/events.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';
import type { Hello, Welcome } from '../../../src/protocol/frames.js';
import type { Connection } from '../sockets/connection.js';
import type { Admission } from '../sockets/gateway.js';
import type { WireRequest } from '../sockets/wire.js';
import type { Authenticator } from './authenticator.js';
import type { Delivery } from './delivery.js';
import type { SessionUser } from './session-user.js';

export interface HandshakeFacts {
  readonly node: string;
  /** Hash of the compiled contract. */
  readonly contract: string;
  /** Milliseconds. */
  readonly heartbeat: number;
  /** Bytes. */
  readonly maxPayload: number;
}

/** From an open socket to a session: who is it, and what must it be told first. */
export class Handshake {
  constructor(
    private readonly facts: HandshakeFacts,
    private readonly authenticator: Authenticator | undefined,
    private readonly delivery: Delivery,
    private readonly events: Events,
  ) {}

  /** Plain: authenticates before the upgrade. Never rejects. */
  async admit(request: WireRequest): Promise<Admission> {
    try {
      const identity = await this.authenticate(request, undefined);
      return identity === null ? { status: 401, reason: 'Sign in first' } : { identity };
    } catch (error) {
      if (isForbidden(error)) return { status: 403, reason: 'Not allowed' };
      this.events.report('authentication.failed', { error });
      return { status: 500, reason: 'Authentication failed' };
    }
  }

  /** Plain: the connection begins as it is, with a session that ends with it. Never rejects. */
  async openPlain(connection: Connection<SessionUser>, identity: Identity | undefined): Promise<void> {
    connection.hold();
    await this.settle(connection, () => this.begin(connection, identity));
  }

  /** `rocket.v1`: the first frame. What comes behind it waits until the welcome is out. Never rejects. */
  async hello(connection: Connection<SessionUser>, hello: Hello): Promise<void> {
    connection.hold();
    await this.settle(connection, async () => {
      const identity = await this.authenticate(connection.request, hello.auth);
      if (identity !== null) return this.begin(connection, identity);
      this.refuse(connection, closeCodes.authenticateAgain, 'Sign in first');
    });
  }

  /** Runs one handshake; any failure of it closes the connection. */
  private async settle(connection: Connection<SessionUser>, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (isForbidden(error)) return this.refuse(connection, closeCodes.refused, 'Not allowed');
      this.events.report('authentication.failed', { error });
      // 1011, "internal error": nothing is wrong with the client, which may come back.
      connection.close(1011, 'The handshake failed');
    }
  }

  private async begin(connection: Connection<SessionUser>, identity: Identity | undefined): Promise<void> {
    const id = randomBytes(12).toString('base64url');
    const secret = randomBytes(24).toString('base64url');
    const { user, at } = await this.delivery.open(connection, { id, secret, identity: identity ?? { id } });
    const { session } = user;
    if (!connection.isOpen) return this.delivery.end(session);
    connection.introduce(user);
    this.events.report('connection.opened', { session: id, user: user.id, dialect: session.dialect });
    if (session.dialect === 'plain') {
      session.begin();
    } else {
      const welcome: Welcome = { session: id, secret, resumed: false, ...this.facts, window: 0, at };
      session.begin(JSON.stringify({ $welcome: welcome }));
    }
    connection.release();
  }

  /** Null: refused. Undefined: anonymous, the identity is the session. */
  private async authenticate(request: WireRequest, auth: unknown): Promise<Identity | null | undefined> {
    const identity = await this.authenticator?.authenticate({ ...request, auth });
    if (identity === undefined && this.authenticator === undefined) return undefined;
    if (identity === null) return null;
    if (typeof identity?.id === 'string' && identity.id !== '') return identity;
    throw new TypeError(
      'The authenticator returned no identity: return an object with a non-empty string "id", or null to refuse',
    );
  }

  private refuse(connection: Connection<SessionUser>, code: number, reason: string): void {
    this.events.report('connection.refused', { reason, remoteAddress: connection.request.remoteAddress });
    connection.close(code, reason);
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof RocketError && error.code === 'forbidden';
}
