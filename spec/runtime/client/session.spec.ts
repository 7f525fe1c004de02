import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KeptSession } from '../../../runtime/client/session.js';
import { MemoryServer, type MemoryWire } from './memory-server.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

function logOf({ rocket }: MemoryServer): string[] {
  const log: string[] = [];
  for (const name of ['connect', 'firstConnect', 'gap'] as const) {
    rocket.on(name, (event) => log.push(`${name} ${JSON.stringify(event ?? '')}`));
  }
  return log;
}

describe('a page load that goes on with the session of an earlier one', () => {
  let kept: KeptSession;
  let wire: MemoryWire;

  beforeEach(async () => {
    const earlier = new MemoryServer();
    const first = await earlier.connected({ window: 120_000 });
    first.send([
      { 'Song.index': '', $at: ['g', 1] },
      { $of: 'group:a', $at: ['a', 5] },
      { $left: 'group:a' },
    ]);
    earlier.rocket.Song.show({}).catch(() => {});
    kept = JSON.parse(JSON.stringify(earlier.runtime.keep()));
    earlier.rocket.close();
    server = new MemoryServer();
    server.runtime.restore(kept);
    wire = await server.start();
    wire.open();
  });

  test('says how far that one was, and waits for none of its calls', () => {
    expect(wire.received).toEqual([
      {
        $hello: {
          contract: 'c1',
          resume: {
            session: 's1',
            secret: 'x1',
            seen: { '': ['g', 1] },
            left: { 'group:a': ['a', 5] },
            pending: [],
          },
        },
      },
    ]);
  });

  test('draws itself, misses nothing, and goes on with the ids of calls', async () => {
    const log = logOf(server);
    const handled: unknown[] = [];
    server.rocket.on('Song.index', (args) => handled.push(args));
    wire.welcome({ resumed: true, window: 120_000 });
    wire.send([
      { 'Song.index': 1, $at: ['g', 1] },
      { 'Song.index': 2, $at: ['g', 2] },
    ]);
    expect(log).toEqual(['connect {"resumed":true}', 'firstConnect ""']);
    expect(handled).toEqual([2]);
    void server.rocket.Song.index();
    await server.settle();
    expect(wire.calls).toEqual([{ 'Song.index': '', $id: 2 }]);
    wire.close(1006);
    (await server.redialled()).welcome({ resumed: true });
    expect(log).toEqual(['connect {"resumed":true}', 'firstConnect ""', 'connect {"resumed":true}']);
  });

  test('begins anew where the session is gone, and has missed nothing of what it never showed', () => {
    const log = logOf(server);
    wire.welcome({ session: 's2', resumed: false });
    expect(log).toEqual(['connect {"resumed":false}', 'firstConnect ""']);
  });

  test('begins anew where another connection has the session', async () => {
    const log = logOf(server);
    wire.close(4409);
    const second = await server.redialled();
    second.open();
    expect(second.received).toEqual([{ $hello: { contract: 'c1' } }]);
    second.welcome({ session: 's2' });
    expect(log).toEqual(['connect {"resumed":false}', 'firstConnect ""']);
  });

  test('begins anew where it has made a call already, whose id is used up', async () => {
    const other = new MemoryServer();
    void other.rocket.Song.show({});
    other.runtime.restore(kept);
    const second = await other.connected();
    await other.settle();
    expect(second.hello.resume).toBeUndefined();
    expect(second.calls.map(({ $id }) => $id)).toEqual([1]);
    other.rocket.close();
  });
});

describe('a page that was kept and is shown again', () => {
  let kept: KeptSession;
  let wire: MemoryWire;

  beforeEach(async () => {
    server = new MemoryServer();
    wire = await server.connected({ window: 120_000 });
    kept = server.runtime.keep() as KeptSession;
  });

  test('goes on with its session', async () => {
    server.runtime.restore(kept);
    wire.close(1006);
    const second = await server.redialled();
    second.open();
    expect(second.hello.resume).toMatchObject({ session: 's1' });
  });

  test('begins a new one where another page has made calls meanwhile: their ids are used up', async () => {
    server.runtime.restore({ ...kept, lastCall: 3 });
    wire.close(1006);
    const second = await server.redialled();
    second.open();
    expect(second.hello.resume).toBeUndefined();
  });

  test('is not concerned with a session that another page began', async () => {
    server.runtime.restore({ ...kept, session: 's2', lastCall: 3 });
    expect(server.runtime.keep()).toEqual(kept);
  });
});

describe('there is nothing to keep', () => {
  test.each<[string, (wire: MemoryWire) => void]>([
    ['before a welcome', () => {}],
    ['of a server that resumes nothing', (wire) => wire.welcome({ window: 0 })],
    ['after another connection took the session over', (wire) => wire.welcome({ window: 9 }).close(4409)],
    ['after the user was kicked', (wire) => wire.welcome({ window: 9 }).close(4501)],
  ])('%s', async (_name, happen) => {
    server = new MemoryServer();
    happen(await server.start());
    expect(server.runtime.keep()).toBeUndefined();
  });
});

test('two clients with one session part: the one that was taken over begins its own, and no fight begins', async () => {
  server = new MemoryServer();
  const log = logOf(server);
  const wire = await server.connected({ window: 120_000 });
  const sent = server.rocket.Song.create({});
  wire.close(4409);
  await expect(sent).rejects.toMatchObject({ code: 'outcome_unknown' });
  const second = await server.redialled();
  second.welcome({ session: 's2', window: 120_000 });
  expect(second.received[0]).toEqual({ $hello: { contract: 'c1' } });
  expect(log.slice(2)).toEqual([
    'connect {"resumed":false}',
    'gap {"of":"","reason":"session lost"}',
    'firstConnect ""',
  ]);
  await server.clock.advance(20_000);
  expect(server.wires).toHaveLength(2);
});
