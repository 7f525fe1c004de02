import type { Seen } from './history.js';
import type { Life, Message, Story } from './story.js';

/** A session that somebody else has taken over shows the former owner nothing any more: no call begins, nothing is accepted. */
export function fence(story: Story): string[] {
  const violations: string[] = [];
  const owners = new Map<string, string>();
  for (const one of story.history.seen) {
    if (one.kind === 'claimed') owners.set(one.session, one.node);
    if (one.kind !== 'started') continue;
    const owner = owners.get(one.session);
    if (owner !== undefined && owner !== one.node)
      violations.push(`${one.call} began on ${one.node} although ${owner} has ${one.session}`);
  }
  return violations;
}

/** Milliseconds until a client that has lost its session to another has learnt of it. */
const notice = 500;

/** Of two tabs with one session the later one has it: the other is given nothing of what is accepted from then on, until it has it again. */
export function oneOwner(story: Story): string[] {
  const violations: string[] = [];
  const comings = story.history.of('connected');
  const goings = story.history.of('disconnected');
  for (const life of story.lives) {
    if (!story.isShared(life.session)) continue;
    const welcomes = comings.filter(({ session }) => session === life.session);
    for (const { message: name, index } of life.deliveries) {
      const message = story.messages.get(name);
      if (message === undefined) continue;
      // Of one that went to several, the first may be what it came by.
      const accepted = Math.max(message.sentAt, Math.min(...message.acceptedAt.values(), story.end));
      const last = welcomes.findLast((one) => one.index < accepted);
      if (last === undefined || last.client === life.client) continue;
      // Of two that came at once it may be the other that has it.
      if ((story.history.seen[accepted]?.time ?? 0) - last.time < notice) continue;
      const isGone = goings.some(
        (one) => one.client === last.client && one.index > last.index && one.index < index,
      );
      const isBack = welcomes.some(
        (one) => one.client === life.client && one.index > accepted && one.index < index,
      );
      if (!isGone && !isBack)
        violations.push(`${life.client} got ${name} although ${last.client} had ${life.session}`);
    }
  }
  return violations;
}

/** A session that goes on elsewhere was not kicked, and the one who goes on with it knows its secret. */
export function resumeIsAllowed(story: Story): string[] {
  const violations: string[] = [];
  const kicks = story.history.of('kicked');
  const wrong = story.history.of('copied').filter(({ wrongSecret }) => wrongSecret);
  for (const life of story.lives) {
    for (const kick of kicks) {
      if (kick.user !== life.user || kick.index < life.from) continue;
      // A welcome may have been under way, on a slow line for as long as a client waits for it.
      const { notice: longest } = story.history.bounds;
      const back = life.welcomes.find(({ time, resumed }) => resumed && time > kick.time + longest);
      if (back !== undefined)
        violations.push(`${life.client} resumed ${life.session} after ${life.user} was kicked`);
      const late = life.deliveries.find(({ message: name }) => {
        const message = story.messages.get(name);
        // Of one that went to several, the first may be what it came by.
        return message !== undefined && Math.max(message.sentAt, firstPlace(message)) > kick.index;
      });
      if (late !== undefined)
        violations.push(`${life.client} got ${late.message} after ${life.user} was kicked`);
    }
    if (wrong.some(({ to, session }) => to === life.client && session === life.session))
      violations.push(`${life.client} has ${life.session} without its secret`);
  }
  return violations;
}

function firstPlace({ acceptedAt }: Message): number {
  return acceptedAt.size === 0 ? 0 : Math.min(...acceptedAt.values());
}

/** No session is lost without a cause: it was away for its window, or somebody else has it, or its user was kicked. */
export function sessionLossHasCause(story: Story): string[] {
  const violations: string[] = [];
  for (const life of story.lives) {
    const next = story.history.seen[life.until];
    if (next?.kind !== 'connected') continue;
    if (wasAway(story, life, next) || wasTaken(story, life) || wasKicked(story, life)) continue;
    // Its record was lost, and the node that had it did not come to write it again.
    if (story.losses(life.welcomes.at(-1)?.time ?? 0, next.time)) continue;
    violations.push(`${life.client} lost ${life.session} without a cause`);
  }
  return violations;
}

