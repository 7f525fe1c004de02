import type { ClientMessage } from '../../../src/contract/register.js';
import type { CurrentUser, TransmitOptions } from './current-user.js';
import type { Delivery } from './delivery.js';
import { everyone, groupSource, userSource } from './sources.js';
import { type Audience, Transmitter } from './transmitter.js';

/** The transmitter that apps are given. */
export class DeliveryTransmitter extends Transmitter {
  constructor(private readonly delivery: Delivery) {
    super();
  }

  toUser(id: string): Audience {
    return new SourceAudience(this.delivery, [userSource(id)]);
  }

  toGroup(name: string): Audience {
    return new SourceAudience(this.delivery, [groupSource(name)]);
  }

  toGroups(names: readonly string[]): Audience {
    return new SourceAudience(this.delivery, [...new Set(names)].map(groupSource));
  }

  toSession(id: string): Audience {
    return new SessionAudience(this.delivery, id);
  }

  toEveryone(): Audience {
    return new SourceAudience(this.delivery, [everyone]);
  }

  kick(userId: string, reason = 'Signed out by the server'): Promise<void> {
    return this.delivery.kick(userId, reason);
  }
}

class SourceAudience implements Audience {
  constructor(
    private readonly delivery: Delivery,
    private readonly sources: readonly string[],
    private readonly excepted: readonly string[] = [],
  ) {}

  except(user: CurrentUser): Audience {
    return new SourceAudience(this.delivery, this.sources, [...this.excepted, user.sessionId]);
  }

  transmit(message: ClientMessage, options?: TransmitOptions): Promise<void> {
    return this.delivery.toSources(this.sources, message, this.excepted, options);
  }
}

class SessionAudience implements Audience {
  constructor(
    private readonly delivery: Delivery,
    private readonly id: string,
    private readonly excepted: readonly string[] = [],
  ) {}

  except(user: CurrentUser): Audience {
    return new SessionAudience(this.delivery, this.id, [...this.excepted, user.sessionId]);
  }

  transmit(message: ClientMessage, options?: TransmitOptions): Promise<void> {
    return this.delivery.toSessionId(this.id, message, this.excepted, options);
  }
}
