import type { Resume } from '../../../src/protocol/frames.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Backlog } from './backlogs.js';
import type { Departure } from './groups.js';
import type { Session } from './session.js';
import { clientName, everyone, groupSource, isGroupSource, userSource } from './sources.js';
import type { Span } from './span.js';

/**
 * What a client that comes back is to be sent of the sources it shares with others. What it has handled is for it to say,
 * groups that it has left included; what it was to get is for the session to say: groups are replayed for the
 * time in which they were followed.
 *
 * @param headOf where a source that is followed stands
 */
export function missedBy(
  session: Session,
  { seen, left }: Pick<Resume, 'seen' | 'left'>,
  headOf: (source: string) => Position | undefined,
): Backlog[] {
  // Names come from strangers.
  const positions = new Map([...Object.entries(left), ...Object.entries(seen)]);
  const goOn = (source: string, span: Span): Backlog => {
    const position = positions.get(clientName(source));
    const isOfSpan = position !== undefined && span.includes(position, headOf(source));
    // What lies between is not known to be missing, nor to have been handled; the end of an earlier span says enough.
    const isAstray =
      Object.hasOwn(seen, clientName(source)) &&
      !isOfSpan &&
      position?.[0] === span.beginning?.[0] &&
      !backlogs.some((one) => one.source === source);
    return { source, cursor: isOfSpan ? position : undefined, span, end: undefined, isAstray };
  };
  const backlogs: Backlog[] = [];
  backlogs.push(goOn(userSource(session.user.id), session.userSpan), goOn(everyone, session.everyoneSpan));
  const { departures, memberships } = session.groups;
  const known = new Set([...memberships.keys(), ...departures.map(({ group }) => group)].map(groupSource));
  for (const [index, departure] of departures.entries()) {
    const { group, span } = departure;
    const source = groupSource(group);
    const position = positions.get(source);
    // Of what was told before a later span's gap, that gap is all that is said.
    const isGapped =
      position === undefined && laterSpans(session, group, index).some((one) => one.beginsWithGap);
    // In its position alone a client that has everything does not say that it knows of the end.
    const knows = (at: Position) =>
      !Object.hasOwn(seen, source) ||
      laterSpans(session, group, index).some((one) => one.includes(at, headOf(source)));
    const isTold = position !== undefined && isHandled(departure, position) && knows(position);
    if (isGapped || isTold) departure.settled = true;
    if (!departure.settled) backlogs.push({ ...goOn(source, span), end: departure });
  }
  for (const [group, { span }] of memberships) {
    // A join that is under way will say itself where it begins.
    if (span !== undefined) backlogs.push(goOn(groupSource(group), span));
  }
  for (const source of Object.keys(seen)) {
    if (isGroupSource(source) && !known.has(source)) {
      backlogs.push({ source, cursor: undefined, span: undefined, end: 'forgotten' });
    }
  }
  return backlogs;
}

/** Whether a position says that everything up to a departure has been handled, and perhaps more, in a later span. */
function isHandled({ until }: Departure, position: Position): boolean {
  return position[0] === until[0] && position[1] >= until[1];
}

/** When a group was followed again after a departure. */
function laterSpans({ groups }: Session, group: string, index: number): Span[] {
  const spans = groups.departures.slice(index + 1).flatMap((one) => (one.group === group ? [one.span] : []));
  const now = groups.membership(group)?.span;
  return now === undefined ? spans : [...spans, now];
}
