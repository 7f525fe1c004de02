import type { Deed, Letter } from './app.js';
import { type Random, seeded } from './random.js';

/** What happens next. Clients, nodes and links are named by a number, and it is the one at that place, modulo how many there are. */
export type Happening =
  // What people and the app do
  | {
      readonly do: 'call';
      readonly client: number;
      readonly idempotent: boolean;
      readonly deeds: readonly Deed[];
    }
  | { readonly do: 'stream'; readonly client: number; readonly items: number; readonly pause: number }
  | { readonly do: 'cancel'; readonly client: number }
  | {
      readonly do: 'join' | 'leave';
      readonly client: number;
      readonly group: string;
      readonly isPresent: boolean;
    }
  | { readonly do: 'send'; readonly node: number; readonly letter: Letter; readonly times: number }
  | { readonly do: 'kick'; readonly node: number; readonly user: string }
  // What goes wrong
  | { readonly do: 'cut' | 'client gone' | 'server gone' | 'blackhole'; readonly link: number }
  | { readonly do: 'stall' | 'slow reader'; readonly link: number; readonly ms: number }
  | { readonly do: 'all cut' }
  | { readonly do: 'no network'; readonly ms: number }
  | { readonly do: 'kill' | 'vanish'; readonly node: number; readonly ms: number }
  | { readonly do: 'kill all'; readonly ms: number }
  | { readonly do: 'pause node' | 'engine outage'; readonly node: number; readonly ms: number }
  | { readonly do: 'retire'; readonly node: number }
  | { readonly do: 'client sleeps'; readonly client: number; readonly ms: number }
  | { readonly do: 'second tab' | 'wrong secret'; readonly client: number };

export interface Step {
  /** Milliseconds after the step before. */
  readonly after: number;
  readonly what: Happening;
}

export interface Schedule {
  readonly seed: number;
  readonly nodes: number;
  /** The user of each client at the start. */
  readonly clients: readonly string[];
  /** Milliseconds until the engine answers. */
  readonly engineLatency: number;
  readonly steps: readonly Step[];
}

const groups = ['red', 'blue'];
const users = ['ann', 'bob', 'cid'];

/** A seed gives the same schedule for ever; two neighbours have nothing in common. */
export function scheduleOf(seed: number): Schedule {
  const random = seeded(seed * 2_654_435_761);
  const count = 2 + random.below(3);
  const wild = random.next();
  const length = 40 + random.below(60);
  return {
    seed,
    nodes: 1 + random.below(3),
    clients: Array.from({ length: count }, () => random.pick(users)),
    engineLatency: random.chance(0.4) ? 1 + random.below(8) : 0,
    steps: Array.from({ length }, () => ({
      // Mostly close together, now and then a long pause.
      after: Math.floor(random.next() ** 3 * 2500),
      what: random.chance(0.12 + wild * 0.25) ? fault(random) : workload(random),
    })),
  };
}

function workload(random: Random): Happening {
  const client = random.below(1000);
  const node = random.below(1000);
  const x = random.next();
  if (x < 0.32) {
    const deeds = Array.from({ length: 1 + random.below(4) }, () => deed(random));
    return { do: 'call', client, idempotent: random.chance(0.25), deeds };
  }
  if (x < 0.38)
    return {
      do: 'stream',
      client,
      items: random.below(90),
      pause: random.chance(0.5) ? random.below(200) : 0,
    };
  if (x < 0.41) return { do: 'cancel', client };
  if (x < 0.54) return { do: 'join', client, group: random.pick(groups), isPresent: random.chance(0.5) };
  if (x < 0.59) return { do: 'leave', client, group: random.pick(groups), isPresent: false };
  if (x < 0.6) return { do: 'kick', node, user: random.pick(users) };
  const times = random.chance(0.06) ? 60 : 1 + random.below(3);
  return { do: 'send', node, letter: letter(random, false), times };
}

function deed(random: Random): Deed {
  const x = random.next();
  if (x < 0.2) return { wait: random.below(random.chance(0.1) ? 5000 : 300) };
  if (x < 0.25) return { fail: true };
  return letter(random, true);
}

function letter(random: Random, hasCaller: boolean): Letter {
  const x = random.next();
  const to: Letter['to'] =
    hasCaller && x < 0.5
      ? { kind: 'caller' }
      : x < 0.65
        ? { kind: 'groups', groups: random.chance(0.25) ? groups : [random.pick(groups)] }
        : x < 0.8
          ? { kind: 'user', user: random.pick(users) }
          : x < 0.88
            ? { kind: 'session', client: random.below(1000) }
            : { kind: 'everyone' };
  const isVolatile = random.chance(0.1);
  return {
    to,
    ...(hasCaller && to.kind !== 'caller' && random.chance(0.3) && { exceptCaller: true }),
    ...(isVolatile ? { volatile: true } : random.chance(0.12) && { latest: random.pick(['here', 'there']) }),
    awaited: random.chance(0.6),
  };
}

function fault(random: Random): Happening {
  const link = random.below(1000);
  const node = random.below(1000);
  const client = random.below(1000);
  const ms = random.below(random.chance(0.1) ? 40_000 : 6000);
  const x = random.next();
  if (x < 0.28) return { do: 'cut', link };
  if (x < 0.36) return { do: 'client gone', link };
  if (x < 0.42) return { do: 'server gone', link };
  if (x < 0.48) return { do: 'blackhole', link };
  if (x < 0.54) return { do: 'stall', link, ms };
  if (x < 0.62) return { do: 'slow reader', link, ms };
  if (x < 0.65) return { do: 'all cut' };
  if (x < 0.68) return { do: 'no network', ms: random.chance(0.1) ? 70_000 : ms };
  if (x < 0.75) return { do: 'kill', node, ms };
  if (x < 0.79) return { do: 'vanish', node, ms };
  if (x < 0.8) return { do: 'kill all', ms };
  if (x < 0.84) return { do: 'pause node', node, ms };
  if (x < 0.88) return { do: 'engine outage', node, ms: Math.min(ms, 4000) };
  if (x < 0.91) return { do: 'retire', node };
  if (x < 0.94) return { do: 'client sleeps', client, ms };
  if (x < 0.98) return { do: 'second tab', client };
  return { do: 'wrong secret', client };
}
