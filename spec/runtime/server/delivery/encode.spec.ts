import { expect, test } from '@jest/globals';
import { encodeBody } from '../../../../runtime/server/delivery/encode.js';

const clientActions = new Set(['Song.show', 'App.showMessage']);

test('calls stand in key order, without the braces', () => {
  const body = encodeBody({ 'App.showMessage': { title: 'Hi' }, 'Song.show': { id: 1 } }, clientActions);
  expect(body).toBe('"App.showMessage":{"title":"Hi"},"Song.show":{"id":1}');
});

test('no arguments are an empty string, as in 2011', () => {
  expect(encodeBody({ 'Song.show': undefined }, clientActions)).toBe('"Song.show":""');
  expect(encodeBody({ 'Song.show': '' }, clientActions)).toBe('"Song.show":""');
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
