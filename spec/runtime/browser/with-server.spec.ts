import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type {
  CallOptions,
  Client,
  ConnectOptions,
  SocketFactory,
  Stream,
} from '../../../runtime/browser/index.js';
import { ClientRuntime } from '../../../runtime/client/client-runtime.js';
import type { RocketApp } from '../../../runtime/server/index.js';
import type { FixtureApp } from '../../support/fixture-app.js';
import { fixtureApp } from '../../support/fixture-app.js';
import { manifest } from '../client/memory-server.js';

type Call = (params?: unknown, options?: CallOptions) => Promise<unknown>;
type Rocket = Client<Record<string, never>> & { readonly Song: Readonly<Record<string, Call>> };

/** The generated client of an app against its server, over real sockets. */
let fixture: FixtureApp;
let app: RocketApp;
let url: string;
let connect: (options: ConnectOptions) => Promise<Rocket>;
const clients: Rocket[] = [];

beforeAll(async () => {
  fixture = await fixtureApp('songs');
  ({ connect } = await import(pathToFileURL(join(fixture.root, '.rocket/client.js')).href));
}, 60_000);
afterAll(() => fixture.dispose());

beforeEach(async () => {
  app = fixture.app();
  url = `${(await app.listen()).replace(/\/$/, '')}/rocket`;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await app.close();
});

async function client(options: ConnectOptions = {}): Promise<Rocket> {
  const rocket = await connect({ url, ...options });
  clients.push(rocket);
  return rocket;
}

/** A client whose connection can be cut, as a network does, and which comes back at once. */
async function cuttable(): Promise<{
  readonly rocket: Rocket;
  readonly cut: () => void;
  readonly log: string[];
}> {
  let newest: WebSocket | undefined;
  const openSocket: SocketFactory = (address, protocol) => {
    const socket = new WebSocket(address, protocol);
    newest = socket;
    return {
      listen(listener) {
        socket.on('open', () => listener.opened());
        socket.on('message', (data) => listener.text(String(data)));
        socket.on('close', (code, reason) => listener.closed(code, String(reason)));
        socket.on('error', () => {});
      },
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    };
  };
  const rocket = await client({ openSocket, random: () => 0 });
  const log: string[] = [];
  rocket.on('connect', ({ resumed }) => log.push(resumed ? 'resumed' : 'new'));
  rocket.on('gap', ({ of }) => log.push(`gap "${of}"`));
  rocket.on('error', ({ message }) => log.push(`error ${message}`));
  return { rocket, cut: () => newest?.terminate(), log };
}

describe('over connections that are cut', () => {
  test('what a call transmits comes once and in order, and the call is answered once', async () => {
    const { rocket, cut, log } = await cuttable();
    const ticks: number[] = [];
    rocket.on('Song.tick', ({ n }) => {
      ticks.push(n);
      if (n % 150 === 0) cut();
    });
    await expect(rocket.Song.ticks?.({ count: 1_000 })).resolves.toBe(1_000);
    expect(ticks).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(new Set(log)).toEqual(new Set(['resumed']));
    expect(log.length).toBeGreaterThan(1);
  });

  test('a stream has each item once and in order, and its end', async () => {
    const { rocket, cut, log } = await cuttable();
    const stream = rocket.Song.count?.({ to: 1_000 }) as unknown as Stream<{ n: number; at: Date }, string>;
    const items: number[] = [];
    for await (const { n, at } of stream) {
      items.push(n);
      expect(at.getTime()).toBe(n);
      if (n % 90 === 0) cut();
    }
    expect(items).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(typeof (await stream)).toBe('string');
    expect(new Set(log)).toEqual(new Set(['resumed']));
  });

  test('no call runs twice, whenever its connection was cut', async () => {
    const { rocket, cut } = await cuttable();
    const songs: { readonly title: string }[][] = [];
    rocket.on('Song.index', (args: { songs: { readonly title: string }[] }) => songs.push(args.songs));
    const cutAfter = [
      () => cut(),
      () => queueMicrotask(cut),
      () => setImmediate(cut),
      () => setTimeout(cut, 2),
    ];
    for (let round = 0; round < 12; round += 1) {
      const created = rocket.Song.create?.({ song: { title: `Round ${round}`, year: 2000 } });
      cutAfter[round % cutAfter.length]?.();
      await created;
    }
    await rocket.Song.index?.();
    const titles = songs
      .at(-1)
      ?.map(({ title }) => title)
      .filter((title) => title.startsWith('Round'));
    expect(titles).toEqual(Array.from({ length: 12 }, (_, round) => `Round ${round}`));
  });

  test('a call that is aborted meanwhile rejects at once, and the others go on', async () => {
    const { rocket, cut } = await cuttable();
    const abort = new AbortController();
    const never = rocket.Song.never?.(undefined, { signal: abort.signal });
    const other = rocket.Song.inTurn?.({ n: 1, after: 20 });
    await new Promise((resolve) => setImmediate(resolve));
    cut();
    abort.abort();
    await expect(never).rejects.toMatchObject({ code: 'cancelled' });
    await expect(other).resolves.toBeUndefined();
    await expect(rocket.Song.ticks?.({ count: 1 })).resolves.toBe(1);
  });
});

