import { createHash, randomBytes } from 'node:crypto';
import type { Identity } from '../../../src/contract/register.js';
import { RocketError } from '../../../src/errors.js';
import type { Events } from '../../../src/events.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';
import type { Hello, Resume, Welcome } from '../../../src/protocol/frames.js';
import type { Connection } from '../sockets/connection.js';
import type { Admission } from '../sockets/gateway.js';
import type { WireRequest } from '../sockets/wire.js';
import type { Authenticator } from './authenticator.js';
import { isRetryable } from './pauses.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';

/** Nothing is wrong with the client, which may come back. */
const internalError = 1011;
/** The engine is away, say. */
export const tryAgainLater = 1013;

export interface HandshakeFacts {
  readonly node: string;
  /** Hash of the compiled contract. */
  readonly contract: string;
  /** Milliseconds. */
  readonly heartbeat: number;
  /** Bytes. */
  readonly maxPayload: number;
  /** Milliseconds for which a lost session can be resumed. */
  readonly window: number;
  /** Calls a session may have without a final reply. */
  readonly maxCalls: number;
}

/** From an open socket to a session: who is it, and what must it be told first. */
export class Handshake {
  constructor(
    private readonly facts: HandshakeFacts,
    private readonly authenticator: Authenticator | undefined,
    private readonly sessions: Sessions,
    private readonly events: Events,
  ) {}

  /** Whether anybody looks at a request again, at new credentials on a living session. */
  get readsRequests(): boolean {
    return this.authenticator !== undefined;
  }

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
  async openPlain(connection: Connection<Session>, identity: Identity | undefined): Promise<void> {
    connection.hold();
    await this.settle(connection, () => this.begin(connection, identity, undefined));
  }

  /** `rocket.v1`: the first frame. What comes behind it waits until the welcome is out. Never rejects. */
  async hello(connection: Connection<Session>, hello: Hello): Promise<void> {
    connection.hold();
    await this.settle(connection, async () => {
      const identity = await this.authenticate(connection.request, hello.auth);
      if (identity !== null) return this.begin(connection, identity, hello.resume);
      this.refuse(connection, closeCodes.authenticateAgain, 'Sign in first');
    });
  }

  /** Runs one handshake; any failure of it closes the connection. */
  private async settle(connection: Connection<Session>, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (isForbidden(error)) return this.refuse(connection, closeCodes.refused, 'Not allowed');
      if (isRetryable(error)) return this.refuse(connection, tryAgainLater, 'Try again later');
      this.events.report('authentication.failed', { error });
      connection.close(internalError, 'The handshake failed');
    }
  }

  /**
   * New credentials for a living session. Never rejects.
   *
   * @returns whether they are good, with the reason where they are not
   */
  async renew(
    connection: Connection<Session>,
    session: Session,
    auth: unknown,
  ): Promise<RocketError | undefined> {
    try {
      const identity = await this.authenticate(connection.request, auth);
      if (identity === null) return new RocketError('unauthenticated');
      if (identity !== undefined && !session.hasEnded) await this.sessions.changeUser(session, identity);
      return undefined;
    } catch (error) {
      if (error instanceof RocketError) return error;
      this.events.report('authentication.failed', { error });
      return new RocketError('internal');
    }
  }

  private async begin(
    connection: Connection<Session>,
    identity: Identity | undefined,
    resume: Resume | undefined,
  ): Promise<void> {
    await this.sessions.certainty();
    const isWanted = () => connection.isOpen;
    const resumed = resume && (await this.resumed(resume, identity, isWanted));
    if (resume !== undefined && resumed !== undefined) {
      this.welcome(connection, resumed, resume.secret, resume);
      return;
    }
    const id = randomBytes(12).toString('base64url');
    const secret = randomBytes(24).toString('base64url');
    const { dialect } = connection;
    const session = await this.sessions.open(id, proofOf(secret), dialect, identity ?? { id }, isWanted);
    if (resume !== undefined) this.events.report('resume.refused', { session: id, user: session.user.id });
    if (connection.isOpen) this.welcome(connection, session, secret, undefined);
    else this.sessions.end(session, 'closed');
  }

  /** The session that the client had, if it may go on with it. */
  private async resumed(
    resume: Resume,
    identity: Identity | undefined,
    isWanted: () => boolean,
  ): Promise<Session | undefined> {
    // Of an anonymous user the id is the session's.
    const user = identity?.id ?? resume.session;
    const session = await this.sessions.find(resume, proofOf(resume.secret), user, isWanted);
    if (session === undefined) return undefined;
    if (identity !== undefined && identity.id !== session.user.id) {
      // What was sent to one user is not for another, even in the same tab.
      this.sessions.end(session, 'other user');
      return undefined;
    }
    if (identity !== undefined) await this.sessions.changeUser(session, identity);
    return session;
  }

  private welcome(
    connection: Connection<Session>,
    session: Session,
    secret: string,
    resume: Resume | undefined,
  ): void {
    if (!connection.isOpen) return this.sessions.waitForReturn(session);
    // Kicked, say, while the engine was asked.
    if (session.hasEnded) return connection.close(closeCodes.windowPassed, 'The session is over');
    connection.introduce(session);
    const { id, user, dialect } = session;
    const resumed = resume !== undefined;
    this.events.report('connection.opened', { session: id, user: user.id, dialect, resumed });
    const at = this.sessions.at(session, resumed);
    const welcome: Welcome = { session: id, secret, resumed, ...this.facts, at };
    const frame = dialect === 'plain' ? undefined : JSON.stringify({ $welcome: welcome });
    this.sessions.attach(session, connection, frame, resume);
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

  private refuse(connection: Connection<Session>, code: number, reason: string): void {
    this.events.report('connection.refused', { reason, remoteAddress: connection.request.remoteAddress });
    connection.close(code, reason);
  }
}

/** What is kept of a secret: whoever reads the engine's data cannot resume anybody's session. */
function proofOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function isForbidden(error: unknown): boolean {
  return error instanceof RocketError && error.code === 'forbidden';
}
