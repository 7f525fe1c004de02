import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Client, ConnectOptions } from '../../../runtime/browser/index.js';
import type { RocketApp } from '../../../runtime/server/index.js';
import type { FixtureApp } from '../../support/fixture-app.js';
import { fixtureApp } from '../../support/fixture-app.js';

type Call = (params?: unknown) => Promise<unknown>;
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

async function client(): Promise<Rocket> {
  const rocket = await connect({ url });
  clients.push(rocket);
  return rocket;
}

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
