import type { Seen } from './history.js';
import type { Life, Message, Story } from './story.js';

/** Everything that was accepted for a session reaches it, or it is told of a gap, or that the session is over. */
export function noLoss(story: Story): string[] {
  const violations: string[] = [];
  for (const life of story.lives) {
    const had = new Set([...life.inherited, ...life.deliveries.map(({ message }) => message)]);
    for (const message of story.messages.values()) {
      if (message.volatile || had.has(message.name) || message.except === life.session) continue;
      const missed = missedIn(story, life, message);
      if (missed === undefined || isSuperseded(story, message)) continue;
      violations.push(
        `${message.name} was accepted in ${missed} for ${life.session}, and ${life.client} never got it`,
      );
    }
  }
  return violations;
}

/** @returns the source of which the life misses the message without having been told */
function missedIn(story: Story, life: Life, message: Message): string | undefined {
  let missed: string | undefined;
  for (const [source, index] of message.acceptedAt) {
    if (index < life.from || index > life.until) continue;
    const standing = story.standing(life, source, index);
    if (standing === 'none') continue;
    const newer = nextDelivery(story, life, source, index);
    // Nothing newer came and the client turned away: that it missed something it was told then.
    if (newer === undefined && life.until < story.end) return undefined;
    if (story.gap(life, source, index, newer ?? story.end) !== undefined) return undefined;
    if (standing === 'member') missed = source;
  }
  return missed;
}

/** Where the life was first given something of the source that stands behind `index` there. */
function nextDelivery(story: Story, life: Life, source: string, index: number): number | undefined {
  return life.deliveries.find(({ message: name }) => {
    const message = story.messages.get(name);
    return hasPlace(message, source) && (message.acceptedAt.get(source) ?? -1) > index;
  })?.index;
}

/**
 * Whether it is known where a delivered message stands in a source. One that went to several may have come by way of another; of
 * one that another node sent to a session only the session's owner knows.
 */
function hasPlace(message: Message | undefined, source: string): message is Message {
  if (message?.sources.length !== 1 || message.volatile) return false;
  return !source.startsWith('session:') || message.node !== undefined;
}

function isSuperseded(story: Story, { latest, acceptedAt }: Message): boolean {
  if (latest === undefined) return false;
  return [...acceptedAt].some(([source, index]) =>
    story
      .order(source)
      .some((other) => other.latest === latest && (other.acceptedAt.get(source) ?? 0) > index),
  );
}

/** A message is handed to a session once. */
export function noDuplicates(story: Story): string[] {
  const violations: string[] = [];
  for (const life of story.lives) {
    const had = new Set(life.inherited);
    for (const { message } of life.deliveries) {
      if (had.has(message))
        violations.push(`${message} was given to ${life.client} in ${life.session} twice`);
      had.add(message);
    }
  }
  return violations;
}

/** What a session gets of a source comes in the source's order, except for what went to several. */
export function orderPerSource(story: Story): string[] {
  const violations: string[] = [];
  for (const life of story.lives) {
    const last = new Map<string, { readonly index: number; readonly name: string }>();
    for (const { message: name } of life.deliveries) {
      const message = story.messages.get(name);
      const [source = ''] = message?.sources ?? [];
      const index = message?.acceptedAt.get(source);
      if (!hasPlace(message, source) || index === undefined) continue;
      const former = last.get(source);
      if (former !== undefined && former.index > index)
        violations.push(
          `${life.client} got ${name} of ${source} after ${former.name}, which stands behind it`,
        );
      last.set(source, { index, name });
    }
  }
  return violations;
}

/** What one action sends to its caller arrives in the order of sending. */
export function orderOfEmissions(story: Story): string[] {
  const violations: string[] = [];
  for (const life of story.lives) {
    const last = new Map<string, Message>();
    for (const { message: name } of life.deliveries) {
      const message = story.messages.get(name);
      if (message?.by === undefined || message.volatile) continue;
      const key = `${message.by} ${message.node}`;
      const former = last.get(key);
      if (former !== undefined && former.sentAt > message.sentAt)
        violations.push(`${life.client} got ${name} after ${former.name}, which ${message.by} sent later`);
      last.set(key, message);
    }
  }
  return violations;
}

