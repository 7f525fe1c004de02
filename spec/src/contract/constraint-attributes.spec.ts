import { expect, test } from '@jest/globals';
import { constraintAttributes, type FieldAttributes } from '../../../src/contract/constraint-attributes.js';
import type { Constraints } from '../../../src/contract/constraints.js';

const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

test.each<[string, Constraints, FieldAttributes]>([
  ['nothing', {}, {}],
  ['lengths', { minLength: 1, maxLength: 9 }, { minlength: 1, maxlength: 9 }],
  ['a length of nothing', { minLength: 0 }, {}],
  ['a pattern', { patterns: ['[a-z]+'] }, { pattern: '[a-z]+' }],
  ['several patterns', { patterns: ['a+', '.{3}'] }, { pattern: '(?=(?:a+)$)(?:.{3})' }],
  ['an email address', { format: 'email', maxLength: 50 }, { maxlength: 50, type: 'email' }],
  ['a web address', { format: 'url' }, { type: 'url' }],
  ['a UUID', { format: 'uuid' }, { pattern: uuid }],
])('text: %s', (_, constraints, attributes) => {
  expect(constraintAttributes(constraints, 'string')).toEqual(attributes);
});

test.each<[string, Constraints, FieldAttributes]>([
  ['nothing but that fractions are allowed', {}, { step: 'any' }],
  ['limits', { min: 0.5, max: 9 }, { min: 0.5, max: 9, step: 'any' }],
  ['whole numbers', { integer: true, min: 1 }, { min: 1, step: 1 }],
  ['whole numbers from a broken limit', { integer: true, min: 0.5 }, { min: 0.5, step: 'any' }],
  ['steps', { multipleOf: 0.25, min: 0.5 }, { min: 0.5, step: 0.25 }],
  ['steps that a browser would count from elsewhere', { multipleOf: 5, min: 3 }, { min: 3, step: 'any' }],
  ['whole steps from elsewhere', { multipleOf: 5, integer: true, min: 3 }, { min: 3, step: 1 }],
  [
    'excluded limits of whole numbers',
    { integer: true, exclusiveMin: 0, exclusiveMax: 10 },
    { min: 1, max: 9, step: 1 },
  ],
  [
    'excluded broken limits',
    { integer: true, exclusiveMin: 0.5, exclusiveMax: 9.5 },
    { min: 1, max: 9, step: 1 },
  ],
  [
    'excluded limits of other numbers, which HTML cannot exclude',
    { exclusiveMin: 0, exclusiveMax: 1 },
    { min: 0, max: 1, step: 'any' },
  ],
  [
    'the stricter of two limits',
    { min: 1, exclusiveMin: 3, max: 9, exclusiveMax: 8 },
    { min: 3, max: 8, step: 'any' },
  ],
])('numbers: %s', (_, constraints, attributes) => {
  expect(constraintAttributes(constraints, 'number')).toEqual(attributes);
});

test('a bigint is a whole number', () => {
  expect(constraintAttributes({ exclusiveMin: 0 }, 'bigint')).toEqual({ min: 1, step: 1 });
});
