import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64, toBase64 } from '../../../src/contract/base64.js';
import { encodeValue } from '../../../src/contract/encoders.js';
import { reviveArrayBuffer, reviveBytes, reviveMap } from '../../../src/contract/revivers.js';

test.each<[string, unknown, unknown]>([
  ['a bigint is decimal text', -12n, '-12'],
  ['bytes are base64', new Uint8Array([1, 2, 3]), 'AQID'],
  ['a part of a buffer is that part', new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4), 'AQID'],
  ['so are those of Node', Buffer.from([1, 2, 3]), 'AQID'],
  ['and a whole buffer', new Uint8Array([1, 2, 3]).buffer, 'AQID'],
  ['a Set is a list', new Set([1n, 2n]), ['1', '2']],
  ['a Map is a list of pairs', new Map([[1n, new Set(['a'])]]), [['1', ['a']]]],
  ['wherever they are', { a: [{ b: 1n }] }, { a: [{ b: '1' }] }],
  ['null is null', null, null],
])('%s', (_, value, expected) => expect(encodeValue(value)).toEqual(expected));

test('dates, and whatever else knows how it is written, are left to do so', () => {
  const at = new Date(0);
  const price = { cents: 5n, toJSON: () => '0.05' };
  expect(JSON.stringify(encodeValue({ at, price }))).toBe('{"at":"1970-01-01T00:00:00.000Z","price":"0.05"}');
});

test('the value itself stays as it was', () => {
  const value = Object.freeze({ list: Object.freeze([1n]), map: new Map([['a', 1n]]) });
  encodeValue(value);
  expect(value).toEqual({ list: [1n], map: new Map([['a', 1n]]) });
});

test('no key changes a prototype', () => {
  const encoded = encodeValue(JSON.parse('{"__proto__":{"a":1},"b":2}')) as object;
  expect(Object.getPrototypeOf(encoded)).toBe(Object.prototype);
  expect(Object.keys(encoded)).toEqual(['b']);
});

test('bytes come back as they went, with and without what Node has for it', () => {
  const { Buffer: buffer } = globalThis;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.boolean(), (bytes, isNode) => {
      const { Buffer: _, ...page } = globalThis as { Buffer?: unknown };
      void page;
      if (!isNode) Reflect.deleteProperty(globalThis, 'Buffer');
      try {
        const text = toBase64(bytes);
        expect(text).toBe(buffer.from(bytes).toString('base64'));
        expect(fromBase64(text)).toEqual(new Uint8Array(bytes));
      } finally {
        globalThis.Buffer = buffer;
      }
    }),
  );
});

test.each(['A', 'AQ', 'AQI', 'AQ=D', 'AQID=', 'AQ-_', 'AQ ID', '====', 'é'])('%j is not base64', (text) => {
  expect(fromBase64(text)).toBeUndefined();
  expect(reviveBytes(text)).toBe(text);
});

test('a revived ArrayBuffer holds its bytes and nothing else', () => {
  const buffer = reviveArrayBuffer('AQID') as ArrayBuffer;
  expect(new Uint8Array(buffer)).toEqual(new Uint8Array([1, 2, 3]));
});

test.each([[[1]], [[[1, 2, 3]]], ['ab'], [{}]])('%j is no Map and stays what it is', (value) => {
  expect(reviveMap(value)).toEqual(value);
});
