import { type GroupMember, Presence } from '../../runtime/server/delivery/presence.js';

/** Nobody is present, but who was put here. */
export class FakePresence extends Presence {
  readonly groups = new Map<string, GroupMember[]>();

  override async members(group: string): Promise<readonly GroupMember[]> {
    return this.groups.get(group) ?? [];
  }
}
