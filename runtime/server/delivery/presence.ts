/**
 * Who is in a group: sessions that joined it with a presence. A singleton: inject it anywhere.
 *
 * @example const names = (await this.presence.members('chart-42')).map(({ info }) => (info as { name: string }).name);
 */
export abstract class Presence {
  /**
   * The sessions that are present now, in the order of entering; a user with two tabs is there twice. What is transmitted as
   * `entered` and `departed` stands in the group's own order: ask after joining, then apply them by user.
   */
  abstract members(group: string): Promise<readonly GroupMember[]>;
}

export interface GroupMember {
  readonly user: string;
  readonly session: string;
  /** What was given on joining. */
  readonly info: unknown;
}
