import { describe, expect, test } from '@jest/globals';
import { isNoArguments, parseFrame } from '../../../src/protocol/message.js';

describe('parseFrame', () => {
  test('takes a message as it is', () => {
    expect(parseFrame('{"Song.show":{"_id":"1"},"Song.b":""}')).toEqual([
      { 'Song.show': { _id: '1' }, 'Song.b': '' },
    ]);
  });

  test('takes an array of messages, in order', () => {
    expect(parseFrame('[{"Song.a":{}},{"Song.b":{}}]')).toEqual([{ 'Song.a': {} }, { 'Song.b': {} }]);
  });

  test('takes a bare string as a call without arguments, alone or in an array', () => {
    expect(parseFrame('"Song.index"')).toEqual([{ 'Song.index': '' }]);
    expect(parseFrame('["Song.index",{"Song.a":{}}]')).toEqual([{ 'Song.index': '' }, { 'Song.a': {} }]);
  });

  test.each(['', '{', 'nonsense', '12', 'null', 'true', '[[{"Song.a":{}}]]', '[1]', '[null]'])(
    'refuses %s whole',
    (text) => {
      expect(parseFrame(text)).toBeUndefined();
    },
  );

  test('keeps __proto__ a plain key: nothing is inherited through it', () => {
    const [message] = parseFrame('{"__proto__":{"polluted":true}}') ?? [];
    expect(Object.keys(message ?? {})).toEqual(['__proto__']);
    expect(message?.polluted).toBeUndefined();
  });

  test('survives nesting as deep as a frame can hold', () => {
    const deep = `{"Song.a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(parseFrame(deep)).toHaveLength(1);
  });
});

describe('isNoArguments', () => {
  test.each([[''], [null], [undefined], [{}]])('%p means no arguments', (args) => {
    expect(isNoArguments(args)).toBe(true);
  });

  test.each([[0], [false], ['x'], [[]], [{ a: undefined }]])('%p is an argument', (args) => {
    expect(isNoArguments(args)).toBe(false);
  });
});
