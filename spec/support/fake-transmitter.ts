import { type Audience, Transmitter } from '../../runtime/server/delivery/transmitter.js';
import type { ClientMessage } from '../../src/contract/register.js';

/** Reaches nobody; keeps what was transmitted, with whom it was for. */
export class FakeTransmitter extends Transmitter {
  readonly kicked: string[] = [];
  readonly transmitted: { to: string; message: ClientMessage }[] = [];

  override toUser(id: string): Audience {
    return this.audience(`user ${id}`);
  }

  override toGroup(name: string): Audience {
    return this.audience(`group ${name}`);
  }

  override toGroups(names: readonly string[]): Audience {
    return this.audience(`groups ${names.join(', ')}`);
  }

  override async kick(userId: string): Promise<void> {
    this.kicked.push(userId);
  }

  override toSession(id: string): Audience {
    return this.audience(`session ${id}`);
  }

  override toEveryone(): Audience {
    return this.audience('everyone');
  }

  private audience(to: string): Audience {
    return {
      except: (user) => this.audience(`${to} except ${user.sessionId}`),
      transmit: async (message) => {
        this.transmitted.push({ to, message });
      },
    };
  }
}
