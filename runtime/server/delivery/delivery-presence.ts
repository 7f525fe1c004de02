import type { Delivery } from './delivery.js';
import { type GroupMember, Presence } from './presence.js';

/** The presence that apps are given. */
export class DeliveryPresence extends Presence {
  constructor(private readonly delivery: Delivery) {
    super();
  }

  members(group: string): Promise<readonly GroupMember[]> {
    return this.delivery.members(group);
  }
}
