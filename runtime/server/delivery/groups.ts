import type { Position } from '../../../src/protocol/positions.js';
import type { GroupSpan, PresenceFacts } from '../engine/engine.js';
import { groupSource } from './sources.js';
import type { Span } from './span.js';

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
  /** Whether it is among those who are present, or is about to be. */
  entered: boolean;
  /** How often the engine was asked to let it enter. */
  asked: number;
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
    const ready = Promise.resolve();
    const membership: Membership = { ready, span: undefined, presence, entered: false, asked: 0 };
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
    span.goesOn(until[0]);
    const departure: Departure = { group, span, until, settled: false };
    this.left ??= [];
    this.left.push(departure);
    return departure;
  }

  /** Departures are remembered up to a number. @returns the group of one that is forgotten now */
  forgetOldest(): string | undefined {
    return this.departures.length > rememberedDepartures ? this.left?.shift()?.group : undefined;
  }

  /** Nothing of departures is to be remembered any more. */
  forgetDepartures(): void {
    this.left = undefined;
  }

  /** The groups of which there is something to remember. */
  names(): Set<string> {
    return new Set([...this.memberships.keys(), ...this.departures.map(({ group }) => group)]);
  }

  /** The stretches in which a group was followed, in order. */
  spans(group: string): GroupSpan[] {
    const spans: GroupSpan[] = [];
    for (const { group: other, span, until } of this.departures)
      if (other === group) spans.push({ from: span.from ?? until, until, ...restartOf(span) });
    const { span, presence } = this.membership(group) ?? {};
    if (span?.from !== undefined)
      spans.push({ from: span.from, ...restartOf(span), ...(presence && { presence }) });
    return spans;
  }

  /** Whether the session followed a group's source at a position. */
  covers(source: string, position: Position): boolean {
    for (const [group, { span }] of this.memberships)
      if (groupSource(group) === source && span?.covers(position) === true) return true;
    return this.departures.some(
      ({ group, span, until }) => groupSource(group) === source && span.covers(position, until),
    );
  }
}

function restartOf({ restart }: Span): { restart?: Position } {
  return restart === undefined ? {} : { restart };
}
