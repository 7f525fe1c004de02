import type { Position } from '../../../src/protocol/positions.js';
import type { PresenceFacts } from '../engine/engine.js';
import { groupSource } from './sources.js';
import { Span } from './span.js';

/** How many groups that were left are remembered, for a client that may not have been told. */
const rememberedDepartures = 100;

/** A group that a session has joined, or is joining. */
export interface Membership {
  /** Settles when the session follows the group. */
  ready: Promise<void>;
  /** Undefined until then. */
  span: Span | undefined;
  /** How others know of it; undefined: not at all. */
  presence: PresenceFacts | undefined;
  /** Whether it is among those who are present. */
  entered: boolean;
}

/** A group that was followed up to and with `until`. */
export interface Departure {
  readonly group: string;
  readonly span: Span;
  readonly until: Position;
  /** The client knows of it. It is remembered all the same: a message to several groups may have come by way of this one. */
  settled: boolean;
}

const none: ReadonlyMap<string, Membership> = new Map();

/** The groups of one session, over time: what a client that was away missed depends on when it was a member. */
export class Groups {
  /** Made when first needed. */
  private joined: Map<string, Membership> | undefined;
  private left: Departure[] | undefined;

  /** Joined or joining. */
  get memberships(): ReadonlyMap<string, Membership> {
    return this.joined ?? none;
  }

  /** Left lately, in order. */
  get departures(): readonly Departure[] {
    return this.left ?? [];
  }

  membership(group: string): Membership | undefined {
    return this.joined?.get(group);
  }

  join(group: string, presence: PresenceFacts | undefined): Membership {
    const membership: Membership = { ready: Promise.resolve(), span: undefined, presence, entered: false };
    this.joined ??= new Map();
    this.joined.set(group, membership);
    return membership;
  }

  /** The group is not the session's any more, and nothing of it has to be remembered. */
  forget(group: string): void {
    this.joined?.delete(group);
  }

  depart(group: string, span: Span, until: Position): Departure {
    this.forget(group);
    const departure: Departure = { group, span, until, settled: false };
    this.left ??= [];
    this.left.push(departure);
    if (this.left.length > rememberedDepartures) this.left.shift();
    return departure;
  }

  /** Nothing of departures is to be remembered any more. */
  forgetDepartures(): void {
    this.left = undefined;
  }

  /** Whether a group was left of whose end the client may not know. */
  hasDeparted(group: string): boolean {
    return this.departures.some((one) => one.group === group && !one.settled);
  }

  /** Whether the session followed a group's source at a position. */
  covers(source: string, position: Position): boolean {
    for (const [group, { span }] of this.memberships) {
      if (groupSource(group) === source && span !== undefined && isBefore(span.from, position)) return true;
    }
    return this.departures.some(
      ({ group, span, until }) =>
        groupSource(group) === source && isBefore(span.from, position) && !isBefore(until, position),
    );
  }
}

function isBefore(one: Position | undefined, other: Position): boolean {
  return one !== undefined && one[0] === other[0] && one[1] < other[1];
}
