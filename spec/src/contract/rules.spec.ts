import { describe, expect, test } from '@jest/globals';
import { describeConstraints } from '../../../src/contract/constraints.js';
import { checkRules, type Rules } from '../../../src/contract/rules.js';
import type { Issue } from '../../../src/errors.js';

function told(value: unknown, rules: Rules): string[] {
  const issues: Issue[] = [];
  expect(checkRules(value, issues, rules)).toBe(value);
  return issues.map(({ message }) => message);
}

const isrc: Rules = { patterns: [[/^(?:[A-Z]{2}[0-9]+)$/u, 'AB12']] };

describe('text', () => {
  test.each<[unknown, Rules, string[]]>([
    ['abc', { minLength: 3, maxLength: 3 }, []],
    ['ab', { minLength: 3 }, ['must have at least 3 characters']],
    ['ab', { maxLength: 1 }, ['must have at most 1 character']],
    [
      'a',
      { minLength: 2, patterns: isrc.patterns ?? [] },
      ['must have at least 2 characters', 'must have the form AB12'],
    ],
    ['AB12', isrc, []],
    ['xAB12', isrc, ['must have the form AB12']],
  ])('%j against %j', (value, rules, expected) => expect(told(value, rules)).toEqual(expected));

  test('left empty is missing, whatever it should have been', () => {
    expect(told('', { minLength: 3, format: 'email', ...isrc })).toEqual(['is required']);
    expect(told('', { maxLength: 3 })).toEqual([]);
  });

  test.each(['a@b', 'ann.o+list@example.org', "o'hara@sub.example.co.uk"])(
    '%s is an email address',
    (text) => {
      expect(told(text, { format: 'email' })).toEqual([]);
    },
  );

  test.each(['ann', '@b', 'a@', 'a b@c', 'a@-b', 'a@b\n', `${'a'.repeat(250)}@b.de`])(
    '%j is none',
    (text) => {
      expect(told(text, { format: 'email' })).toEqual(['must be an email address']);
    },
  );

  test.each(['https://example.org', 'HTTP://localhost:3000/a?b#c'])('%s is a web address', (text) => {
    expect(told(text, { format: 'url' })).toEqual([]);
  });

  test.each(['example.org', '/path', 'javascript:alert(1)', 'ftp://a', 'https://', ' https://a b'])(
    '%j is none',
    (text) => {
      expect(told(text, { format: 'url' })).toEqual(['must be a web address']);
    },
  );

  test('a UUID has its dashes', () => {
    const uuid = '123e4567-E89b-12d3-a456-426614174000';
    expect(told(uuid, { format: 'uuid' })).toEqual([]);
    expect(told(uuid.replaceAll('-', ''), { format: 'uuid' })).toEqual(['must be a UUID']);
    expect(told(`${uuid}\n`, { format: 'uuid' })).toEqual(['must be a UUID']);
  });

  test('an address of any length is decided at once', () => {
    expect(told('a@'.repeat(100_000), { format: 'email' })).toHaveLength(1);
    expect(told(`a@${'a-'.repeat(100_000)}`, { format: 'email' })).toHaveLength(1);
  });
});

describe('numbers', () => {
  test.each<[unknown, Rules, string[]]>([
    [1, { min: 1, max: 1 }, []],
    [0, { min: 1 }, ['must be at least 1']],
    [2, { max: 1 }, ['must be at most 1']],
    [1, { exclusiveMin: 1, exclusiveMax: 1 }, ['must be more than 1', 'must be less than 1']],
    [1.5, { integer: true, min: 2 }, ['must be a whole number', 'must be at least 2']],
    [0.3, { multipleOf: 0.1 }, []],
    [19.99, { multipleOf: 0.01 }, []],
    [0.35, { multipleOf: 0.1 }, ['must be a multiple of 0.1']],
    [-10, { multipleOf: 5 }, []],
    [10n, { min: 1, max: 10, integer: true, multipleOf: 5 }, []],
    [11n, { max: 10, multipleOf: 5 }, ['must be at most 10', 'must be a multiple of 5']],
  ])('%p against %j', (value, rules, expected) => expect(told(value, rules)).toEqual(expected));
});

describe('lists', () => {
  test.each<[unknown, Rules, string[]]>([
    [[1, 2], { minItems: 2, maxItems: 2, uniqueItems: true }, []],
    [[], { minItems: 1 }, ['must have at least 1 entry']],
    [[1, 2, 3], { maxItems: 2 }, ['must have at most 2 entries']],
    [['1', 1], { uniqueItems: true }, []],
    [[{ a: 1n }, { a: 1n }], { uniqueItems: true }, ['must have no entry twice']],
    [new Set([1]), { minItems: 2 }, ['must have at least 2 entries']],
    [new Map([[1, 2]]), { maxItems: 0 }, ['must have at most 0 entries']],
  ])('%p against %j', (value, rules, expected) => expect(told(value, rules)).toEqual(expected));
});

test('what was refused for its type is not told twice', () => {
  expect(told(undefined, { minLength: 1, min: 1, minItems: 1 })).toEqual([]);
});

test('constraints are described in one sentence', () => {
  expect(describeConstraints({ maxLength: 100, minLength: 1, patterns: ['a+', 'b+'] })).toBe(
    'Must have at least 1 character, have at most 100 characters, have the form a+ and b+.',
  );
  expect(describeConstraints({})).toBe('');
});
