import { afterEach, describe, expect, test } from '@jest/globals';
import { MemoryServer } from './memory-server.js';
import { watch } from './watch.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

describe('a signal', () => {
  test('that is aborted already rejects, and nothing is sent', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const call = server.rocket.Song.show({}, { signal: AbortSignal.abort('why') });
    await expect(call).rejects.toMatchObject({ code: 'cancelled', cause: 'why' });
    void server.rocket.Song.index();
    await server.settle();
    expect(wire.calls).toEqual([{ 'Song.index': '', $id: 1 }]);
  });

  test('aborted before the call was sent rejects, and it is never sent', async () => {
    server = new MemoryServer();
    const abort = new AbortController();
    const call = server.rocket.Song.show({}, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    void server.rocket.Song.index();
    const wire = await server.connected();
    await server.settle();
    expect(wire.calls).toEqual([{ 'Song.index': '', $id: 2 }]);
  });

  test('aborted afterwards rejects at once, and the server is told once', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const abort = new AbortController();
    const call = watch(server.rocket.Song.show({}, { signal: abort.signal }));
    await server.settle();
    abort.abort(new Error('left the page'));
    await server.settle();
    expect(call.error).toMatchObject({ code: 'cancelled', cause: { message: 'left the page' } });
    expect(wire.calls).toEqual([{ 'Song.show': {}, $id: 1 }, { $cancel: 1 }]);
    wire.send({ $re: 1, error: { code: 'cancelled', message: 'Cancelled', retryable: false } });
    wire.send({ $ping: 1 });
    await server.settle();
    expect(wire.calls.at(-1)).toMatchObject({ $got: 1 });
    expect(server.errors).toEqual([]);
  });

  test('aborted after the answer does nothing', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const abort = new AbortController();
    const call = server.rocket.Song.show({}, { signal: abort.signal });
    wire.send({ $re: 1, value: 1 });
    await expect(call).resolves.toBe(1);
    abort.abort();
    await server.settle();
    expect(wire.calls).toHaveLength(1);
  });

  test('is not held on to when the call is over', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const { signal } = new AbortController();
    const listening: string[] = [];
    const watched = new Proxy(signal, {
      get: (target, key) =>
        key === 'addEventListener' || key === 'removeEventListener'
          ? () => listening.push(key)
          : Reflect.get(target, key, target),
    });
    const call = server.rocket.Song.show({}, { signal: watched });
    wire.send({ $re: 1 });
    await call;
    expect(listening).toEqual(['addEventListener', 'removeEventListener']);
  });

  test('aborted while the connection is gone has $cancel sent in place of the call', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ window: 120_000 });
    const abort = new AbortController();
    const call = watch(server.rocket.Song.show({ id: 1 }, { signal: abort.signal }));
    const other = watch(server.rocket.Song.show({ id: 2 }));
    wire.close(1006);
    abort.abort();
    const second = await server.redialled();
    expect(call.error).toMatchObject({ code: 'cancelled' });
    second.open();
    expect(second.received[0]).toMatchObject({ $hello: { resume: { pending: [1, 2] } } });
    second.welcome({ resumed: true });
    await server.settle();
    expect(second.calls).toEqual([{ $cancel: 1 }, { 'Song.show': { id: 2 }, $id: 2 }]);
    expect(other).toEqual({});
  });

  test('aborted before a connection was lost, and perhaps not heard of, is told again', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ window: 120_000 });
    const abort = new AbortController();
    watch(server.rocket.Song.show({}, { signal: abort.signal }));
    await server.settle();
    abort.abort();
    wire.close(1006);
    const second = (await server.redialled()).welcome({ resumed: true });
    await server.settle();
    expect(second.calls).toEqual([{ $cancel: 1 }]);
  });
});

describe('a timeout', () => {
  test('rejects a call that was not answered in time, and tells the server', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const call = watch(server.rocket.Song.show({}, { timeout: 500 }));
    await server.clock.advance(499);
    expect(call).toEqual({});
    await server.clock.advance(1);
    expect(call.error).toMatchObject({
      code: 'timeout',
      retryable: true,
      message: 'Song.show was not answered in 500 ms',
    });
    expect(wire.calls.at(-1)).toEqual({ $cancel: 1 });
  });

  test('counts the wait for a connection, and then nothing is sent', async () => {
    server = new MemoryServer();
    const wire = await server.start();
    const call = watch(server.rocket.Song.show({}, { timeout: 500 }));
    await server.clock.advance(500);
    expect(call.error).toMatchObject({ code: 'timeout' });
    wire.welcome();
    await server.settle();
    expect(wire.calls).toEqual([]);
  });

  test('of an answered call leaves no timer behind', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const before = server.clock.pending;
    const calls = [1_000, 50, 5_000].map((timeout) => server.rocket.Song.show({}, { timeout }));
    expect(server.clock.pending).toBe(before + 1);
    wire.send([{ $re: 1 }, { $re: 2 }, { $re: 3 }]);
    await Promise.all(calls);
    expect(server.clock.pending).toBe(before);
  });
});

describe('no more calls than the server takes', () => {
  test('are without an answer; the others follow in order as answers come', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ maxCalls: 2 });
    for (let id = 1; id <= 4; id += 1) void server.rocket.Song.show({ id });
    await server.settle();
    expect(wire.calls.map(({ $id }) => $id)).toEqual([1, 2]);
    wire.send({ $re: 2 });
    await server.settle();
    expect(wire.calls.map(({ $id }) => $id)).toEqual([1, 2, 3]);
    wire.send([{ $re: 1 }, { $re: 3 }]);
    await server.settle();
    expect(wire.calls.map(({ $id }) => $id)).toEqual([1, 2, 3, 4]);
  });

  test('count those that were given up, until the server has answered', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ maxCalls: 1 });
    const abort = new AbortController();
    watch(server.rocket.Song.show({}, { signal: abort.signal }));
    void server.rocket.Song.index();
    abort.abort();
    await server.settle();
    expect(wire.calls).toEqual([{ 'Song.show': {}, $id: 1 }, { $cancel: 1 }]);
    wire.send({ $re: 1, error: { code: 'cancelled', message: 'Cancelled', retryable: false } });
    await server.settle();
    expect(wire.calls.at(-1)).toEqual({ 'Song.index': '', $id: 2 });
  });

  test('count those that are sent again', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ maxCalls: 2, window: 120_000 });
    for (let id = 1; id <= 3; id += 1) void server.rocket.Song.show({ id });
    wire.close(1006);
    const second = (await server.redialled()).welcome({ maxCalls: 2, resumed: true });
    await server.settle();
    expect(second.calls.map(({ $id }) => $id)).toEqual([1, 2]);
  });

  test('and the queue of the others has its bound', async () => {
    server = new MemoryServer({ queueLimit: 1 });
    await server.connected({ maxCalls: 1 });
    void server.rocket.Song.show({});
    void server.rocket.Song.show({});
    await expect(server.rocket.Song.show({})).rejects.toMatchObject({
      code: 'unavailable',
      message: '1 calls wait to be sent already: Song.show was not kept',
    });
  });
});