/** A client is told of a gap only where more was missed than is kept, or longer than it is kept. */
export function gapSoundness(story: Story): string[] {
  const violations: string[] = [];
  const { bounds } = story.history;
  for (const life of story.lives) {
    for (const gap of life.gaps) {
      // The session was lost, which has to have a cause of its own.
      if (gap.reason === 'session lost') continue;
      // What one of two tabs has handled is kept no longer, and where one goes on behind a gap the other begins.
      if (story.isShared(life.session)) continue;
      if (isToldAgain(story, life, gap)) continue;
      const since = lastKnown(story, life, gap);
      const source = engineSource(life, gap.source);
      // A join that was under way when its node was lost: the client may know of it, and the session not.
      if (story.standing(life, source, gap.index) === 'maybe') continue;
      if (story.losses(since.time, gap.time)) continue;
      const missed = [...story.messages.values()].filter((message) =>
        isWithin(placeIn(message, source), since.index, gap.index),
      ).length;
      const oldest = gap.time - since.time;
      if (
        missed + greetings(story, source, since.index, gap.index) >= bounds.entries ||
        oldest >= bounds.window - bounds.notice
      )
        continue;
      violations.push(
        `${life.client} was told of a gap in ${source} (${gap.reason}) although only ${missed} messages in ${oldest} ms were behind`,
      );
    }
  }
  return violations;
}

/** How many greetings and farewells a source may have got in a time: at most one for each that came, went, or changed its mind. */
function greetings({ history }: Story, source: string, after: number, before: number): number {
  if (!source.startsWith('group:')) return 0;
  const changes = new Set(['joining', 'leaving', 'connected', 'disconnected', 'over']);
  return history.seen.slice(after, before).filter(({ kind }) => changes.has(kind)).length;
}

/** Whether nothing has come of the source since the client was told of the last gap in it: where it goes on may have been lost. */
function isToldAgain(story: Story, life: Life, gap: Seen<'gap'>): boolean {
  const former = life.gaps.findLast(({ source, index }) => source === gap.source && index < gap.index);
  if (former === undefined) return false;
  const source = engineSource(life, gap.source);
  return !life.deliveries.some(
    ({ message, index }) =>
      index > former.index &&
      index < gap.index &&
      hasPlace(story.messages.get(message), source) &&
      story.messages.get(message)?.acceptedAt.has(source),
  );
}

/** Up to which moment the client knew everything of a source: its last message was accepted then, or it joined. */
function lastKnown(story: Story, life: Life, gap: Seen<'gap'>): Seen {
  const { seen } = story.history;
  const source = engineSource(life, gap.source);
  let known = life.from;
  for (const { index, message: name } of life.deliveries) {
    const message = story.messages.get(name);
    if (index < gap.index && hasPlace(message, source))
      known = Math.max(known, message.acceptedAt.get(source) ?? 0);
  }
  // A gap may be told of an earlier stay in the group, too.
  const stays = story.history
    .of('joining')
    .filter(({ session, group }) => session === life.session && source === `group:${group}`);
  const [first] = stays;
  if (first !== undefined && stays.length === 1 && first.index < gap.index)
    known = Math.max(known, first.index);
  return seen[known] as Seen;
}

/** Of one that was sent to a session it is not known when its owner gave it a place. */
function placeIn({ sources, sentAt, acceptedAt }: Message, source: string): number | undefined {
  return source.startsWith('session:') && sources.includes(source) ? sentAt : acceptedAt.get(source);
}

function isWithin(place: number | undefined, after: number, before: number): boolean {
  return place !== undefined && place > after && place < before;
}

function engineSource({ session, user }: Life, source: string): string {
  if (source === '') return `session:${session}`;
  return source === 'user' ? `user:${user}` : source;
}

/** Nobody sees what was sent to another user, to a group it was not in, to other sessions, or to all but itself. */
export function isolation(story: Story): string[] {
  const violations: string[] = [];
  for (const life of story.lives) {
    for (const { message: name } of life.deliveries) {
      const message = story.messages.get(name);
      if (message === undefined) {
        violations.push(`${life.client} got ${name}, which nobody sent`);
        continue;
      }
      if (message.except === life.session)
        violations.push(`${life.client} got ${name}, sent to all but itself`);
      const isMeant = message.sources.some(
        (source) => story.standing(life, source, message.acceptedAt.get(source) ?? message.sentAt) !== 'none',
      );
      if (!isMeant) violations.push(`${life.client} (${life.user}) got ${name}, sent to ${message.sources}`);
    }
  }
  return violations;
}
