import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { repository } from '../support/repository.js';
import { type ServerProcess, startServer } from '../support/server-process.js';
import { Visits } from './visits.js';

type Frame = Record<string, unknown>;

/** A server with an engine in a folder that is killed, and started again on the same folder and port. */
describe('a server process that dies', () => {
  let fixture: FixtureApp;
  let server: ServerProcess;
  const visits = new Visits();

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
  });

  beforeEach(async () => {
    const hooks = pathToFileURL(join(repository, 'scripts/typescript-hooks.mjs')).href;
    const program = join(repository, 'spec/system/songs-server.ts');
    const folder = mkdtempSync(join(fixture.root, 'engine-'));
    server = await startServer({
      cwd: repository,
      command: [process.execPath, '--import', hooks, program, fixture.root, folder],
    });
  });

  afterEach(async () => {
    visits.end();
    await server.kill();
  });

  afterAll(() => fixture.dispose());

  async function die(client: BareClient): Promise<void> {
    await server.kill();
    expect(await client.closed()).toBe(1006);
    await server.restart();
  }

  /** Everything that comes before the connection answers. */
  async function all(client: BareClient): Promise<Frame[]> {
    await client.answers();
    return client.passed.splice(0);
  }

  const ticksOf = (frames: Frame[]) =>
    frames.flatMap((frame) => ('Song.tick' in frame ? [(frame['Song.tick'] as { n: number }).n] : []));

  test('its sessions go on in the next one, with all that was not handled and nothing that was', async () => {
    const first = await visits.hello(server.url);
    first.send({ 'Song.join': { group: 'band' }, $id: 1 });
    const [baseline] = await first.take(2);
    first.send({ 'Stage.play': { count: 5 }, $id: 2 });
    await first.take(6);
    first.send({ 'Song.tell': { group: 'band' }, $id: 3 });
    await first.take(2);
    // What is accepted of a session is written in its order, the replies of before with it.
    first.send({ 'Stage.play': { count: 1 }, $id: 4 });
    await first.take(2);
    await die(first);
    const [generation, start] = positionOf(baseline);
    const seen = { ...(first.welcome.at as object), '': ['1', 2], 'group:band': [generation, start] };
    const second = await visits.resume(server.url, first, { seen, pending: [2, 3] });
    expect(second.welcome).toMatchObject({ resumed: true, session: first.welcome.session });
    second.send({ 'Stage.play': { count: 5 }, $id: 2 });
    second.send({ 'Song.tell': { group: 'band' }, $id: 3 });
    const frames = await all(second);
    expect(ticksOf(frames)).toEqual([3, 4, 5, 1]);
    expect(frames.filter((frame) => 'Song.changed' in frame)).toHaveLength(1);
    expect(frames.filter((frame) => '$gap' in frame)).toEqual([]);
    // Their replies, as they were kept: nothing has run again.
    expect(frames.filter((frame) => '$re' in frame)).toEqual([{ $re: 2, value: 5 }, { $re: 3 }]);
    // Still a member, and its own source goes on.
    second.send({ 'Song.tell': { group: 'band' }, $id: 5 });
    second.send({ 'Stage.play': { count: 1 }, $id: 6 });
    const later = await second.take(4);
    expect(later.filter((frame) => 'Song.changed' in frame)).toHaveLength(1);
    expect(later).toContainEqual({ $re: 6, value: 1 });
  });

  test('a call that ran is answered outcome_unknown, an idempotent one runs again under the same key', async () => {
    const first = await visits.hello(server.url);
    first.send({ 'Stage.stand': { name: 'once' }, $id: 1 });
    first.send({ 'Stage.standAgain': { name: 'again' }, $id: 2 });
    const began = await first.next();
    const { key } = began['Stage.began'] as { key: string };
    await die(first);
    const second = await visits.resume(server.url, first, {
      seen: { ...(first.welcome.at as object), '': positionOf(began) },
      pending: [1, 2],
    });
    expect(second.welcome.resumed).toBe(true);
    second.send({ 'Stage.stand': { name: 'once' }, $id: 1 });
    second.send({ 'Stage.standAgain': { name: 'again' }, $id: 2 });
    second.send({ 'Stage.open': { name: 'again' }, $id: 3 });
    const frames: Frame[] = [];
    while (!frames.some(({ $re }) => $re === 2)) frames.push(await second.next());
    expect(frames).toContainEqual({
      $re: 1,
      error: expect.objectContaining({ code: 'outcome_unknown', retryable: false }),
    });
    expect(frames).toContainEqual(expect.objectContaining({ 'Stage.began': { key } }));
    expect(frames.at(-1)).toEqual({ $re: 2, value: key });
  });

  test('dies again and again, and nothing is lost or told twice', async () => {
    const first = await visits.hello(server.url);
    let client = first;
    let own: unknown = ['1', 0];
    const ticks: number[] = [];
    for (let $id = 1; $id <= 4; $id += 1) {
      client.send({ 'Stage.play': { count: 3 }, $id });
      // One of three is handled before it dies.
      let tick = await client.next();
      while (!('Song.tick' in tick)) tick = await client.next();
      ticks.push(...ticksOf([tick]));
      own = tick.$at;
      while (tick.$re !== $id) tick = await client.next();
      await die(client);
      client = await visits.resume(server.url, first, {
        seen: { ...(first.welcome.at as object), '': own },
      });
      expect(client.welcome.resumed).toBe(true);
      const missed = await all(client);
      ticks.push(...ticksOf(missed));
      own = missed.filter((frame) => '$at' in frame && frame.$of === undefined).at(-1)?.$at ?? own;
      expect(missed.filter((frame) => '$gap' in frame)).toEqual([]);
    }
    expect(ticks).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });
});
