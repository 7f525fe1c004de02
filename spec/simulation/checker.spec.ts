import { describe, expect, test } from '@jest/globals';
import { check, type Invariant } from './checker.js';
import { History, type Observation, type Sending } from './history.js';

const bounds = { window: 60_000, notice: 20_000, entries: 50, replies: 100 };

/** A history of one thing per millisecond; a number is a pause. */
function history(...observations: (Observation | number | (Observation | number)[])[]): History {
  let time = 0;
  const made = new History(bounds, () => time);
  for (const one of observations.flat()) {
    if (typeof one === 'number') time += one;
    else {
      time += 1;
      made.note(one);
    }
  }
  return made;
}

function broken(...observations: (Observation | number | (Observation | number)[])[]): Invariant[] {
  return [...new Set(check(history(...observations)).map(({ invariant }) => invariant))];
}

// Words for observations

const connected = (client: string, session: string, resumed = false, user = 'ann'): Observation => ({
  ...{ kind: 'connected', client, user, session, resumed },
});
const disconnected = (client: string): Observation => ({ kind: 'disconnected', client });
const sent = (message: string, to: Partial<Sending> = {}): Observation => ({
  kind: 'sent',
  message,
  to: { sources: ['all'], ...to },
});
const accepted = (message: string, source = 'all'): Observation => ({ kind: 'accepted', message, source });
const told = (message: string, source = 'all'): Observation[] => [
  sent(message, { sources: [source] }),
  accepted(message, source),
];
const delivered = (client: string, message: string): Observation => ({ kind: 'delivered', client, message });
const gap = (client: string, source = 'all', reason = 'expired'): Observation => ({
  ...{ kind: 'gap', client, source, reason },
});
const issued = (call: string, idempotent = false, items?: number): Observation => ({
  ...{ kind: 'issued', call, client: 'c1', idempotent },
  ...(items !== undefined && { items }),
});
const started = (call: string, node = 'n1', session = 's1'): Observation => ({
  ...{ kind: 'started', call, session, node },
});
const executed = (call: string): Observation => ({ kind: 'executed', call });
const returned = (call: string): Observation => ({ kind: 'returned', call, value: call });
const failed = (call: string, code: string): Observation => ({ kind: 'failed', call, code });
const claimed = (session: string, node: string): Observation => ({ kind: 'claimed', session, node });
const joined = (group: string, session = 's1'): Observation[] => [
  { kind: 'joining', session, group, isPresent: true },
  { kind: 'joined', session, group, isPresent: true },
];
const left = (group: string, session = 's1'): Observation[] => [
  { kind: 'leaving', session, group },
  { kind: 'left', session, group },
];
const noted = (isThere: boolean): Observation => ({
  ...{ kind: 'noted', client: 'c1', group: 'red', user: 'bob', isThere },
});
const own = (message: string, call = 'call1'): Observation[] => [
  sent(message, { sources: ['session:s1'], by: call, node: 'n1' }),
  accepted(message, 'session:s1'),
  { kind: 'settled', message },
];
const copied: Observation = { kind: 'copied', from: 'c1', to: 'c2', session: 's1', wrongSecret: false };

const here = connected('c1', 's1');

test('a history in which all is well breaks nothing', () => {
  expect(
    broken(
      here,
      joined('red'),
      told('m1'),
      told('m2', 'group:red'),
      delivered('c1', 'm1'),
      delivered('c1', 'm2'),
      issued('call1'),
      started('call1'),
      own('m3'),
      executed('call1'),
      delivered('c1', 'm3'),
      returned('call1'),
    ),
  ).toEqual([]);
});

