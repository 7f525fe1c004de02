import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ServerManifest } from '../../../src/contract/manifest.js';
import type { Issue } from '../../../src/errors.js';
import { controllerSource, Project } from './project.js';

const types = `
export interface Song { title: string; year?: number; tags: string[] }
export interface Tree { name: string; children: Tree[] }
export type Figure = { kind: 'circle'; radius: number } | { kind: 'square'; side: number };
`;

const actions = {
  song: '{ song: Song }',
  optional: '{ text?: string; count?: number; flag?: boolean; at?: Date; size?: "s" | "l" }',
  nullable: '{ text: string | null; count: number | null; at: Date | null; song: Song | null }',
  values: '{ text: string; count: number; flag: boolean; at: Date }',
  size: '{ size: "small" | "large"; level: 1 | 2; always: true }',
  lists: '{ counts: number[]; rows: string[][]; pair: [string, number]; path: [string, ...number[]] }',
  counts: '{ byName: Record<string, number> }',
  anything: '{ value: unknown }',
  figure: '{ figure: Figure }',
  figures: 'Figure',
  either: '{ value: string | number | { id: string } }',
  tree: 'Tree',
  inherited: '{ constructor: string; toString?: string }',
  plain: 'string',
  empty: '{ page?: number }',
};

const project = new Project({ 'app/controllers/test.controller.ts': controllerSource(actions, types) });
let manifest: ServerManifest;

beforeAll(async () => {
  project.compileFine();
  manifest = await project.load('server.js');
});

afterAll(() => project[Symbol.dispose]());

