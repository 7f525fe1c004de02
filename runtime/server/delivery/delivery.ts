import type { Encoder } from '../../../src/contract/manifest.js';
import type { ClientMessage } from '../../../src/contract/register.js';
import { RocketError } from '../../../src/errors.js';
import type { Events } from '../../../src/events.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, EngineNode, Entry } from '../engine/engine.js';
import { encodeBody } from './encode.js';
import { Followings } from './followings.js';
import { type Outlet, Session, type SessionIdentity } from './session.js';
import { SessionUser, type UserDelegate } from './session-user.js';
import { clientName, everyone, groupSource, userSource } from './sources.js';

/**
 * From an action to browsers. The table of contents of this room: sessions are opened and ended here,
 * messages are encoded once (`encode.ts`), numbered by the session or by the engine, and handed to the
 * sessions that follow their source (`followings.ts`).
 */
export class Delivery implements EngineNode, UserDelegate {
  private readonly sessions = new Map<string, SessionUser>();
  private readonly followings: Followings;
  private readonly accepted = Promise.resolve();
  private clientActions: ReadonlyMap<string, Encoder | null> = new Map();

  constructor(
    /** The node's id. */
    readonly id: string,
    private readonly engine: Engine,
    private readonly events: Events,
  ) {
    this.followings = new Followings(engine);
  }

  /** @param clientActions what clients can receive, with what makes JSON of its arguments. */
  async start(clientActions: Readonly<Record<string, Encoder | null>>): Promise<void> {
    this.clientActions = new Map(Object.entries(clientActions));
    await this.engine.start(this);
  }

  stop(): Promise<void> {
    return this.engine.stop();
  }

  // Sessions

  /** A new session on `connection`, following its user and everyone. It sends nothing until it `begin`s. */
  async open(connection: Outlet, as: SessionIdentity): Promise<OpenedSession> {
    const session = new Session(as, connection);
    const user = new SessionUser(session, this);
    this.sessions.set(session.id, user);
    const at: Record<string, Position> = { '': [session.generation, session.number] };
    try {
      for (const source of [userSource(user.id), everyone]) {
        await this.followings.join(session, source, (baseline) => {
          at[clientName(source)] = baseline;
        });
      }
    } catch (error) {
      this.end(session);
      throw error;
    }
    return { user, at };
  }

  end(session: Session): void {
    if (session.hasEnded) return;
    session.end();
    this.sessions.delete(session.id);
    this.followings.leave(session, everyone);
    this.followings.leave(session, userSource(session.identity.id));
    for (const group of session.groups?.keys() ?? []) this.followings.leave(session, groupSource(group));
  }

  // Groups

  joinGroup(session: Session, group: string): Promise<void> {
    if (session.hasEnded) return this.accepted;
    session.groups ??= new Map();
    let joining = session.groups.get(group);
    if (joining === undefined) {
      joining = this.join(session, group);
      session.groups.set(group, joining);
    }
    return joining;
  }

  leaveGroup(session: Session, group: string): void {
    if (!session.groups?.delete(group)) return;
    const source = groupSource(group);
    this.followings.leave(session, source);
    session.control({ $left: clientName(source) });
  }

  // Transmissions

  /** To one session, at once. One whose connection is gone has nobody left to tell. */
  toSession(session: Session, message: ClientMessage): Promise<void> {
    const body = encodeBody(message, this.clientActions);
    if (!session.hasEnded) session.transmit(body);
    return this.accepted;
  }

  toSessionId(id: string, message: ClientMessage, except: readonly string[]): Promise<void> {
    const user = this.sessions.get(id);
    if (user === undefined) {
      return this.reported(
        `session:${id}`,
        Promise.reject(new RocketError('not_found', `There is no session "${id}"`)),
      );
    }
    return except.includes(id) ? this.accepted : this.toSession(user.session, message);
  }

  /** To all who follow a source. Encoding happens now, so that later changes to the values are not sent. */
  toSource(source: string, message: ClientMessage, except: readonly string[]): Promise<void> {
    const body = encodeBody(message, this.clientActions);
    const accepted = this.engine.append(source, except.length === 0 ? { body } : { body, except });
    return this.reported(source, accepted.then(ignorePosition));
  }

  // Engine node

  deliver(source: string, entry: Entry): void {
    this.followings.deliver(source, entry);
  }

  private async join(session: Session, group: string): Promise<void> {
    const source = groupSource(group);
    try {
      await this.followings.join(session, source, (baseline) => {
        session.control({ $of: clientName(source), $at: baseline });
      });
    } catch (error) {
      session.groups?.delete(group);
      throw error;
    }
    // Left, or gone, while the engine was asked. A join made since then comes after this and stands.
    if (session.hasEnded || !session.groups?.has(group)) this.followings.leave(session, source);
  }

  /** A refusal that nobody awaits becomes an event; who awaits gets it as well. */
  private reported(source: string, accepted: Promise<void>): Promise<void> {
    accepted.catch((error: unknown) => this.events.report('transmission.refused', { source, error }));
    return accepted;
  }
}

/** `at` says where each of its sources stands. */
export interface OpenedSession {
  readonly user: SessionUser;
  readonly at: Readonly<Record<string, Position>>;
}

function ignorePosition(): void {}
