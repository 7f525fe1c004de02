import type { Clock } from '../../../src/clock.js';
import type { Encoder } from '../../../src/contract/manifest.js';
import type { ClientMessage } from '../../../src/contract/register.js';
import { Deadlines } from '../../../src/deadlines.js';
import type { Events } from '../../../src/events.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, EngineNode, Entry, NewEntry, PresenceFacts } from '../engine/engine.js';
import { CatchUp } from './catch-up.js';
import type { PresenceOptions, TransmitOptions } from './current-user.js';
import { Followings } from './followings.js';
import { Memberships } from './memberships.js';
import { Outbox } from './outbox.js';
import { Pauses } from './pauses.js';
import type { GroupMember } from './presence.js';
import type { Session, SessionLimits } from './session.js';
import type { SessionUser, UserDelegate } from './session-user.js';
import { SessionWriter } from './session-writer.js';
import { Sessions } from './sessions.js';
import { groupSource } from './sources.js';
import { refusalOf, Transmissions } from './transmissions.js';

export interface DeliverySettings extends SessionLimits {
  /** Milliseconds for which a session without a connection can be resumed. */
  readonly window: number;
  /** Milliseconds for which a session without a connection counts as present in its groups. */
  readonly presenceGrace: number;
}

/**
 * From an action to browsers. The table of contents of this room: `sessions.ts` opens, resumes and ends sessions;
 * `transmissions.ts` encodes messages once and has them numbered, by the session or, through the `outbox.ts`, by the engine;
 * `followings.ts` hands them to the sessions that follow their source; `memberships.ts` says who follows which group;
 * `catch-up.ts` reads from the logs what a session has missed; `session-writer.ts` writes down what has to outlive this node.
 */
export class Delivery implements EngineNode, UserDelegate {
  readonly sessions: Sessions;
  private readonly deadlines: Deadlines;
  private readonly pauses: Pauses;
  private readonly followings: Followings;
  private readonly memberships: Memberships;
  private readonly catchUp: CatchUp;
  private readonly writer: SessionWriter;
  private readonly transmissions: Transmissions;

  constructor(
    /** The node's id. */
    readonly id: string,
    private readonly engine: Engine,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly settings: DeliverySettings,
  ) {
    const { window, presenceGrace: grace } = settings;
    const deadlines = new Deadlines(clock);
    const pauses = new Pauses(clock);
    const followings = new Followings(engine, (session) => this.catchUp.run(session));
    const writer = new SessionWriter(engine, events, pauses, (session) =>
      this.sessions.end(session, 'taken over'),
    );
    const memberships = new Memberships(
      {
        ...{ engine, followings, writer, deadlines, pauses, grace },
        failed: (session, error) => events.report('session.unwritten', { session: session.id, error }),
      },
      () => this.catchUp,
    );
    this.catchUp = new CatchUp(engine, followings, events, pauses, (session, source) =>
      memberships.moved(session, source),
    );
    const { catchUp } = this;
    this.sessions = new Sessions({
      ...{ engine, events, followings, memberships, catchUp, writer, deadlines, pauses, window },
      users: this,
      limits: settings,
    });
    this.transmissions = new Transmissions({
      ...{ engine, events, clock, writer },
      outbox: new Outbox(engine, clock, pauses),
      session: (id) => this.sessions.get(id),
    });
    this.deadlines = deadlines;
    this.pauses = pauses;
    this.followings = followings;
    this.memberships = memberships;
    this.writer = writer;
  }

  /** @param clientActions what clients can receive, with what makes JSON of its arguments. */
  async start(clientActions: Readonly<Record<string, Encoder | null>>): Promise<void> {
    this.transmissions.start(clientActions);
    const { clock, events } = this;
    const { window, history } = this.settings;
    await this.engine.start(this, { clock, window, history, events });
  }

  /** Sessions that can go on elsewhere are left as they are; the others are over. */
  async stop(): Promise<void> {
    this.deadlines.stop();
    this.pauses.stop();
    await this.writer.flush();
    this.sessions.stop();
    await this.engine.stop();
  }