describe('no loss', () => {
  test('an accepted message that never comes is lost', () => {
    expect(broken(here, told('m1'))).toEqual(['no loss']);
  });
  test('a later message does not make up for it', () => {
    expect(broken(here, told('m1'), told('m2'), delivered('c1', 'm2'))).toEqual(['no loss']);
  });
  test('one that was not accepted may be lost', () => {
    expect(broken(here, sent('m1'))).toEqual([]);
  });
  test('one from before the welcome is not owed', () => {
    expect(broken(told('m1'), here)).toEqual([]);
  });
  test('a volatile one, and one that a later one supersedes, may be lost', () => {
    const superseded = sent('m2', { latest: 'here' });
    const last = sent('m3', { latest: 'here' });
    expect(
      broken(
        here,
        sent('m1', { volatile: true }),
        superseded,
        accepted('m2'),
        last,
        accepted('m3'),
        delivered('c1', 'm3'),
      ),
    ).toEqual([]);
  });
  test('the newest of its name may not', () => {
    expect(broken(here, sent('m3', { latest: 'here' }), accepted('m3'))).toEqual(['no loss']);
  });
  test('a gap that was told before anything newer covers it', () => {
    const many = Array.from({ length: 50 }, (_, number) => told(`x${number}`)).flat();
    expect(broken(here, many, gap('c1'), told('m2'), delivered('c1', 'm2'))).toEqual([]);
  });
  test('a gap that was told after something newer, or before the message, or of another source, does not', () => {
    const many = Array.from({ length: 50 }, (_, number) => told(`x${number}`)).flat();
    expect(broken(here, many, told('m2'), delivered('c1', 'm2'), gap('c1'))).toContain('no loss');
    expect(broken(here, 60_000, gap('c1'), told('m1'))).toEqual(['no loss']);
    expect(broken(here, told('m1'), 60_000, gap('c1', 'user'))).toEqual(['no loss']);
  });
  test('a session that is lost covers what it had yet to get', () => {
    expect(broken(here, told('m1'), disconnected('c1'), 60_000, connected('c1', 's2'))).toEqual([]);
  });
  test('what went to several groups is owed to a member of one', () => {
    const both = [
      sent('m1', { sources: ['group:red', 'group:blue'] }),
      accepted('m1', 'group:red'),
      accepted('m1', 'group:blue'),
    ];
    expect(broken(here, joined('blue'), both)).toEqual(['no loss']);
    expect(broken(here, joined('blue'), both, delivered('c1', 'm1'))).toEqual([]);
    expect(broken(here, both)).toEqual([]);
  });
  test('a member is owed from its joining until its leaving, and in between nobody knows', () => {
    const first: Observation = { kind: 'joining', session: 's1', group: 'red', isPresent: false };
    expect(broken(here, first, told('m1', 'group:red'))).toEqual([]);
    expect(broken(here, joined('red'), told('m1', 'group:red'), left('red'))).toEqual(['no loss']);
    expect(broken(here, joined('red'), left('red'), told('m1', 'group:red'))).toEqual([]);
  });
});

describe('no duplicates', () => {
  test('a message comes once to a session', () => {
    expect(broken(here, told('m1'), delivered('c1', 'm1'), delivered('c1', 'm1'))).toEqual(['no duplicates']);
  });
  test('and not again to the tab that goes on with it', () => {
    const again = [copied, connected('c2', 's1', true), delivered('c2', 'm1')];
    expect(broken(here, told('m1'), delivered('c1', 'm1'), again)).toEqual(['no duplicates']);
  });
  test('two sessions get it once each', () => {
    const other = connected('c2', 's2', false, 'bob');
    expect(broken(here, other, told('m1'), delivered('c1', 'm1'), delivered('c2', 'm1'))).toEqual([]);
  });
});

describe('order', () => {
  test('messages of a source come in its order', () => {
    const both = [told('m1'), told('m2')].flat();
    expect(broken(here, both, delivered('c1', 'm2'), delivered('c1', 'm1'))).toContain('order per source');
  });
  test('messages of two sources come in any order', () => {
    const both = [told('m1'), told('m2', 'user:ann')].flat();
    expect(broken(here, both, delivered('c1', 'm2'), delivered('c1', 'm1'))).toEqual([]);
  });
  test('what one action sends to its caller comes in the order of sending', () => {
    const sending = [issued('call1'), started('call1'), ...own('m1'), ...own('m2'), executed('call1')];
    expect(broken(here, sending, delivered('c1', 'm2'), delivered('c1', 'm1'), returned('call1'))).toContain(
      'order of emissions',
    );
  });
  test('a reply does not overtake what was sent before it', () => {
    const sending = [issued('call1'), started('call1'), ...own('m1'), executed('call1')];
    expect(broken(here, sending, returned('call1'), delivered('c1', 'm1'))).toEqual([
      'reply after emissions',
    ]);
  });
});

