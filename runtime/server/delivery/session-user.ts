import type { ClientMessage, Identity } from '../../../src/contract/register.js';
import { CurrentUser } from './current-user.js';
import type { Session } from './session.js';

/** What a user's methods are carried out by. */
export interface UserDelegate {
  toSession(session: Session, message: ClientMessage): Promise<void>;
  joinGroup(session: Session, group: string): Promise<void>;
  leaveGroup(session: Session, group: string): void;
}

/** A session as controllers see it. */
export class SessionUser extends CurrentUser {
  constructor(
    readonly session: Session,
    private readonly delegate: UserDelegate,
  ) {
    super();
  }

  get id(): string {
    return this.session.identity.id;
  }

  get identity(): Identity {
    return this.session.identity;
  }

  get sessionId(): string {
    return this.session.id;
  }

  transmit(message: ClientMessage): Promise<void> {
    return this.delegate.toSession(this.session, message);
  }

  join(group: string): Promise<void> {
    return this.delegate.joinGroup(this.session, group);
  }

  async leave(group: string): Promise<void> {
    this.delegate.leaveGroup(this.session, group);
  }
}
