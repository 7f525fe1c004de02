import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RocketError } from '../../../src/errors.js';
import { expandFormNames, hasFormNames } from '../../../src/protocol/form-names.js';

function refusal(flat: Record<string, unknown>): RocketError {
  try {
    expandFormNames(flat);
  } catch (error) {
    expect(error).toBeInstanceOf(RocketError);
    return error as RocketError;
  }
  throw new Error(`Expanded: ${Object.keys(flat).join(', ').slice(0, 100)}`);
}

describe('a valid name', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['stays as it is without brackets', { title: 'Blue', 'a.b': 1 }, { title: 'Blue', 'a.b': 1 }],
    ['nests', { 'song[title]': 'Blue', 'song[artist]': 'Joni' }, { song: { title: 'Blue', artist: 'Joni' } }],
    ['nests to any depth that is sensible', { 'a[b][c][d]': 1 }, { a: { b: { c: { d: 1 } } } }],
    ['makes a list of one value', { 'tags[]': 'a' }, { tags: ['a'] }],
    ['takes a list as it is', { 'tags[]': ['a', 'b'] }, { tags: ['a', 'b'] }],
    ['makes an empty list', { 'tags[]': [] }, { tags: [] }],
    ['makes a list below an object', { 'song[tags][]': ['a'] }, { song: { tags: ['a'] } }],
    [
      'makes a list of objects',
      { 'items[0][name]': 'a', 'items[1][name]': 'b', 'items[0][n]': 1 },
      { items: [{ name: 'a', n: 1 }, { name: 'b' }] },
    ],
    [
      'orders a list by place and closes gaps',
      { 'a[7]': 'c', 'a[0]': 'a', 'a[2]': 'b' },
      { a: ['a', 'b', 'c'] },
    ],
    ['makes lists of lists', { 'm[0][0]': 1, 'm[0][1]': 2, 'm[1][]': [3] }, { m: [[1, 2], [3]] }],
    [
      'may look like a method of objects',
      { 'a[toString]': 1, valueOf: 2 },
      { a: { toString: 1 }, valueOf: 2 },
    ],
    ['keeps values of any type', { 'a[b]': true, 'a[c]': null }, { a: { b: true, c: null } }],
    ['may begin with digits', { '0[a]': 1 }, { '0': { a: 1 } }],
    [
      'may hold any other character',
      { 'song[first name][ä-ö]': 1 },
      { song: { 'first name': { 'ä-ö': 1 } } },
    ],
  ])('%s', (_behaviour, flat, expanded) => {
    const result = expandFormNames(flat);
    expect(result).toStrictEqual(expanded);
  });

  test('makes real arrays', () => {
    const { items } = expandFormNames({ 'items[0][name]': 'a' });
    expect(Array.isArray(items)).toBe(true);
  });

  test('survives the round trip through a form', () => {
    const key = fc
      .string({ minLength: 1, maxLength: 8 })
      .filter((k) => !/[[\]]|^\d+$/.test(k) && !['__proto__', 'constructor', 'prototype'].includes(k));
    const leaf = fc.oneof(fc.string(), fc.boolean(), fc.integer());
    const { tree } = fc.letrec<{ tree: unknown; object: unknown; list: unknown; leaf: unknown }>((tie) => ({
      leaf,
      object: fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 4 }),
      list: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      tree: fc.oneof({ maxDepth: 5 }, tie('leaf'), tie('object'), tie('list')),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }), (value) => {
        const flat = flatten(value as Record<string, unknown>);
        expect(JSON.stringify(expandFormNames(flat))).toBe(JSON.stringify(value));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a name is refused', () => {
  test.each(
    [
      ['a[__proto__]'],
      ['__proto__[polluted]'],
      ['__proto__'],
      ['a[b][__proto__][c]'],
      ['constructor'],
      ['constructor[prototype][x]'],
      ['a[constructor]'],
      ['prototype'],
      ['a[prototype][x]'],
      ['a[1000]'],
      ['a[4294967295]'],
      ['a[99999999999999999999]'],
      ['a['],
      ['a]'],
      ['a[b'],
      ['a[b]c'],
      ['a[[b]]'],
      ['a[b]]'],
      ['a]b[c]'],
      ['[a]'],
      ['[]'],
      ['items[][name]'],
      ['a[][]'],
      [`a${'[b]'.repeat(16)}`],
      [`a${'['.repeat(50_000)}`],
      [`a${'[b]'.repeat(50_000)}`],
    ].map(([name = '']) => [name.slice(0, 40), name] as const),
  )('%s', (_shown, name) => {
    const error = refusal(JSON.parse(JSON.stringify({ x: 1 }).replace('"x"', JSON.stringify(name))));
    expect(error.code).toBe('invalid_arguments');
    expect(error.issues).toHaveLength(1);
    expect(error.issues[0]?.path[0]).toBe(name.length > 100 ? `${name.slice(0, 100)}…` : name);
    expect(error.message).toContain(name.slice(0, 100));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('when it is empty', () => {
    expect(refusal({ '': 1 }).code).toBe('invalid_arguments');
  });

  test.each<[string, Record<string, unknown>]>([
    ['a value and an object', { a: 1, 'a[b]': 2 }],
    ['an object and a value', { 'a[b]': 2, a: 1 }],
    ['a given object and an object in parts', { a: { b: 1 }, 'a[c]': 2 }],
    ['a list and an object', { 'a[0]': 1, 'a[b]': 2 }],
    ['a whole list and a numbered one', { 'a[]': [1], 'a[0]': 2 }],
    ['the same place twice', { 'a[0]': 1, 'a[00]': 2 }],
  ])('for contradicting another: %s', (_case, flat) => {
    const error = refusal(flat);
    expect(error.message).toContain('contradicts');
    expect(error.issues[0]?.path).toEqual([Object.keys(flat)[1]]);
  });

  test('when there are too many', () => {
    const flat = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`a[x${i}]`, i]));
    expect(refusal(flat(10_001)).message).toContain('10000');
    expect(Object.keys(expandFormNames(flat(10_000)).a as object)).toHaveLength(10_000);
  });

  test('up to the limits and no sooner', () => {
    expect(expandFormNames({ [`a${'[b]'.repeat(15)}`]: 1, 'l[999]': 1 })).toHaveProperty('l', [1]);
  });
});

test('names of a form are told from plain keys', () => {
  expect(hasFormNames({ a: 1, 'b[c]': 2 })).toBe(true);
  expect(hasFormNames({ a: { 'b[c]': 1 } })).toBe(false);
});

/** What a form would send of a value. */
function flatten(value: Record<string, unknown>): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  const walk = (node: unknown, name: string): void => {
    if (Array.isArray(node)) for (const [i, item] of node.entries()) walk(item, `${name}[${i}]`);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, child] of Object.entries(node)) walk(child, name === '' ? key : `${name}[${key}]`);
    } else flat[name] = node;
  };
  walk(value, '');
  return flat;
}