function check(action: keyof typeof actions, value: unknown, text = false) {
  const validator = manifest.actions[`Test.${action}`];
  if (!validator) throw new Error(`No validator for ${action}`);
  const issues: Issue[] = [];
  const result = validator(value, issues, text);
  return { result, issues, told: issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

function fine(action: keyof typeof actions, value: unknown, text = false): unknown {
  const { result, told } = check(action, value, text);
  expect(told).toEqual([]);
  return result;
}

describe('a value that fits', () => {
  test('comes back as it is', () => {
    const song = { title: 'Blue', year: 1971, tags: ['folk'] };
    expect(fine('song', { song })).toEqual({ song });
  });

  test('comes back without the properties that nobody declared', () => {
    const song = { title: 'Blue', tags: [], admin: true };
    expect(fine('song', { song, $form: 1 })).toEqual({ song: { title: 'Blue', tags: [] } });
  });

  test('has no key for an optional property that was left out', () => {
    expect(Object.keys(fine('optional', {}) as object)).toEqual([]);
  });

  test('may be empty where nothing is required, in every way to write "no arguments"', () => {
    for (const nothing of [undefined, null, '', {}]) expect(fine('empty', nothing)).toEqual({});
  });

  test('may be nested as deep as a person would', () => {
    const tree = { name: 'a', children: [{ name: 'b', children: [] }] };
    expect(fine('tree', tree)).toEqual(tree);
  });
});

describe('dates', () => {
  test.each([
    ['2024-02-29T12:00:00.000Z', '2024-02-29T12:00:00.000Z'],
    ['2024-02-29T12:00:00+02:00', '2024-02-29T10:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['+012024-01-01T00:00:00.000Z', '+012024-01-01T00:00:00.000Z'],
  ])('%s is revived', (given, expected) => {
    const { at } = fine('optional', { at: given }) as { at: Date };
    expect(at).toBeInstanceOf(Date);
    expect(at.toISOString()).toBe(expected);
  });

  test('a Date passes', () => {
    const at = new Date(1);
    expect(fine('optional', { at })).toEqual({ at });
  });

  test.each([
    '2023-02-29',
    '2024-13-01',
    'tomorrow',
    '2024-02-29T12:00',
    '12',
    '',
    1709200000000,
    new Date(Number.NaN),
  ])('%p is refused', (at) => expect(check('optional', { at }).told).toEqual(['at: must be a date']));

  test('a time without a zone is taken from a form, in UTC', () => {
    const { at } = fine('optional', { at: '2024-02-29T12:30' }, true) as { at: Date };
    expect(at.toISOString()).toBe('2024-02-29T12:30:00.000Z');
  });
});

describe('a value that does not fit', () => {
  test('is told with all its mistakes, each with its path', () => {
    const song = { year: 'long ago', tags: ['a', 2, 'b', null] };
    expect(check('song', { song }).told).toEqual([
      'song.title: is required',
      'song.year: must be a number',
      'song.tags.1: must be text',
      'song.tags.3: is required',
    ]);
    expect(check('song', { song }).issues[2]?.path).toEqual(['song', 'tags', 1]);
  });

  test('is told for each missing property when there is nothing at all', () => {
    for (const nothing of [undefined, null, '', {}])
      expect(check('song', nothing).told).toEqual(['song: is required']);
    expect(check('values', '').told).toHaveLength(4);
  });

  test.each([[1], ['text'], [[]], [true]])('%j is no object', (song) => {
    expect(check('song', { song }).told).toEqual(['song: must be an object']);
    expect(check('song', song).told).toEqual([': must be an object']);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, '1', true, [], {}])('%p is no number', (count) => {
    expect(check('optional', { count }).told).toEqual(['count: must be a number']);
  });

  test.each([0, 'true', [], {}])('%j is not true or false', (flag) => {
    expect(check('optional', { flag }).told).toEqual(['flag: must be true or false']);
  });

  test('null is not the same as absent', () => {
    expect(check('optional', { count: null }).told).toEqual(['count: is required']);
  });

  test('of a closed list is told the list', () => {
    expect(check('size', { size: 'huge', level: 3, always: false }).told).toEqual([
      'size: must be large or small',
      'level: must be 1 or 2',
      'always: must be true',
    ]);
  });
});

describe('lists and records', () => {
  test('fit', () => {
    const value = { counts: [1, 2], rows: [['a'], []], pair: ['a', 1], path: ['a', 1, 2, 3] };
    expect(fine('lists', value)).toEqual(value);
    expect(fine('counts', { byName: { a: 1, constructor: 2 } })).toEqual({
      byName: { a: 1, constructor: 2 },
    });
  });

  test('do not fit', () => {
    const value = { counts: { 0: 1 }, rows: [['a'], 'b', [1]], pair: ['a'], path: [] };
    expect(check('lists', value).told).toEqual([
      'counts: must be a list',
      'rows.1: must be a list',
      'rows.2.0: must be text',
      'pair: must be a list of 2 values',
      'path: must be a list of at least 1 values',
    ]);
    expect(check('lists', { ...value, pair: [1, 'a'], path: ['a', 'b'] }).told.slice(-3)).toEqual([
      'pair.0: must be text',
      'pair.1: must be a number',
      'path.1: must be a number',
    ]);
    expect(check('counts', { byName: { a: 'b' } }).told).toEqual(['byName.a: must be a number']);
    expect(check('counts', { byName: [1] }).told).toEqual(['byName: must be an object']);
  });
});

describe('unions', () => {
  test('take the first member that fits', () => {
    for (const value of ['a', 1, { id: '1' }]) expect(fine('either', { value })).toEqual({ value });
  });

  test('tell what is wrong inside the only member of the right kind', () => {
    expect(check('either', { value: { id: 1 } }).told).toEqual(['value.id: must be text']);
  });

  test('tell what would have been right when no member is near', () => {
    expect(check('either', { value: true }).told).toEqual(['value: must be text, a number or an object']);
    expect(check('either', {}).told).toEqual(['value: is required']);
  });

  test('tell the mistakes of the member that the discriminant names', () => {
    expect(fine('figure', { figure: { kind: 'circle', radius: 1, side: 2 } })).toEqual({
      figure: { kind: 'circle', radius: 1 },
    });
    expect(check('figure', { figure: { kind: 'square', radius: 1 } }).told).toEqual([
      'figure.side: is required',
    ]);
    expect(check('figure', { figure: { kind: 'dot' } }).told).toEqual([
      'figure.kind: must be circle or square',
    ]);
    expect(check('figure', { figure: {} }).told).toEqual(['figure.kind: is required']);
    expect(check('figures', undefined).told).toEqual(['kind: is required']);
  });
});

describe('text', () => {
  test('becomes what the action declares', () => {
    const given = { text: '1', count: ' 1.5 ', flag: 'on', at: '2024-02-29' };
    expect(fine('values', given, true)).toEqual({
      text: '1',
      count: 1.5,
      flag: true,
      at: new Date('2024-02-29'),
    });
    expect(fine('values', { ...given, flag: 'false' }, true)).toMatchObject({ flag: false });
    expect(fine('values', { ...given, flag: true }, true)).toMatchObject({ flag: true });
    expect(fine('size', { size: 'small', level: '2', always: 'true' }, true)).toEqual({
      size: 'small',
      level: 2,
      always: true,
    });
    expect(
      fine('lists', { counts: ['1', '2'], rows: [], pair: ['1', '1'], path: ['a'] }, true),
    ).toMatchObject({
      counts: [1, 2],
      pair: ['1', 1],
    });
  });

  test('is not converted where it is not text mode', () => {
    expect(check('values', { text: '', count: '1', flag: 'true', at: '2024-02-29' }).told).toEqual([
      'count: must be a number',
      'flag: must be true or false',
    ]);
  });

  test('left empty is absent where a value is optional, but stays where it is plain text', () => {
    const empty = { text: '', count: '', flag: '', at: '', size: '' };
    expect(fine('optional', empty, true)).toEqual({ text: '' });
  });

  test('left empty is null where a value may be null, but stays where it is plain text', () => {
    const empty = { text: '', count: '', at: '', song: '' };
    expect(fine('nullable', empty, true)).toEqual({ text: '', count: null, at: null, song: null });
  });

  test('left empty is missing where a value is required', () => {
    expect(check('values', { text: '', count: '', flag: '', at: '' }, true).told).toEqual([
      'count: is required',
      'flag: is required',
      'at: is required',
    ]);
    expect(check('size', { size: '', level: '', always: '' }, true).told).toHaveLength(3);
  });

  test('has an empty list where nothing was chosen', () => {
    const without = { song: { title: 'Blue', tags: [] } };
    expect(fine('song', { song: { title: 'Blue' } }, true)).toEqual(without);
    expect(fine('song', { song: { title: 'Blue', tags: null } }, true)).toEqual(without);
    expect(check('song', { song: { title: 'Blue', tags: null } }).told).toEqual(['song.tags: is required']);
  });

  test.each(['0x10', '1e999', '1,5', 'one', '- 1', 'Infinity'])('%s is no number', (count) => {
    expect(check('optional', { count }, true).told).toEqual(['count: must be a number']);
  });
});

describe('hostile values', () => {
  const hostile = '{ "__proto__": { "admin": true }, "constructor": { "prototype": { "admin": true } } }';

  test('change no prototype', () => {
    const record = fine('counts', { byName: JSON.parse('{ "__proto__": 1, "a": 2 }') }) as { byName: object };
    expect(Object.getPrototypeOf(record.byName)).toBe(Object.prototype);
    expect(Object.keys(record.byName)).toEqual(['a']);
    const json = fine('anything', { value: [JSON.parse(hostile)] }) as { value: [object] };
    expect(Object.hasOwn(json.value[0], '__proto__')).toBe(false);
    expect(json.value[0]).toEqual({ constructor: { prototype: { admin: true } } });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('do not find inherited properties', () => {
    expect(check('inherited', {}).told).toEqual(['constructor: is required']);
    expect(fine('inherited', { constructor: 'a' })).toEqual({ constructor: 'a' });
  });

  test('cannot be nested until the stack is full', () => {
    const deep = (depth: number) =>
      JSON.parse(`${'{"name":"a","children":['.repeat(depth)}${']}'.repeat(depth)}`);
    expect(check('tree', deep(40)).told).toEqual([]);
    expect(check('tree', deep(50_000)).told).toEqual([': is nested too deeply']);
    const list = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(check('anything', { value: list }).told).toEqual([': is nested too deeply']);
  });
});

test('arguments that are no object are checked as they are', () => {
  expect(fine('plain', 'text')).toBe('text');
  expect(check('plain', undefined).told).toEqual([': is required']);
});

describe('whatever is sent', () => {
  const names = Object.keys(actions) as (keyof typeof actions)[];
  /** Values near enough to be interesting: keys that are declared, and keys that are dangerous. */
  const keys = fc.constantFrom(
    'song',
    'title',
    'count',
    'at',
    'value',
    'kind',
    'figure',
    '__proto__',
    'constructor',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom('', 'circle', '2024-02-29', '1', 'on'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((entries) => {
        const text = entries.map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner)}`);
        return JSON.parse(`{${text.join(',')}}`) as unknown;
      }),
    ),
  }));

  test('is told or taken, and never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), value, fc.boolean(), (action, sent, text) => {
        const { result, issues } = check(action, sent, text);
        for (const { path, message } of issues) {
          expect(Array.isArray(path)).toBe(true);
          expect(message).toMatch(/^(is|must be) \S/);
        }
        if (issues.length > 0) return;
        // What was taken is what the type says: taking it again changes nothing.
        expect(check(action, result).issues).toEqual([]);
        expect(check(action, result).result).toEqual(result);
      }),
      { numRuns: 1000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
