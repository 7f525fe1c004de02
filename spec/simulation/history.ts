/**
 * What was seen, in the order in which it was seen. Nothing here comes from a position or an id of the protocol: messages
 * and calls carry names of their own, so that what judges them need not trust what is judged.
 */
export type Observation =
  // Messages. A source is named as the engine names it, a session's own `session:ID`.
  | { readonly kind: 'sent'; readonly message: string; readonly to: Sending }
  /** The engine gave the message a place in the source: the order of these is the source's order. */
  | { readonly kind: 'accepted'; readonly message: string; readonly source: string }
  /** The promise of `transmit` has settled. */
  | { readonly kind: 'settled'; readonly message: string; readonly error?: string }
  | { readonly kind: 'delivered'; readonly client: string; readonly message: string }
  | { readonly kind: 'gap'; readonly client: string; readonly source: string; readonly reason: string }

  // Clients
  | {
      readonly kind: 'connected';
      readonly client: string;
      readonly user: string;
      readonly session: string;
      readonly resumed: boolean;
    }
  | { readonly kind: 'disconnected'; readonly client: string }
  /** A second tab has got what the first knew of its session; `wrongSecret`: but for the secret. */
  | {
      readonly kind: 'copied';
      readonly from: string;
      readonly to: string;
      readonly session: string;
      readonly wrongSecret: boolean;
    }
  /** The client is over: by itself, or because the server does not want it back. */
  | { readonly kind: 'over'; readonly client: string }
  | { readonly kind: 'troubled'; readonly client: string; readonly error: string }

  // Groups. Between `joining` and `joined` a session may or may not be a member.
  | {
      readonly kind: 'joining';
      readonly session: string;
      readonly group: string;
      readonly isPresent: boolean;
    }
  | { readonly kind: 'joined'; readonly session: string; readonly group: string; readonly isPresent: boolean }
  | { readonly kind: 'leaving'; readonly session: string; readonly group: string }
  | { readonly kind: 'left'; readonly session: string; readonly group: string }
  | { readonly kind: 'kicking'; readonly user: string }
  | { readonly kind: 'kicked'; readonly user: string }

  // Presence. Greetings and farewells are messages of the group, named for what they tell.
  | {
      readonly kind: 'noted';
      readonly client: string;
      readonly group: string;
      readonly user: string;
      readonly isThere: boolean;
    }
  /** Who is said to be in a group, when all is calm. */
  | { readonly kind: 'members'; readonly group: string; readonly sessions: readonly string[] }

  // Calls
  | {
      readonly kind: 'issued';
      readonly call: string;
      readonly client: string;
      readonly idempotent: boolean;
      /** How many items its stream has; undefined: it has none. */
      readonly items?: number;
    }
  | { readonly kind: 'started'; readonly call: string; readonly session: string; readonly node: string }
  | { readonly kind: 'executed'; readonly call: string }
  | { readonly kind: 'item'; readonly call: string; readonly number: number }
  | { readonly kind: 'cancelling'; readonly call: string }
  | { readonly kind: 'returned'; readonly call: string; readonly value: string }
  | { readonly kind: 'failed'; readonly call: string; readonly code: string }

  // The world
  | { readonly kind: 'claimed'; readonly session: string; readonly node: string }
  | { readonly kind: 'died'; readonly node: string }
  /** `loses`: what nodes share may be missing something that it had. */
  | { readonly kind: 'fault'; readonly fault: string; readonly of?: string; readonly loses?: true }
  /** No more faults from here on; what was promised is due within the bound. */
  | { readonly kind: 'calm' }
  /** Everything that was promised is due. */
  | { readonly kind: 'end' }
  /** Something that was counted when all was over, and should be 0. */
  | { readonly kind: 'left over'; readonly what: string; readonly count: number };

export interface Sending {
  /** Several: whoever follows any of them gets it once. */
  readonly sources: readonly string[];
  /** The session that does not get it. */
  readonly except?: string;
  readonly volatile?: true;
  readonly latest?: string;
  /** The call during which it was sent to the caller. */
  readonly by?: string;
  /** The node that sends to a session of its own. */
  readonly node?: string;
}

export type Kind = Observation['kind'];
export type Of<K extends Kind> = Extract<Observation, { readonly kind: K }>;
export type Seen<K extends Kind = Kind> = Of<K> & {
  /** Its place in the history. */
  readonly index: number;
  /** Milliseconds, by the clock of the world. */
  readonly time: number;
};

/** What the world promises, and against which the checker holds what it sees. */
export interface Bounds {
  /** Milliseconds for which a lost session can be resumed. */
  readonly window: number;
  /** Milliseconds until both ends know of a connection that neither was told is lost. */
  readonly notice: number;
  /** Entries that are kept of a source. */
  readonly entries: number;
  /** Replies that are kept of a session. */
  readonly replies: number;
}

export class History {
  readonly seen: Seen[] = [];

  constructor(
    readonly bounds: Bounds,
    private readonly now: () => number,
  ) {}

  note(observation: Observation): void {
    this.seen.push({ ...observation, index: this.seen.length, time: this.now() } as Seen);
  }

  of<K extends Kind>(kind: K): Seen<K>[] {
    return this.seen.filter((one) => one.kind === kind) as Seen<K>[];
  }

  /** A line each, for people. */
  print(): string {
    return this.seen
      .map(({ index, time, kind, ...rest }) => {
        const fields = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
        return `${String(index).padStart(5)} ${String(Math.round(time)).padStart(7)} ms  ${kind} ${fields.join(' ')}`;
      })
      .join('\n');
  }
}
