import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalText } from '../../../src/contract/canonical.js';

test('equal data has equal text, however it was put together', () => {
  expect(canonicalText({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  expect(canonicalText({ a: 1, b: 2 })).toBe(canonicalText({ b: 2, a: 1 }));
});

test('the text is JSON that says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const sent = JSON.parse(JSON.stringify(value)) as unknown;
      expect(JSON.parse(canonicalText(value))).toEqual(sent);
    }),
  );
});