describe('gaps and lost sessions', () => {
  test('a gap needs a cause', () => {
    expect(broken(here, told('m1'), gap('c1'))).toEqual(['gap soundness']);
    expect(broken(here, told('m1'), 60_000, gap('c1'))).toEqual([]);
  });
  test('so does a lost session', () => {
    expect(broken(here, disconnected('c1'), connected('c1', 's2'))).toEqual(['session loss has a cause']);
    expect(broken(here, disconnected('c1'), 60_000, connected('c1', 's2'))).toEqual([]);
    expect(broken(here, copied, connected('c2', 's1', true), connected('c1', 's2'))).toEqual([]);
  });
});

describe('calls', () => {
  const run = [issued('call1'), started('call1'), executed('call1')];

  test('a call runs once', () => {
    const twice = [...run, claimed('s1', 'n2'), started('call1', 'n2'), executed('call1')];
    expect(broken(here, twice, returned('call1'))).toEqual(['executed once']);
  });
  test('an idempotent one may run again elsewhere, and not where it ran', () => {
    const once = [issued('call1', true), started('call1'), executed('call1')];
    const elsewhere = [claimed('s1', 'n2'), started('call1', 'n2'), executed('call1')];
    expect(broken(here, once, elsewhere, returned('call1'))).toEqual([]);
    expect(broken(here, once, started('call1'), returned('call1'))).toEqual(['rerun only elsewhere']);
  });
  test('a call has one result', () => {
    expect(broken(here, run)).toEqual(['one result']);
    expect(broken(here, run, returned('call1'), returned('call1'))).toEqual(['one result']);
  });
  test('what is answered has been done', () => {
    expect(broken(here, issued('call1'), returned('call1'))).toEqual(['answered was executed']);
  });
  test('an outcome is unknown only where a node died or a session was lost', () => {
    const unknown = failed('call1', 'outcome_unknown');
    expect(broken(here, run, unknown)).toEqual(['failure has a cause']);
    expect(broken(here, run, { kind: 'died', node: 'n1' }, unknown)).toEqual([]);
  });
  test('cancelled is what was cancelled', () => {
    expect(broken(here, run, failed('call1', 'cancelled'))).toEqual(['failure has a cause']);
    expect(broken(here, run, { kind: 'cancelling', call: 'call1' }, failed('call1', 'cancelled'))).toEqual(
      [],
    );
  });
  test('a stream is whole and in order', () => {
    const item = (number: number): Observation => ({ kind: 'item', call: 'call1', number });
    const stream = [issued('call1', false, 2), started('call1'), executed('call1')];
    expect(broken(here, stream, item(0), item(1), returned('call1'))).toEqual([]);
    expect(broken(here, stream, item(0), returned('call1'))).toEqual(['streams are whole']);
    expect(broken(here, stream, item(1), item(0), returned('call1'))).toEqual(['streams are whole']);
    expect(broken(here, stream, item(0), item(0), returned('call1'))).toEqual(['streams are whole']);
  });
});

describe('memberships that overlap', () => {
  test('of a join and a leave at once nobody knows which came last', () => {
    const both: Observation[] = [
      { kind: 'joining', session: 's1', group: 'red', isPresent: false },
      ...left('red'),
      { kind: 'joined', session: 's1', group: 'red', isPresent: false },
    ];
    expect(broken(here, both, told('m1', 'group:red'))).toEqual([]);
    expect(broken(here, both, told('m1', 'group:red'), delivered('c1', 'm1'))).toEqual([]);
    expect(broken(here, both, joined('red'), told('m1', 'group:red'))).toEqual(['no loss']);
  });
});

