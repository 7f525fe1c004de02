import type { ClientMessage, Identity } from '../../../src/contract/register.js';
import { CurrentUser } from './current-user.js';
import type { Delivery } from './delivery.js';
import type { Session } from './session.js';

/** A session as controllers see it. */
export class SessionUser extends CurrentUser {
  constructor(
    readonly session: Session,
    private readonly delivery: Delivery,
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
    return this.delivery.toSession(this.session, message);
  }

  join(group: string): Promise<void> {
    return this.delivery.joinGroup(this.session, group);
  }

  async leave(group: string): Promise<void> {
    this.delivery.leaveGroup(this.session, group);
  }
}
