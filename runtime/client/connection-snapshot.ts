import type { ConnectionState } from './connection.js';

/** What a page shows of its connection. Never changed: another state is another object. */
export interface ConnectionSnapshot {
  readonly state: ConnectionState;
  /** How many attempts to connect have been made since it was last open, the present one included; 0 while it is open. */
  readonly attempt: number;
  /** How many calls wait until they can be sent. */
  readonly waiting: number;
  /** Whether the session of the last welcome was an earlier one that went on; false before the first. */
  readonly resumed: boolean;
}

export function isSameSnapshot(one: ConnectionSnapshot, other: ConnectionSnapshot): boolean {
  return (
    one.state === other.state &&
    one.attempt === other.attempt &&
    one.waiting === other.waiting &&
    one.resumed === other.resumed
  );
}
