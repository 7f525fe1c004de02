import { describe, expect, test } from '@jest/globals';
import { compareContracts, type Verdict } from '../../../src/contract/compare.js';
import type { Shape } from '../../../src/contract/shape.js';
import {
  amount,
  boolean,
  contractOf,
  date,
  either,
  json,
  list,
  literal,
  nil,
  number,
  object,
  record,
  ref,
  string,
  text,
} from './shapes.js';

/** What becomes of old clients with the new server, and of new clients with the old one. */
type Row = readonly [name: string, before: Shape, after: Shape, oldClients: Verdict, newClients: Verdict];

const song = { title: string };
const fine = 'compatible';
const breaks = 'breaking';

/** As params: what clients send. As results and arguments the two verdicts change places. */
const rows: readonly Row[] = [
  ['nothing', object(song), object(song), fine, fine],
  ['an optional property more', object(song), object({ ...song, 'year?': number }), fine, fine],
  ['a required property more', object(song), object({ ...song, year: number }), breaks, fine],
  ['an optional property less', object({ ...song, 'year?': number }), object(song), fine, fine],
  ['a required property less', object({ ...song, year: number }), object(song), fine, breaks],
  ['a property that became optional', object(song), object({ 'title?': string }), fine, breaks],
  ['a property that became required', object({ 'title?': string }), object(song), breaks, fine],
  ['a renamed property', object({ name: string }), object(song), breaks, breaks],
  ['another type', object(song), object({ title: number }), breaks, breaks],
  ['a date where text was', object({ at: string }), object({ at: date }), breaks, fine],
  ['anything where text was', object(song), object({ title: json }), fine, breaks],
  ['null as well', object(song), object({ title: either(string, nil) }), fine, breaks],
  ['null no longer', object({ title: either(string, nil) }), object(song), breaks, fine],
  [
    'a wider union',
    object({ size: either(literal('s'), literal('m')) }),
    object({ size: either(literal('s'), literal('m'), literal('l')) }),
    fine,
    breaks,
  ],
  [
    'a narrower union',
    object({ size: either(literal('s'), literal('m')) }),
    object({ size: literal('s') }),
    breaks,
    fine,
  ],
  ['text where literals were', object({ size: literal('s') }), object({ size: string }), fine, breaks],
  [
    'both booleans, written out',
    object({ on: boolean }),
    object({ on: either(literal(true), literal(false)) }),
    fine,
    fine,
  ],
  [
    'a list of something wider',
    object({ tags: list(string) }),
    object({ tags: list(either(string, number)) }),
    fine,
    breaks,
  ],
  ['a list where one was', object({ tag: string }), object({ tag: list(string) }), breaks, breaks],
  [
    'a record of something else',
    object({ by: record(string) }),
    object({ by: record(number) }),
    breaks,
    breaks,
  ],
  [
    'an object in place of a record',
    object({ by: record(string) }),
    object({ by: object({ 'a?': string }) }),
    fine,
    fine,
  ],
  [
    'a record in place of an object',
    object({ by: object({ a: string }) }),
    object({ by: record(string) }),
    fine,
    breaks,
  ],
  ['a constraint', object(song), object({ title: text({ minLength: 1 }) }), breaks, fine],
  [
    'a looser constraint',
    object({ title: text({ maxLength: 5 }) }),
    object({ title: text({ maxLength: 9 }) }),
    fine,
    breaks,
  ],
  [
    'a limit said in another way',
    object({ n: amount({ integer: true, min: 1 }) }),
    object({ n: amount({ integer: true, exclusiveMin: 0 }) }),
    fine,
    breaks,
  ],
  ['whole numbers only', object({ n: number }), object({ n: amount({ integer: true }) }), breaks, fine],
  ['a pattern', object(song), object({ title: text({ patterns: ['[A-Z].*'] }) }), breaks, fine],
  [
    'a literal that has the constraint anyway',
    object({ title: literal('Blue') }),
    object({ title: text({ minLength: 1, maxLength: 4, patterns: ['[A-Z].*'] }) }),
    fine,
    breaks,
  ],
  [
    'a literal that has not',
    object({ title: literal('Blue') }),
    object({ title: text({ maxLength: 3 }) }),
    breaks,
    breaks,
  ],
  [
    'fewer entries',
    object({ tags: list(string) }),
    object({ tags: list(string, { maxItems: 3 }) }),
    breaks,
    fine,
  ],
  [
    'a longer tuple',
    object({ at: { kind: 'tuple', elements: [number, number] } }),
    object({ at: { kind: 'tuple', elements: [number, number, number], optional: 1 } }),
    fine,
    breaks,
  ],
  [
    'a list where a tuple was',
    object({ at: { kind: 'tuple', elements: [number, number] } }),
    object({ at: list(number) }),
    fine,
    breaks,
  ],
  [
    'a list where a set was',
    object({ tags: { kind: 'set', element: string } }),
    object({ tags: list(string) }),
    fine,
    breaks,
  ],
  [
    'pairs where a map was',
    object({ by: { kind: 'map', key: string, value: number } }),
    object({ by: list({ kind: 'tuple', elements: [string, number] }) }),
    fine,
    breaks,
  ],
  ['text where a bigint was', object({ n: { kind: 'bigint' } }), object({ n: string }), fine, breaks],
  ['a bigint where text was', object({ n: string }), object({ n: { kind: 'bigint' } }), breaks, fine],
  [
    'a member more of a union that is told apart',
    object({ hit: object({ kind: literal('song'), id: number }) }),
    object({
      hit: either(
        object({ kind: literal('song'), id: number }),
        object({ kind: literal('album'), id: number }),
      ),
    }),
    fine,
    breaks,
  ],
  [
    'a property more of one member of a union',
    object({ hit: either(object({ kind: literal('song') }), object({ kind: literal('album') })) }),
    object({
      hit: either(object({ kind: literal('song'), id: number }), object({ kind: literal('album') })),
    }),
    breaks,
    fine,
  ],
];