function wasAway({ history }: Story, { partings }: Life, back: Seen): boolean {
  const parting = partings.at(-1);
  return parting !== undefined && back.time - parting.time >= history.bounds.window - history.bounds.notice;
}

function wasTaken({ lives, history }: Story, { session, client, until }: Life): boolean {
  const isOther = lives.some((other) => other.session === session && other.client !== client);
  // The other may have it without having been told.
  return isOther || history.of('copied').some((copy) => copy.session === session && copy.index < until);
}

function wasKicked({ history }: Story, { user, from, until }: Life): boolean {
  return history.of('kicking').some((kick) => kick.user === user && kick.index > from && kick.index < until);
}

/** In each group a client sees a user come and go in turns. */
export function presenceAlternates(story: Story): string[] {
  const violations: string[] = [];
  const there = new Map<string, boolean>();
  for (const one of story.history.seen) {
    // Behind a gap, a new session or a new membership a client knows nothing of who is there.
    if (one.kind === 'gap' || (one.kind === 'connected' && !one.resumed)) forget(there, one.client);
    if (one.kind === 'joining' || one.kind === 'leaving')
      for (const life of story.lives) if (life.session === one.session) forget(there, life.client);
    if (one.kind === 'copied') forget(there, one.to);
    if (one.kind !== 'noted') continue;
    const key = `${one.client} ${one.group} ${one.user}`;
    if (there.get(key) === one.isThere)
      violations.push(
        `${one.client} saw ${one.user} ${one.isThere ? 'enter' : 'leave'} ${one.group} twice in a row`,
      );
    there.set(key, one.isThere);
  }
  return violations;
}

function forget(there: Map<string, boolean>, client: string): void {
  for (const key of [...there.keys()]) if (key.startsWith(`${client} `)) there.delete(key);
}

/** When all is calm, those who are present are those who are connected and have entered: no ghosts, nobody missing. */
export function presenceConverges(story: Story): string[] {
  const violations: string[] = [];
  for (const { group, sessions: members, index } of story.history.of('members')) {
    const living = story.lives.filter(({ from, until }) => from < index && until > index);
    const presence = (session: string): boolean | undefined => {
      const standing = story.memberships.standing(session, group, index);
      if (standing === 'none' || !living.some((life) => life.session === session)) return false;
      return standing === 'maybe' ? undefined : story.memberships.isPresent(session, group, index);
    };
    for (const session of members)
      if (presence(session) === false) violations.push(`${session} is a ghost in ${group}`);
    for (const { session } of living)
      if (presence(session) === true && !members.includes(session))
        violations.push(`${session} is present in ${group}, and not among its members`);
  }
  return violations;
}

/** When all is calm, every client is connected within the bound. */
export function connectedInTime(story: Story): string[] {
  const calm = story.history.of('calm')[0];
  if (calm === undefined) return [];
  const end = story.history.of('end')[0]?.index ?? calm.index;
  return story.lives
    .filter(({ until }) => until > end)
    .filter(({ partings, welcomes }) => lastBefore(partings, end) > lastBefore(welcomes, end))
    .map(({ client }) => `${client} is not connected at the end`);
}

function lastBefore(all: readonly Seen[], end: number): number {
  return all.findLast(({ index }) => index <= end)?.index ?? -1;
}

/** When all is over, nothing is left of it. */
export function resourcesReturn(story: Story): string[] {
  return story.history
    .of('left over')
    .filter(({ count }) => count !== 0)
    .map(({ what, count }) => `${count} ${what} are left over`);
}

/** A client sees no fault of the server's: a hole that it was not told of, a frame that makes no sense. */
export function noTrouble(story: Story): string[] {
  // Two tabs with one session may use the same id for their calls, and the server says so.
  const shares = (client: string) =>
    story.lives.some((life) => life.client === client && story.isShared(life.session));
  return story.history
    .of('troubled')
    .filter(({ client, error }) => !(shares(client) && error.startsWith('$id must increase')))
    .map(({ client, error }) => `${client}: ${error}`);
}
