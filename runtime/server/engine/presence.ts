import type { Member } from './engine.js';

/** Who is present where, and by way of which node. */
export class Presence {
  private readonly sources = new Map<string, Map<string, Seat>>();
  /** Session → where it is present. */
  private readonly places = new Map<string, Set<string>>();

  /** @returns whether nobody of the user was present */
  enter(source: string, member: Member, node: string): boolean {
    const seats = this.sources.get(source) ?? new Map<string, Seat>();
    this.sources.set(source, seats);
    const isFirst = !isPresent(seats, member.user);
    seats.set(member.session, { member, node });
    const places = this.places.get(member.session) ?? new Set<string>();
    this.places.set(member.session, places.add(source));
    return isFirst;
  }

  get(source: string, session: string): Member | undefined {
    return this.sources.get(source)?.get(session)?.member;
  }

  /** @returns the member that departs, if it was the last of its user */
  depart(source: string, session: string): Member | undefined {
    const seats = this.sources.get(source);
    const seat = seats?.get(session);
    if (seats === undefined || seat === undefined) return undefined;
    seats.delete(session);
    const places = this.places.get(session);
    places?.delete(source);
    if (places?.size === 0) this.places.delete(session);
    if (seats.size === 0) this.sources.delete(source);
    return isPresent(seats, seat.member.user) ? undefined : seat.member;
  }

  /** Where a session is present. */
  of(session: string): string[] {
    return [...(this.places.get(session) ?? [])];
  }

  members(source: string): Member[] {
    return [...(this.sources.get(source)?.values() ?? [])].map(({ member }) => member);
  }

  *all(): Generator<readonly [source: string, member: Member, node: string]> {
    for (const [source, seats] of this.sources)
      for (const { member, node } of seats.values()) yield [source, member, node];
  }
}

interface Seat {
  readonly member: Member;
  readonly node: string;
}

function isPresent(seats: ReadonlyMap<string, Seat>, user: string): boolean {
  for (const { member } of seats.values()) if (member.user === user) return true;
  return false;
}
