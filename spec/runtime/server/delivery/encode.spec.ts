import { expect, test } from '@jest/globals';
import { encodeBody } from '../../../../runtime/server/delivery/encode.js';
import { encodeValue } from '../../../../src/contract/encoders.js';
import type { Encoder } from '../../../../src/contract/manifest.js';

const clientActions = new Map<string, Encoder | null>([
  ['Song.show', null],
  ['App.showMessage', null],
  ['Song.plays', encodeValue],
]);

test('calls stand in key order, without the braces', () => {
  const body = encodeBody({ 'App.showMessage': { title: 'Hi' }, 'Song.show': { id: 1 } }, clientActions);
  expect(body).toBe('"App.showMessage":{"title":"Hi"},"Song.show":{"id":1}');
});

test('no arguments are an empty string, as in 2011', () => {
  expect(encodeBody({ 'Song.show': undefined }, clientActions)).toBe('"Song.show":""');
  expect(encodeBody({ 'Song.show': '' }, clientActions)).toBe('"Song.show":""');
});

test('what JSON would not write right is encoded, where the contract says so', () => {
  const body = encodeBody(
    { 'Song.plays': { at: new Date(0), plays: 12n, tags: new Set(['a']) } },
    clientActions,
  );
  expect(body).toBe('"Song.plays":{"at":"1970-01-01T00:00:00.000Z","plays":"12","tags":["a"]}');
});

test('an unknown call is refused with what to do about it', () => {
  expect(() => encodeBody({ 'Song.shwo': {} }, clientActions)).toThrow(/"Song\.shwo".*rocket compile/);
});

test.each(['$at', '$re', '__proto__x', 'toString'])('%s cannot be smuggled in as a call', (name) => {
  expect(() => encodeBody({ [name]: {} }, clientActions)).toThrow(TypeError);
});

test('what JSON cannot carry is refused, and so is an empty message', () => {
  expect(() => encodeBody({ 'Song.show': () => {} }, clientActions)).toThrow(
    /function, which JSON cannot carry/,
  );
  expect(() => encodeBody({ 'Song.show': { n: 1n } }, clientActions)).toThrow(TypeError);
  expect(() => encodeBody({}, clientActions)).toThrow(/at least one call/);
});
