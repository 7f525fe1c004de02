import { CurrentUser } from '../../runtime/server/delivery/current-user.js';
import type { ClientMessage, Identity } from '../../src/contract/register.js';

/** A user without a session behind: keeps what it is sent. */
export class FakeUser extends CurrentUser {
  readonly identity: Identity;
  readonly transmitted: ClientMessage[] = [];
  readonly groups = new Set<string>();
  readonly remoteAddress = '192.0.2.1';

  constructor(
    readonly id = 'alice',
    readonly sessionId = `session-of-${id}`,
  ) {
    super();
    this.identity = { id };
  }

  override async transmit(message: ClientMessage): Promise<void> {
    this.transmitted.push(message);
  }

  override async join(group: string): Promise<void> {
    this.groups.add(group);
  }

  override async leave(group: string): Promise<void> {
    this.groups.delete(group);
  }
}