describe.each(rows)('%s', (_, before, after, oldClients, newClients) => {
  test('in params: what clients send, the server takes', () => {
    const comparison = compareContracts(
      contractOf({ actions: { save: { params: before } } }),
      contractOf({ actions: { save: { params: after } } }),
    );
    expect(comparison).toMatchObject({ oldClients, newClients });
  });

  test.each(['result', 'items'] as const)('in a %s: the other way round', (part) => {
    const comparison = compareContracts(
      contractOf({ actions: { save: { [part]: before } } }),
      contractOf({ actions: { save: { [part]: after } } }),
    );
    expect(comparison).toMatchObject({ oldClients: newClients, newClients: oldClients });
  });

  test('in arguments of a client action: the other way round', () => {
    const comparison = compareContracts(
      contractOf({ clientActions: { show: { args: before } } }),
      contractOf({ clientActions: { show: { args: after } } }),
    );
    expect(comparison).toMatchObject({ oldClients: newClients, newClients: oldClients });
  });

  test('inside a named type, a list and a property', () => {
    const params = object({ things: list(ref('Thing')) });
    const comparison = compareContracts(
      contractOf({ actions: { save: { params } }, types: { Thing: before } }),
      contractOf({ actions: { save: { params } }, types: { Thing: after } }),
    );
    expect(comparison).toMatchObject({ oldClients, newClients });
  });
});

describe('an action', () => {
  const show = { params: object({ id: string }) };

  test('that is new breaks only clients that are ahead of the server', () => {
    const { differences, step } = compareContracts(
      contractOf({ actions: { show } }),
      contractOf({ actions: { show, list: {} } }),
    );
    expect(differences).toEqual([
      { subject: 'Song.list', what: 'is new', calls: ['Song.list'], oldClients: fine, newClients: breaks },
    ]);
    expect(step).toBe('minor');
  });

  test('that is gone breaks old clients', () => {
    const { differences, step } = compareContracts(
      contractOf({ actions: { show, list: {} } }),
      contractOf({ actions: { show } }),
    );
    expect(differences).toEqual([
      { subject: 'Song.list', what: 'is gone', calls: ['Song.list'], oldClients: breaks, newClients: fine },
    ]);
    expect(step).toBe('major');
  });

  test('that has another name is recognised', () => {
    const { differences } = compareContracts(
      contractOf({ actions: { show, list: {} } }),
      contractOf({ actions: { look: show, list: {} } }),
    );
    expect(differences.map(({ subject, what }) => `${subject} ${what}`)).toEqual([
      'Song.show is gone; Song.look is new and the same otherwise: was it renamed?',
      'Song.look is new',
    ]);
  });

  test('whose controller is gone is gone', () => {
    const contract = contractOf({ actions: { show } });
    const { differences } = compareContracts(contract, { ...contract, controllers: [] });
    expect(differences).toMatchObject([{ subject: 'Song.show', what: 'is gone' }]);
  });

  test.each([
    ['a result now', {}, { result: string }, fine, breaks],
    ['no result any more', { result: string }, {}, breaks, fine],
    ['streams', { result: string }, { result: string, items: string }, breaks, breaks],
    ['does not stream', { items: string }, {}, breaks, breaks],
    ['params now, all optional', {}, { params: object({ 'page?': number }) }, fine, fine],
    ['params now', {}, { params: object({ page: number }) }, breaks, fine],
    ['no params any more', { params: object({ page: number }) }, {}, fine, breaks],
  ] as const)('with %s', (_, before, after, oldClients, newClients) => {
    const comparison = compareContracts(
      contractOf({ actions: { list: before } }),
      contractOf({ actions: { list: after } }),
    );
    expect(comparison).toMatchObject({ oldClients, newClients });
  });

  test('that refuses what it does not know', () => {
    const strict = { ...show, unknown: 'refuse' } as const;
    const more = { params: object({ id: string, 'page?': number }) };
    const verdicts = (before: object, after: object) => {
      const { oldClients, newClients } = compareContracts(
        contractOf({ actions: { show: before } }),
        contractOf({ actions: { show: after } }),
      );
      return [oldClients, newClients];
    };
    expect(verdicts(show, strict)).toEqual([breaks, fine]);
    expect(verdicts(strict, show)).toEqual([fine, fine]);
    expect(verdicts(strict, { ...more, unknown: 'refuse' })).toEqual([fine, breaks]);
    expect(verdicts({ ...more, unknown: 'refuse' }, strict)).toEqual([breaks, fine]);
  });
});

