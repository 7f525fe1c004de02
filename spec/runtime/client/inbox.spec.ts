import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MemoryWire } from './memory-server.js';
import { MemoryServer, welcome } from './memory-server.js';

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

/** What a resume would say. */
async function known(): Promise<Record<string, unknown>> {
  wire.close(1006);
  wire = await server.redialled();
  wire.open();
  const { resume } = wire.hello;
  wire.send({ $welcome: { ...welcome, resumed: true } });
  return { ...resume?.seen, ...(Object.keys(resume?.left ?? {}).length > 0 && { left: resume?.left }) };
}

describe('a message with a position', () => {
  test('is handled when it is the next', async () => {
    wire.send({ 'Song.index': 11, $at: ['g', 11] });
    wire.send({ 'Song.index': 12, $at: ['g', 12] });
    expect(handled).toEqual([11, 12]);
    expect(await known()).toEqual({ '': ['g', 12] });
  });

  test('is dropped when it was handled before', async () => {
    wire.send({ 'Song.index': 10, $at: ['g', 10] });
    wire.send({ 'Song.index': 3, $at: ['g', 3] });
    expect(handled).toEqual([]);
    expect(await known()).toEqual({ '': ['g', 10] });
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
  ])('%s is handled after a gap was announced, and the next must follow it', async (_name, $at) => {
    wire.send({ $gap: { of: '', reason: 'expired' } });
    wire.send({ 'Song.index': 'after', $at });
    expect(gaps).toEqual([{ of: '', reason: 'expired' }]);
    expect(handled).toEqual(['after']);
    expect(await known()).toEqual({ '': $at });
    wire.send({ 'Song.index': 'hole', $at: [$at[0], Number($at[1]) + 2] });
    expect(handled).toEqual(['after']);
    expect(wire.closedByClient).toBeDefined();
  });

  test('of one source says nothing of another', async () => {
    wire.send({ $of: 'group:a', $at: ['a', 5] });
    wire.send({ $of: 'user', $at: ['u', 0] });
    wire.send({ 'Song.index': 'a', $of: 'group:a', $at: ['a', 6] });
    wire.send({ 'Song.index': 'u', $of: 'user', $at: ['u', 1] });
    wire.send({ 'Song.index': 'own', $at: ['g', 11] });
    expect(handled).toEqual(['a', 'u', 'own']);
    expect(await known()).toEqual({ '': ['g', 11], 'group:a': ['a', 6], user: ['u', 1] });
  });

  test('and no call only moves the position', async () => {
    wire.send({ $at: ['g', 11] });
    wire.send({ 'Song.index': 12, $at: ['g', 12] });
    expect(handled).toEqual([12]);
  });
});

test('a message without a position is handled every time', async () => {
  wire.send({ 'Song.index': 'v' });
  wire.send({ 'Song.index': 'v' });
  expect(handled).toEqual(['v', 'v']);
  expect(await known()).toEqual({ '': ['g', 10] });
});

describe('a position without calls', () => {
  test.each([
    ['of another generation', ['h', 3]],
    ['of a source that is not known', ['x', 7], 'group:new'],
  ])('%s is a baseline', async (_name, $at, $of = '') => {
    wire.send({ $at, $of });
    wire.send({ 'Song.index': 'next', $at: [$at[0], Number($at[1]) + 1], $of });
    expect(handled).toEqual(['next']);
    expect((await known())[$of]).toEqual([$at[0], Number($at[1]) + 1]);
  });

  test('that was handled before is ignored', async () => {
    wire.send({ $at: ['g', 10] });
    wire.send({ $at: ['g', 4] });
    expect(await known()).toEqual({ '': ['g', 10] });
  });

  test('behind a hole ends the session', () => {
    wire.send({ $at: ['g', 12] });
    expect(wire.closedByClient).toMatchObject({ code: 4504 });
    expect(server.errors.map(({ message }) => message)).toEqual([
      'The server left a hole in "session" without announcing it; starting a new session',
    ]);
  });

  test('after a gap is where the source goes on', async () => {
    wire.send({ $gap: { of: '', reason: 'expired' } });
    expect(await known()).toEqual({});
    wire.send({ $at: ['g', 90] });
    wire.send({ 'Song.index': 91, $at: ['g', 91] });
    expect(handled).toEqual([91]);
  });
});