test('a connection that moves to a second one while calls run has nothing lost, twice or out of order', async () => {
  const names = { ...manifest, actions: { Song: ['ticks'] }, clientActions: { Song: ['tick'] } };
  const runtime = new ClientRuntime(names, { url });
  clients.push(runtime.rocket as Rocket);
  const log: string[] = [];
  const ticks: number[] = [];
  for (const event of ['connect', 'disconnect', 'gap', 'error'] as const) {
    runtime.rocket.on(event, (fields) => log.push(`${event} ${JSON.stringify(fields)}`));
  }
  runtime.rocket.on('Song.tick', (args) => {
    const { n } = args as { n: number };
    ticks.push(n);
    if (n % 100 === 0) runtime.online();
  });
  runtime.start();
  const calls = [1, 2, 3].map(() => runtime.call('Song.ticks', { count: 600 }));
  await expect(Promise.all(calls)).resolves.toEqual([600, 600, 600]);
  expect([...ticks].sort((one, other) => one - other)).toEqual(
    Array.from({ length: 1_800 }, (_, index) => Math.floor(index / 3) + 1),
  );
  const [first, ...moves] = log;
  expect(first).toBe('connect {"resumed":false}');
  expect(moves.length).toBeGreaterThan(0);
  expect(new Set(moves)).toEqual(new Set(['connect {"resumed":true}']));
});

test('a call that takes longer than its timeout rejects, and the connection serves the next', async () => {
  const rocket = await client();
  await expect(rocket.Song.never?.(undefined, { timeout: 20 })).rejects.toMatchObject({ code: 'timeout' });
  await expect(rocket.Song.ticks?.({ count: 1 })).resolves.toBe(1);
});

test('new credentials are taken by the living session', async () => {
  const rocket = await client();
  await expect(rocket.authenticate({ anything: 1 })).resolves.toBeUndefined();
});

test('a call settles after what it transmitted has been handled', async () => {
  const rocket = await client();
  const ticks: unknown[] = [];
  rocket.on('Song.tick', ({ n }) => ticks.push(n));
  await expect(rocket.Song.ticks?.({ count: 3 })).resolves.toBe(3);
  expect(ticks).toEqual([1, 2, 3]);
});

test('errors arrive with code, sentence and issues', async () => {
  const rocket = await client();
  await expect(rocket.Song.show?.({ id: 'none' })).rejects.toMatchObject({
    code: 'not_found',
    message: 'No song none',
  });
  await expect(rocket.Song.create?.({ song: { title: '', year: 1 } })).rejects.toMatchObject({
    code: 'invalid_arguments',
    issues: [{ path: ['song', 'title'], message: 'is empty' }],
  });
  await expect(rocket.Song.fail?.()).rejects.toMatchObject({
    code: 'internal',
    reference: expect.any(String),
  });
});

test('after a restart of the server the client is back in a new session, and says so', async () => {
  const rocket = await client();
  const first = await rocket.Song.whoami?.();
  const log: string[] = [];
  rocket.on('gap', ({ of }) => log.push(`gap "${of}"`));
  const isGone = new Promise((resolve) => rocket.on('disconnect', () => resolve(log.push('disconnect'))));
  const isBack = new Promise((resolve) => rocket.on('firstConnect', () => resolve(log.push('firstConnect'))));
  await app.close();
  await isGone;
  const waiting = rocket.Song.whoami?.();
  app = fixture.app({ port: Number(new URL(url).port) });
  await app.listen();
  await isBack;
  expect(log).toEqual(['disconnect', 'gap ""', 'gap "user"', 'gap "all"', 'firstConnect']);
  const second = await waiting;
  expect(second).toMatchObject({ session: expect.any(String) });
  expect(second).not.toEqual(first);
});