describe('isolation', () => {
  test('nobody gets what was sent to another user, a group it is not in, another session or all but itself', () => {
    for (const source of ['user:bob', 'group:red', 'session:s2'])
      expect(broken(here, told('m1', source), delivered('c1', 'm1'))).toEqual(['isolation']);
    const butMe = [sent('m1', { except: 's1' }), accepted('m1')];
    expect(broken(here, butMe, delivered('c1', 'm1'))).toEqual(['isolation']);
    expect(broken(here, butMe)).toEqual([]);
  });
  test('nor what was sent to a group before it joined or after it left', () => {
    const late = [...joined('red'), ...left('red'), ...told('m1', 'group:red'), delivered('c1', 'm1')];
    expect(broken(here, late)).toEqual(['isolation']);
    expect(broken(here, told('m1', 'group:red'), joined('red'), delivered('c1', 'm1'))).toEqual([
      'isolation',
    ]);
  });
  test('nor what nobody sent', () => {
    expect(broken(here, delivered('c1', 'm1'))).toEqual(['isolation']);
  });
  test('who was kicked does not go on', () => {
    const kick: Observation[] = [
      { kind: 'kicking', user: 'ann' },
      { kind: 'kicked', user: 'ann' },
    ];
    expect(broken(here, kick, 30_000, connected('c1', 's1', true))).toEqual(['resume is allowed']);
    expect(broken(here, kick, connected('c1', 's2'))).toEqual([]);
  });
  test('who does not know the secret does not go on with a session', () => {
    const thief: Observation = { kind: 'copied', from: 'c1', to: 'c2', session: 's1', wrongSecret: true };
    expect(broken(here, thief, connected('c2', 's1', true))).toContain('resume is allowed');
    expect(broken(here, thief, connected('c2', 's2'))).toEqual([]);
  });
});

describe('fence', () => {
  test('a former owner begins no call', () => {
    const run = [issued('call1'), claimed('s1', 'n2'), started('call1', 'n1'), executed('call1')];
    expect(broken(here, run, returned('call1'))).toEqual(['fence']);
  });
  test('of two tabs only the later one is given what comes', () => {
    const taken: (Observation | number)[] = [
      copied,
      connected('c2', 's1', true),
      1000,
      ...told('m1'),
      delivered('c2', 'm1'),
    ];
    expect(broken(here, taken, delivered('c1', 'm1'))).toEqual(['one owner']);
    expect(broken(here, taken, connected('c1', 's1', true), delivered('c1', 'm1'))).toEqual([]);
  });
});

describe('presence', () => {
  test('a user comes and goes in turns', () => {
    expect(broken(here, noted(true), noted(false), noted(true))).toEqual([]);
    expect(broken(here, noted(true), noted(true))).toEqual(['presence alternates']);
  });
  test('in the end there are no ghosts, and nobody is missing', () => {
    const members = (...sessions: string[]): Observation => ({ kind: 'members', group: 'red', sessions });
    expect(broken(here, joined('red'), members('s1'))).toEqual([]);
    expect(broken(here, joined('red'), members('s1', 's9'))).toEqual(['presence converges']);
    expect(broken(here, joined('red'), members())).toEqual(['presence converges']);
    expect(broken(here, joined('red'), left('red'), members('s1'))).toEqual(['presence converges']);
    expect(broken(here, joined('red'), { kind: 'over', client: 'c1' }, members('s1'))).toEqual([
      'presence converges',
    ]);
  });
});

describe('the end', () => {
  test('nothing is left over, and everybody is connected', () => {
    expect(broken({ kind: 'left over', what: 'timers', count: 0 })).toEqual([]);
    expect(broken({ kind: 'left over', what: 'timers', count: 1 })).toEqual(['resources return']);
    expect(broken(here, disconnected('c1'), { kind: 'calm' }, { kind: 'end' })).toEqual([
      'connected in time',
    ]);
    expect(broken(here, { kind: 'calm' }, { kind: 'end' })).toEqual([]);
  });
  test('a client that finds a fault of the server is in trouble', () => {
    expect(broken(here, { kind: 'troubled', client: 'c1', error: 'a hole' })).toEqual(['no trouble']);
  });
});