describe('a source that was left', () => {
  beforeEach(() => {
    wire.send({ $of: 'group:a', $at: ['a', 5] });
    wire.send({ $left: 'group:a' });
  });

  test('is told as left, with where it stood', async () => {
    expect(await known()).toEqual({ '': ['g', 10], left: { 'group:a': ['a', 5] } });
  });

  test('takes a new baseline when it is joined again, and is not left any more', async () => {
    wire.send({ $of: 'group:a', $at: ['a', 50] });
    wire.send({ 'Song.index': 51, $of: 'group:a', $at: ['a', 51] });
    expect(handled).toEqual([51]);
    expect(await known()).toEqual({ '': ['g', 10], 'group:a': ['a', 51] });
  });

  test('has nothing handled again that was handled before', () => {
    wire.send({ 'Song.index': 5, $of: 'group:a', $at: ['a', 5] });
    wire.send({ 'Song.index': 6, $of: 'group:a', $at: ['a', 6] });
    expect(handled).toEqual([6]);
  });

  test('is remembered among the last thousand, and forgotten with the session', async () => {
    for (let group = 0; group < 1_000; group += 1) {
      wire.send([{ $of: `group:${group}`, $at: ['n', 1] }, { $left: `group:${group}` }]);
    }
    const { left } = await known();
    expect(Object.keys(left as object)).toHaveLength(1_000);
    expect(left).not.toHaveProperty(['group:a']);
    expect(left).toHaveProperty(['group:999']);
    wire.close(1006);
    wire = (await server.redialled()).welcome({ session: 's2', resumed: false });
    expect(await known()).toEqual({ '': ['g', 0] });
  });

  test('that was never followed is no matter', async () => {
    wire.send({ $left: 'group:b' });
    expect(await known()).toEqual({ '': ['g', 10], left: { 'group:a': ['a', 5] } });
  });
});

describe('the server is told how far everything is handled', () => {
  test('with the 32nd message or final reply, of what has moved', async () => {
    for (let number = 11; number <= 39; number += 1) wire.send({ 'Song.index': '', $at: ['g', number] });
    void server.rocket.Song.show({});
    void server.rocket.Song.show({});
    await server.settle();
    wire.send([{ $at: ['u', 0], $of: 'user' }, { $re: 1 }]);
    await server.settle();
    expect(wire.calls.filter(({ $seen }) => $seen)).toEqual([]);
    wire.send({ $re: 2, value: 7 });
    await server.settle();
    expect(wire.calls.at(-1)).toEqual({ $seen: { '': ['g', 39], user: ['u', 0] }, $got: 2 });
    for (let number = 1; number <= 32; number += 1)
      wire.send({ 'Song.index': '', $of: 'user', $at: ['u', number] });
    await server.settle();
    expect(wire.calls.at(-1)).toEqual({ $seen: { user: ['u', 32] } });
  });

  test('with a pong, calls up to the first that has no final reply', async () => {
    for (let call = 1; call <= 4; call += 1) void server.rocket.Song.show({});
    await server.settle();
    wire.send([{ $re: 1 }, { $re: 2 }, { $re: 4 }, { $ping: 1 }]);
    await server.settle();
    expect(wire.calls.at(-1)).toEqual({ $pong: 1, $seen: {}, $got: 2 });
    wire.send([{ $re: 3 }, { $ping: 1 }]);
    await server.settle();
    expect(wire.calls.at(-1)).toEqual({ $pong: 1, $seen: {}, $got: 4 });
  });

  test('not by messages without a position, and not of items of a stream', async () => {
    for (let count = 0; count < 100; count += 1) wire.send([{ 'Song.index': 'v' }, { $re: 9, next: 1 }]);
    await server.settle();
    expect(wire.calls).toEqual([]);
  });
});

test('a resumed session goes on where it was, whatever the welcome says, and without a gap', async () => {
  wire.close(1006);
  const second = (await server.redialled()).welcome({ resumed: true, at: { '': ['g', 12], user: ['u', 4] } });
  second.send({ 'Song.index': 11, $at: ['g', 11] });
  second.send({ 'Song.index': 12, $at: ['g', 12] });
  second.send({ $of: 'user', $at: ['u', 4] });
  second.send({ 'Song.index': 'u5', $of: 'user', $at: ['u', 5] });
  expect(handled).toEqual([11, 12, 'u5']);
  expect(gaps).toEqual([]);
});