  /** What keeps the engine from its work, as a sentence; undefined: nothing. */
  get trouble(): string | undefined {
    return this.engine.trouble;
  }

  /** How much waits for the engine, in UTF-16 units of bodies. */
  get waiting(): number {
    return this.transmissions.waiting;
  }

  /** The session's connection takes more again. */
  drained(session: Session): void {
    this.catchUp.run(session);
  }

  /** Ends all sessions of a user, wherever they are. */
  async kick(user: string, reason: string): Promise<void> {
    const cut = reason.slice(0, 120);
    this.sessions.kicked(user, cut);
    await this.engine.kick(user, cut);
  }

  async members(group: string): Promise<GroupMember[]> {
    const members = await this.engine.members(groupSource(group));
    return members.map(({ user, session, info }) => ({ user, session, info: JSON.parse(info) as unknown }));
  }

  // User delegate

  joinGroup(user: SessionUser, group: string, presence?: PresenceOptions): Promise<void> {
    return this.reported(user, group, this.join(user, group, presence));
  }

  leaveGroup(user: SessionUser, group: string): Promise<void> {
    if (refusalOf(user) !== undefined) return Promise.resolve();
    return this.reported(user, group, this.memberships.leave(user.session, group));
  }

  toSession(user: SessionUser, message: ClientMessage, options?: TransmitOptions): Promise<void> {
    return this.transmissions.toUserSession(user, message, options);
  }

  // Audiences

  toSessionId(
    id: string,
    message: ClientMessage,
    except: readonly string[],
    options?: TransmitOptions,
  ): Promise<void> {
    return this.transmissions.toSession(id, message, except, options);
  }

  toSources(
    sources: readonly string[],
    message: ClientMessage,
    except: readonly string[],
    options?: TransmitOptions,
  ): Promise<void> {
    return this.transmissions.toSources(sources, message, except, options);
  }

  // Engine node

  deliver(source: string, entry: Entry): void {
    this.followings.deliver(source, entry);
  }

  flash(sources: readonly string[], entry: NewEntry): void {
    this.followings.flash(sources, entry);
  }

  moved(source: string, head: Position): void {
    this.followings.moved(source, head);
  }

  fenced(id: string, owner: number): void {
    this.sessions.fenced(id, owner);
  }

  kicked(user: string, reason: string): void {
    this.sessions.kicked(user, reason);
  }

  revalidate(): Promise<void> {
    return this.sessions.revalidate();
  }

  async receive(id: string, entry: NewEntry): Promise<boolean> {
    const session = this.sessions.get(id);
    if (session === undefined) return false;
    await this.transmissions.receive(session, entry);
    return true;
  }

  /** A refusal that nobody awaits becomes an event; who awaits gets it as well. */
  private reported({ sessionId: session }: SessionUser, group: string, done: Promise<void>): Promise<void> {
    done.catch((error: unknown) => this.events.report('membership.refused', { session, group, error }));
    return done;
  }

  private async join(user: SessionUser, group: string, presence?: PresenceOptions): Promise<void> {
    const facts = presence === undefined ? undefined : this.presenceFacts(user, presence);
    let refusal = refusalOf(user);
    if (refusal === undefined) {
      await this.memberships.join(user.session, group, facts);
      // Over, or another user's, since it began.
      refusal = refusalOf(user);
    }
    if (refusal !== undefined) throw refusal;
  }

  /** Encoded now: what the caller does with its objects afterwards is not what was told. */
  private presenceFacts(
    { sessionId }: SessionUser,
    { info, entered, departed }: PresenceOptions,
  ): PresenceFacts {
    const except = [sessionId];
    const json = JSON.stringify(info ?? null);
    if (json === undefined)
      throw new TypeError(`The info of a presence is a ${typeof info}, which JSON cannot carry`);
    return {
      info: json,
      greeting: entered && { ...this.transmissions.encode(entered), except },
      farewell: departed && { ...this.transmissions.encode(departed), except },
    };
  }
}
