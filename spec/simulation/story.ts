import type { History, Seen, Sending } from './history.js';
import { Memberships, type Standing } from './memberships.js';

/** One client with one session, from its first welcome until it turned away from it. */
export interface Life {
  readonly client: string;
  readonly session: string;
  readonly user: string;
  readonly from: number;
  /** When the client had another session, or was over: what it misses from then on, it knows that it misses. */
  until: number;
  readonly deliveries: Seen<'delivered'>[];
  readonly gaps: Seen<'gap'>[];
  readonly welcomes: Seen<'connected'>[];
  readonly partings: Seen<'disconnected'>[];
  /** What the tab that it was copied from had been given. */
  readonly inherited: ReadonlySet<string>;
}

export interface Message extends Sending {
  readonly name: string;
  readonly sentAt: number;
  /** Source → its place in the history: messages of a source are ordered by these. */
  readonly acceptedAt: Map<string, number>;
  settled: Seen<'settled'> | undefined;
}

/** Milliseconds in which nodes notice what what they share has lost. */
const aftermath = 10_000;

/** A history by what it tells of: who lived when, what was sent to whom, who followed what. */
export class Story {
  readonly lives: Life[] = [];
  readonly messages = new Map<string, Message>();
  readonly end: number;
  /** Source → the messages that it was given, in order. */
  private readonly orders = new Map<string, Message[]>();
  private readonly shared = new Set<string>();
  readonly memberships = new Memberships();

  constructor(readonly history: History) {
    const current = new Map<string, Life>();
    const copies = new Map<string, { readonly session: string; readonly had: ReadonlySet<string> }>();
    this.end = history.seen.length;
    for (const one of history.seen) {
      if (one.kind === 'sent') {
        const { message: name, index: sentAt } = one;
        this.messages.set(name, { ...one.to, name, sentAt, acceptedAt: new Map(), settled: undefined });
      } else if (one.kind === 'accepted') this.accept(one);
      else if (one.kind === 'settled') {
        const message = this.messages.get(one.message);
        if (message !== undefined) message.settled = one;
      } else if (one.kind === 'copied') {
        const had = current.get(one.from);
        if (one.wrongSecret) continue;
        this.shared.add(one.session);
        copies.set(one.to, { session: one.session, had: new Set(had && namesOf(had)) });
      } else if (one.kind === 'connected') this.connect(one, current, copies);
      else if (one.kind === 'over') {
        const life = current.get(one.client);
        if (life !== undefined) life.until = one.index;
        current.delete(one.client);
      } else if (one.kind === 'delivered') current.get(one.client)?.deliveries.push(one);
      else if (one.kind === 'gap') current.get(one.client)?.gaps.push(one);
      else if (one.kind === 'disconnected') current.get(one.client)?.partings.push(one);
      else if (one.kind === 'claimed') this.memberships.moved(one.session);
      else if (isOfMembership(one)) this.memberships.note(one);
    }
  }

  /** The messages of a source, in its order. */
  order(source: string): readonly Message[] {
    return this.orders.get(source) ?? [];
  }

  /** Whether a session follows a source at a moment. */
  standing({ session, user }: Life, source: string, index: number): Standing {
    if (source === 'all') return 'member';
    if (source === `user:${user}` || source === `session:${session}`) return 'member';
    if (!source.startsWith('group:')) return 'none';
    return this.memberships.standing(session, source.slice('group:'.length), index);
  }

  /** Whether two tabs have had the session, both with its secret: then both may use the same ids for their calls. */
  isShared(session: string): boolean {
    return this.shared.has(session);
  }

  /** A source as a client names it. */
  clientSource(source: string): string {
    if (source.startsWith('session:')) return '';
    return source.startsWith('user:') ? 'user' : source;
  }

  /** What a life was told that it missed of a source, behind `after` and before `before`. */
  gap(life: Life, source: string, after: number, before: number): Seen<'gap'> | undefined {
    const name = this.clientSource(source);
    return life.gaps.find((gap) => gap.source === name && gap.index > after && gap.index < before);
  }

  /** Whether what nodes share may have lost something in a time, or so shortly before that it was noticed in it. */
  losses(after: number, before: number): boolean {
    return this.history
      .of('fault')
      .some(({ loses, time }) => loses && time > after - aftermath && time < before);
  }

  private accept({ message: name, source, index }: Seen<'accepted'>): void {
    const message = this.messages.get(name);
    if (message === undefined || message.acceptedAt.has(source)) return;
    // A session numbers its own source as it sends, and says so later.
    message.acceptedAt.set(source, source.startsWith('session:') ? message.sentAt : index);
    const order = this.orders.get(source);
    if (order === undefined) this.orders.set(source, [message]);
    else order.push(message);
  }

  private connect(
    one: Seen<'connected'>,
    current: Map<string, Life>,
    copies: ReadonlyMap<string, { readonly session: string; readonly had: ReadonlySet<string> }>,
  ): void {
    const { client, session, user, index } = one;
    const known = current.get(client);
    if (known?.session === session) {
      known.welcomes.push(one);
      return;
    }
    if (known !== undefined) known.until = index;
    const copy = copies.get(client);
    const inherited = copy?.session === session ? copy.had : nothing;
    const life: Life = {
      ...{ client, session, user, from: index, until: Number.POSITIVE_INFINITY, inherited },
      ...{ deliveries: [], gaps: [], welcomes: [one], partings: [] },
    };
    current.set(client, life);
    this.lives.push(life);
  }
}

const nothing: ReadonlySet<string> = new Set();

function namesOf(life: Life): string[] {
  return [...life.inherited, ...life.deliveries.map(({ message }) => message)];
}

function isOfMembership(one: Seen): one is Seen<'joining'> | Seen<'joined'> | Seen<'leaving'> | Seen<'left'> {
  return ['joining', 'joined', 'leaving', 'left'].includes(one.kind);
}
