import type { Seen } from './history.js';
import type { Story } from './story.js';

/** What was seen of one call. */
interface CallStory {
  readonly issued: Seen<'issued'>;
  readonly started: Seen<'started'>[];
  readonly executed: Seen<'executed'>[];
  readonly items: Seen<'item'>[];
  readonly results: (Seen<'returned'> | Seen<'failed'>)[];
  cancelled: boolean;
}

function callsOf(story: Story): CallStory[] {
  const calls = new Map<string, CallStory>();
  for (const one of story.history.seen) {
    if (one.kind === 'issued')
      calls.set(one.call, {
        ...{ issued: one, started: [], executed: [], items: [], results: [], cancelled: false },
      });
    const call = 'call' in one ? calls.get(one.call) : undefined;
    if (call === undefined) continue;
    if (one.kind === 'started') call.started.push(one);
    else if (one.kind === 'executed') call.executed.push(one);
    else if (one.kind === 'item') call.items.push(one);
    else if (one.kind === 'cancelling') call.cancelled = true;
    else if (one.kind === 'returned' || one.kind === 'failed') call.results.push(one);
  }
  return [...calls.values()];
}

/** A call runs once at the most, unless it was declared that it may run again. */
export function executedOnce(story: Story): string[] {
  return callsOf(story)
    .filter(({ issued, started }) => started.length > 1 && !issued.idempotent)
    .filter(({ started }) => !started.some(({ session }) => story.isShared(session)))
    .map(({ issued, started }) => `${issued.call} was executed ${started.length} times`);
}

/** Even one that may run again does so only where its session has gone elsewhere meanwhile, and what it did there is not known. */
export function rerunOnlyElsewhere(story: Story): string[] {
  const violations: string[] = [];
  const claims = story.history.of('claimed');
  for (const { issued, started } of callsOf(story)) {
    for (const [place, { session, index }] of started.entries()) {
      const former = started[place - 1];
      if (former === undefined || story.isShared(session)) continue;
      if (!claims.some((one) => one.session === session && one.index > former.index && one.index < index))
        violations.push(`${issued.call} was executed again by the owner that had executed it`);
    }
  }
  return violations;
}

/** A call has one result. */
export function oneResult(story: Story): string[] {
  return callsOf(story)
    .filter(({ results }) => results.length !== 1)
    .map(({ issued, results }) => `${issued.call} of ${issued.client} has ${results.length} results`);
}

/** What was answered had been done. */
export function answeredWasExecuted(story: Story): string[] {
  const violations: string[] = [];
  for (const { issued, executed, results } of callsOf(story)) {
    for (const result of results)
      if (result.kind === 'returned' && !executed.some(({ index }) => index < result.index))
        violations.push(`${issued.call} has a result and was not executed`);
  }
  return violations;
}

/** Nobody is told that an outcome is unknown, or that a call failed, without a cause. */
export function failureHasCause(story: Story): string[] {
  const violations: string[] = [];
  const { history } = story;
  const deaths = history.of('died');
  const outages = history.of('fault').filter(({ fault }) => /^(engine outage$|redis )/.test(fault));
  for (const { issued, results, started, cancelled } of callsOf(story)) {
    const result = results[0];
    if (result?.kind !== 'failed') continue;
    const isBetween = ({ index }: Seen) => index > issued.index && index < result.index;
    const life = story.lives.findLast(({ client, from }) => client === issued.client && from < result.index);
    const isLost = story.lives.some(
      ({ client, until }) => client === issued.client && until > issued.index && until <= result.index + 64,
    );
    const isOver = story.lives.some(
      ({ client, until }) => client === issued.client && until < story.end && until >= issued.index,
    );
    const wasAway =
      life?.partings.some(
        ({ index, time }) =>
          index < result.index && result.time - time >= history.bounds.window - history.bounds.notice,
      ) ?? false;
    const { code } = result;
    const isLegal =
      (life !== undefined && story.isShared(life.session)) ||
      (code === 'outcome_unknown' && (deaths.some(isBetween) || isLost || wasAway)) ||
      (code === 'cancelled' && (cancelled || isLost || isOver)) ||
      (code === 'as_asked' && started.length > 0) ||
      // The client was closed, kicked, or its user has the session no more.
      (['unavailable', 'outcome_unknown', 'not_found'].includes(code) && isOver) ||
      (code === 'unavailable' && outages.length > 0);
    if (!isLegal) violations.push(`${issued.call} of ${issued.client} failed as ${code} without a cause`);
  }
  return violations;
}

/** What an action has sent to its caller is there before its reply. */
export function replyAfterEmissions(story: Story): string[] {
  const violations: string[] = [];
  for (const { issued, results } of callsOf(story)) {
    const result = results[0];
    const isReply = result?.kind === 'returned' || (result?.kind === 'failed' && result.code === 'as_asked');
    if (result === undefined || !isReply) continue;
    const life = story.lives.find(
      ({ client, from, until }) => client === issued.client && from < result.index && result.index <= until,
    );
    if (life === undefined) continue;
    const had = new Map(life.deliveries.map(({ message, index }) => [message, index]));
    for (const message of story.messages.values()) {
      if (message.by !== issued.call || message.volatile || message.sentAt > result.index) continue;
      // Of one that a node was about to run again when it died the former run's reply may be what counts.
      if (message.settled === undefined || message.settled.error !== undefined) continue;
      if (message.settled.index > result.index || life.inherited.has(message.name)) continue;
      const index = had.get(message.name);
      if (index !== undefined && index < result.index) continue;
      if (message.latest !== undefined) continue;
      if (story.gap(life, `session:${life.session}`, message.sentAt, result.index) !== undefined) continue;
      violations.push(`${issued.client} got the reply of ${issued.call} before ${message.name}`);
    }
  }
  return violations;
}

/** The items of a stream come in order, each once, and before its result none is missing. */
export function streamsAreWhole(story: Story): string[] {
  const violations: string[] = [];
  for (const { issued, items, results } of callsOf(story)) {
    if (items.some(({ number }, place) => number !== place))
      violations.push(`${issued.call} gave the items ${items.map(({ number }) => number).join(' ')}`);
    const isWhole = issued.items === undefined || items.length === issued.items;
    if (results[0]?.kind === 'returned' && !isWhole)
      violations.push(`${issued.call} ended after ${items.length} of ${issued.items} items`);
  }
  return violations;
}
