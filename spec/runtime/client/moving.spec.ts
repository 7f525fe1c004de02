import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Welcome } from '../../../src/protocol/frames.js';
import { MemoryServer, type MemoryWire, welcome } from './memory-server.js';

let server: MemoryServer;
let first: MemoryWire;
let log: string[];
let states: string[];

beforeEach(async () => {
  server = new MemoryServer();
  log = [];
  states = [];
  for (const name of ['connect', 'disconnect', 'firstConnect', 'gap'] as const) {
    server.rocket.on(name, (event) => log.push(`${name} ${JSON.stringify(event ?? '')}`));
  }
  first = await server.connected({ window: 120_000, at: { '': ['g', 4] } });
  log.length = 0;
  server.rocket.connection.subscribe(({ state }) => states.push(state));
  states.length = 0;
});
afterEach(() => server.rocket.close());

/** The server says that it is going away; the second wire, when it has been dialled. */
async function drained(): Promise<MemoryWire> {
  first.send({ $drain: { within: 5_000 } });
  await server.clock.advance(5_000);
  return server.next();
}

const resumed: Partial<Welcome> = { resumed: true, window: 120_000 };

describe('a server that goes away', () => {
  test('is left at a random moment within the time it gives, once', async () => {
    server.chance = 0.5;
    first.send([{ $drain: { within: 5_000 } }, { $drain: { within: 1_000 } }]);
    await server.clock.advance(2_499);
    expect(server.wires).toHaveLength(1);
    await server.clock.advance(1);
    expect(server.wires).toHaveLength(2);
    await server.clock.advance(5_000);
    expect(server.wires).toHaveLength(2);
  });

  test('is left for a second connection that resumes, without a break that anybody sees', async () => {
    const second = await drained();
    expect(first.closedByClient).toBeUndefined();
    first.send({ 'Song.index': 5, $at: ['g', 5] });
    second.open();
    expect(second.received).toEqual([
      {
        $hello: {
          contract: 'c1',
          resume: { session: 's1', secret: 'x1', seen: { '': ['g', 5] }, left: {}, pending: [] },
        },
      },
    ]);
    second.send({ $welcome: { ...welcome, ...resumed } });
    expect(first.closedByClient).toBeDefined();
    first.haunt({ 'Song.index': 'ghost' });
    expect(log).toEqual(['connect {"resumed":true}']);
    expect(states).toEqual(['open']);
    void server.rocket.Song.show({});
    await server.settle();
    expect(second.calls).toEqual([{ 'Song.show': {}, $id: 1 }]);
    expect(server.errors).toEqual([]);
  });

  test('may close the first connection before the second is welcomed', async () => {
    const second = await drained();
    second.open();
    first.close(4409);
    expect(server.rocket.state).toBe('open');
    second.send({ $welcome: { ...welcome, ...resumed } });
    expect(log).toEqual(['connect {"resumed":true}']);
    expect(server.wires).toHaveLength(2);
  });

  test('has calls sent on the first connection until the second says hello, and none twice', async () => {
    void server.rocket.Song.show({ id: 1 });
    await server.settle();
    const second = await drained();
    const answered = server.rocket.Song.show({ id: 2 });
    await server.settle();
    second.open();
    expect(second.received[0]).toMatchObject({ $hello: { resume: { pending: [1, 2] } } });
    void server.rocket.Song.show({ id: 3 });
    first.send({ $re: 2, value: 'in time' });
    await expect(answered).resolves.toBe('in time');
    expect(first.calls.map(({ $id }) => $id)).toEqual([1, 2]);
    second.send({ $welcome: { ...welcome, ...resumed } });
    await server.settle();
    expect(second.calls.map(({ $id }) => $id)).toEqual([1, 3]);
    expect(first.calls.map(({ $id }) => $id)).toEqual([1, 2]);
  });

  test.each<[string, (second: MemoryWire) => unknown]>([
    ['is refused', (second) => second.close(4503)],
    ['fails', (second) => second.close(1006)],
    ['says nothing', () => server.clock.advance(10_000)],
    ['does not know the session', (second) => second.send({ $welcome: { ...welcome, session: 's2' } })],
    ['says nonsense', (second) => second.sendText('nonsense')],
  ])('is stayed with as long as it is there when the second connection %s', async (_name, fail) => {
    const second = await drained();
    second.open();
    void server.rocket.Song.show({});
    await server.settle();
    expect(first.calls).toEqual([]);
    await fail(second);
    await server.settle();
    expect(first.calls).toEqual([{ 'Song.show': {}, $id: 1 }]);
    expect(log).toEqual([]);
    expect([...new Set(states)]).toEqual(['open']);
    first.close(4001);
    expect(log).toEqual(['disconnect {"code":4001,"reason":"","reconnecting":true}']);
  });

  test('whose session was taken over by a second connection that broke too early is gone on with, once', async () => {
    const second = await drained();
    second.open();
    second.close(1006);
    // The hello had arrived: it was nobody else who took the session over.
    first.close(4409);
    const third = await server.redialled();
    third.open();
    expect(third.received[0]).toMatchObject({ $hello: { resume: { session: 's1' } } });
    third.send({ $welcome: { ...welcome, ...resumed } });
    third.close(4409);
    const fourth = await server.redialled();
    fourth.open();
    expect(fourth.received[0]).toEqual({ $hello: { contract: 'c1' } });
  });

  test('that is gone before the second connection, which fails as well, is a loss', async () => {
    const second = await drained();
    second.open();
    first.close(4001);
    expect(log).toEqual([]);
    second.close(1006);
    expect(log).toEqual(['disconnect {"code":1006,"reason":"","reconnecting":true}']);
    expect(server.rocket.state).toBe('waiting');
    const third = (await server.redialled()).welcome(resumed);
    void server.rocket.Song.show({});
    await server.settle();
    expect(third.calls).toHaveLength(1);
  });

  test('whose session is gone when the second connection is welcomed begins a new one', async () => {
    const second = await drained();
    second.open();
    first.close(4001);
    second.send({ $welcome: { ...welcome, session: 's2' } });
    expect(log).toEqual([
      'connect {"resumed":false}',
      'gap {"of":"","reason":"session lost"}',
      'firstConnect ""',
    ]);
  });

  test('that closes before the second connection has said hello is a loss as any other', async () => {
    const second = await drained();
    first.close(4001);
    expect(log).toEqual(['disconnect {"code":4001,"reason":"","reconnecting":true}']);
    expect(second.closedByClient).toBeDefined();
  });

  test('that kicks the user stops both', async () => {
    const second = await drained();
    second.open();
    first.close(4501);
    expect(second.closedByClient).toBeDefined();
    expect(server.rocket.state).toBe('closed');
    expect(server.clock.pending).toBe(0);
  });

  test('and a client that closes leave nothing behind', async () => {
    first.send({ $drain: { within: 5_000 } });
    server.rocket.close();
    expect(server.clock.pending).toBe(0);
  });

  test('during a drain, close ends both connections', async () => {
    const second = await drained();
    second.open();
    server.rocket.close();
    expect(first.closedByClient).toMatchObject({ code: 1000 });
    expect(second.closedByClient).toMatchObject({ code: 1000 });
    expect(server.clock.pending).toBe(0);
  });
});

describe('a network that is there again', () => {
  test('moves an open connection, which may be dead, to a second one', async () => {
    server.runtime.online();
    server.runtime.online();
    await server.settle();
    expect(server.wires).toHaveLength(2);
    server.wires[1]?.welcome(resumed);
    expect(first.closedByClient).toBeDefined();
    expect(log).toEqual(['connect {"resumed":true}']);
  });

  test('ends the wait for a reconnect', async () => {
    first.close(1006);
    server.runtime.online();
    await server.settle();
    expect(server.wires).toHaveLength(2);
  });
});

test('credentials that cannot be got for a second connection are an error, and the first stays', async () => {
  let fails = false;
  const other = new MemoryServer({
    auth: () => {
      if (fails) throw new Error('no token');
      return 'token';
    },
  });
  await other.connected(resumed);
  fails = true;
  other.runtime.online();
  await other.settle();
  expect(other.errors.map(({ message }) => message)).toEqual(['no token']);
  expect(other.rocket.state).toBe('open');
  expect(other.wires).toHaveLength(1);
  other.rocket.close();
});