describe('a client action', () => {
  test('that is new is skipped by old clients, and missed by new ones of an old server', () => {
    const { differences, step } = compareContracts(
      contractOf({}),
      contractOf({ clientActions: { show: {} } }),
    );
    expect(differences).toMatchObject([
      { subject: 'client action Song.show', what: 'is new', oldClients: fine, newClients: breaks },
    ]);
    expect(step).toBe('minor');
  });

  test('that is gone is missed by old clients', () => {
    const { differences, step } = compareContracts(
      contractOf({ clientActions: { show: {} } }),
      contractOf({}),
    );
    expect(differences).toMatchObject([{ what: 'is gone', oldClients: breaks, newClients: fine }]);
    expect(step).toBe('major');
  });
});

describe('differences', () => {
  test('say the place, what was and what is', () => {
    const before = object({ song: object({ title: string, tags: list(string), size: literal('s') }) });
    const after = object({
      song: object({
        title: text({ maxLength: 3 }),
        tags: list(number),
        size: either(literal('s'), nil),
        year: number,
      }),
    });
    const { differences } = compareContracts(
      contractOf({ actions: { save: { params: before } } }),
      contractOf({ actions: { save: { params: after } } }),
    );
    expect(differences.map(({ subject, what }) => `${subject} ${what}`)).toEqual([
      'Song.save, params: song.title was string and is string (must have at most 3 characters)',
      'Song.save, params: song.tags[] was string and is number',
      'Song.save, params: song.size can also be null',
      'Song.save, params: song.year is new and required',
    ]);
  });

  test('of a named type are told once, with all calls, and apart for each direction', () => {
    const actions = {
      show: { params: object({ id: string }), result: ref('Song') },
      list: { result: list(ref('Song')) },
      save: { params: object({ song: ref('Song') }) },
    };
    const { differences } = compareContracts(
      contractOf({ actions, types: { Song: object(song) } }),
      contractOf({ actions, types: { Song: object({ ...song, year: number }) } }),
    );
    expect(differences).toEqual([
      {
        subject: 'Song, as the server sends it: year',
        what: 'is new and required',
        calls: ['Song.list', 'Song.show'],
        oldClients: fine,
        newClients: breaks,
      },
      {
        subject: 'Song, as the client sends it: year',
        what: 'is new and required',
        calls: ['Song.save'],
        oldClients: breaks,
        newClients: fine,
      },
    ]);
  });

  test('in a type that contains itself come to an end', () => {
    const tree = (leaf: Shape) => object({ leaf, 'children?': list(ref('Tree')) });
    const actions = { plant: { params: object({ tree: ref('Tree') }) } };
    const { differences } = compareContracts(
      contractOf({ actions, types: { Tree: tree(string) } }),
      contractOf({ actions, types: { Tree: tree(number) } }),
    );
    expect(differences).toMatchObject([{ subject: 'Tree, as the client sends it: leaf' }]);
  });

  test('are none where only names of types, places and documentation differ', () => {
    const before = contractOf({ actions: { show: { result: ref('A') } }, types: { A: object(song) } });
    const documented = {
      kind: 'object',
      properties: [{ name: 'title', optional: false, shape: string, doc: 'New.' }],
    };
    const after = contractOf({ actions: { show: { result: ref('B') } }, types: { B: documented as Shape } });
    expect(compareContracts(before, after)).toEqual({
      ...{ differences: [], oldClients: fine, newClients: fine },
      step: 'patch',
    });
  });

  test('of a type that has only changed its name are those of what it stands for', () => {
    const { differences } = compareContracts(
      contractOf({ actions: { show: { result: ref('A') } }, types: { A: object(song) } }),
      contractOf({ actions: { show: { result: ref('B') } }, types: { B: object({ title: number }) } }),
    );
    expect(differences).toMatchObject([{ subject: 'Song.show, result: title' }]);
  });
});
