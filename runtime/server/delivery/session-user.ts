import type { ClientMessage, Identity } from '../../../src/contract/register.js';
import { CurrentUser, type PresenceOptions, type TransmitOptions } from './current-user.js';
import type { Session } from './session.js';

/** What a user's methods are carried out by. */
export interface UserDelegate {
  toSession(user: SessionUser, message: ClientMessage, options?: TransmitOptions): Promise<void>;
  joinGroup(user: SessionUser, group: string, presence?: PresenceOptions): Promise<void>;
  leaveGroup(user: SessionUser, group: string): Promise<void>;
}

/** A session as controllers see it, for as long as it belongs to one user. */
export class SessionUser extends CurrentUser {
  constructor(
    readonly session: Session,
    readonly identity: Identity,
    private readonly delegate: UserDelegate,
  ) {
    super();
  }

  get id(): string {
    return this.identity.id;
  }

  get sessionId(): string {
    return this.session.id;
  }

  get remoteAddress(): string {
    return this.session.remoteAddress;
  }

  /** Whether the session is still this user's. */
  get isCurrent(): boolean {
    return this.session.user.id === this.id;
  }

  transmit(message: ClientMessage, options?: TransmitOptions): Promise<void> {
    return this.delegate.toSession(this, message, options);
  }

  join(group: string, presence?: PresenceOptions): Promise<void> {
    return this.delegate.joinGroup(this, group, presence);
  }

  leave(group: string): Promise<void> {
    return this.delegate.leaveGroup(this, group);
  }
}
