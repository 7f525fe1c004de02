import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MemoryWire } from './memory-server.js';
import { MemoryServer } from './memory-server.js';

let server: MemoryServer;
let wire: MemoryWire;
let handled: unknown[];
let gaps: unknown[];

beforeEach(async () => {
  server = new MemoryServer();
  handled = [];
  gaps = [];
  server.rocket.on('Song.index', (args) => handled.push(args));
  server.rocket.on('gap', (gap) => gaps.push(gap));
  wire = await server.connected({ at: { '': ['g', 10] } });
});
afterEach(() => server.rocket.close());

function seen(): unknown {
  wire.send({ $ping: 1 });
  return wire.received.at(-1)?.$seen;
}

describe('a message with a position', () => {
  test('is handled when it is the next', () => {
    wire.send({ 'Song.index': 11, $at: ['g', 11] });
    wire.send({ 'Song.index': 12, $at: ['g', 12] });
    expect(handled).toEqual([11, 12]);
    expect(seen()).toEqual({ '': ['g', 12] });
  });

  test('is dropped when it was handled before', () => {
    wire.send({ 'Song.index': 10, $at: ['g', 10] });
    wire.send({ 'Song.index': 3, $at: ['g', 3] });
    expect(handled).toEqual([]);
    expect(seen()).toEqual({ '': ['g', 10] });
  });

  test.each([
    ['behind a hole', ['g', 12]],
    ['of another generation', ['h', 11]],
    ['that is none', ['g', -1]],
  ])('%s is not handled and ends the session', async (_name, $at) => {
    wire.send({ 'Song.index': 1, $at });
    expect(handled).toEqual([]);
    expect(wire.closedByClient).toMatchObject({ code: 4504 });
    const second = await server.redialled();
    second.welcome({ session: 's2', at: { '': ['h', 0] } });
    expect(second.received[0]).toEqual({ $hello: { contract: 'c1' } });
    expect(gaps).toEqual([{ of: '', reason: 'session lost' }]);
  });

  test.each([
    ['behind a hole', ['g', 99]],
    ['of another generation', ['h', 1]],
  ])('%s is handled after a gap was announced, and the next must follow it', (_name, $at) => {
    wire.send({ $gap: { of: '', reason: 'expired' } });
    wire.send({ 'Song.index': 'after', $at });
    expect(gaps).toEqual([{ of: '', reason: 'expired' }]);
    expect(handled).toEqual(['after']);
    expect(seen()).toEqual({ '': $at });
    wire.send({ 'Song.index': 'hole', $at: [$at[0], Number($at[1]) + 2] });
    expect(handled).toEqual(['after']);
    expect(wire.closedByClient).toBeDefined();
  });

  test('of one source says nothing of another', () => {
    wire.send({ $of: 'group:a', $at: ['a', 5] });
    wire.send({ $of: 'user', $at: ['u', 0] });
    wire.send({ 'Song.index': 'a', $of: 'group:a', $at: ['a', 6] });
    wire.send({ 'Song.index': 'u', $of: 'user', $at: ['u', 1] });
    wire.send({ 'Song.index': 'own', $at: ['g', 11] });
    expect(handled).toEqual(['a', 'u', 'own']);
    expect(seen()).toEqual({ '': ['g', 11], 'group:a': ['a', 6], user: ['u', 1] });
  });

  test('and no call only moves the position', () => {
    wire.send({ $at: ['g', 11] });
    wire.send({ 'Song.index': 12, $at: ['g', 12] });
    expect(handled).toEqual([12]);
  });
});

test('a message without a position is handled every time', () => {
  wire.send({ 'Song.index': 'v' });
  wire.send({ 'Song.index': 'v' });
  expect(handled).toEqual(['v', 'v']);
  expect(seen()).toEqual({ '': ['g', 10] });
});

test('a source that was left is forgotten, and joining again takes a new baseline', () => {
  wire.send({ $of: 'group:a', $at: ['a', 5] });
  wire.send({ $left: 'group:a' });
  expect(seen()).toEqual({ '': ['g', 10] });
  wire.send({ $of: 'group:a', $at: ['a', 50] });
  wire.send({ 'Song.index': 51, $of: 'group:a', $at: ['a', 51] });
  expect(handled).toEqual([51]);
});

test('a resumed session goes on where it was, without a gap', async () => {
  wire.close(1006);
  const second = (await server.redialled()).welcome({ resumed: true, at: { '': ['g', 12], user: ['u', 4] } });
  second.send({ 'Song.index': 11, $at: ['g', 11] });
  second.send({ 'Song.index': 12, $at: ['g', 12] });
  second.send({ 'Song.index': 'u5', $of: 'user', $at: ['u', 5] });
  expect(handled).toEqual([11, 12, 'u5']);
  expect(gaps).toEqual([]);
});
