import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { MemoryEngine } from '../../runtime/server/engine/memory-engine.js';
import { createApp, ProblemsError } from '../../runtime/server/index.js';
import { BareClient } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

describe('an app', () => {
  let fixture: FixtureApp | undefined;

  afterEach(async () => {
    await fixture?.dispose();
    fixture = undefined;
  });

  function write(root: string, path: string, text: string): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  test('serves its public files and its sockets on one port, with a strict policy', async () => {
    fixture = await fixtureApp('songs');
    const url = await fixture.app().listen();
    const page = await fetch(url);
    expect(await page.text()).toMatch('<title>Songs</title>');
    expect(page.headers.get('content-security-policy')).toMatch(/require-trusted-types-for 'script'/);
    const client = await BareClient.open(url);
    client.send('"Song.index"');
    expect(await client.next()).toHaveProperty(['Song.index']);
  });

  test('has its own routes beside them', async () => {
    fixture = await fixtureApp('songs');
    const app = fixture.app();
    app.http.get('/hello', async () => ({ hello: 'world' }));
    expect(await (await fetch(`${await app.listen()}/hello`)).json()).toEqual({ hello: 'world' });
  });

  test('runs its initializers one after another, in the order of their names, before it listens', async () => {
    fixture = await fixtureApp('songs', (root) => {
      const initializer = (name: string, ms: number) =>
        `export default async (app) => { await new Promise((done) => setTimeout(done, ${ms})); (app.http.order ??= []).push('${name}'); };`;
      write(root, 'config/initializers/020-second.js', initializer('second', 0));
      write(root, 'config/initializers/010-first.js', initializer('first', 20));
    });
    const app = fixture.app();
    await app.listen();
    expect((app.http as unknown as { order: string[] }).order).toEqual(['first', 'second']);
  });

  test('does not start when an initializer fails, and says which', async () => {
    fixture = await fixtureApp('songs', (root) => {
      write(
        root,
        'config/initializers/010-database.js',
        'export default () => { throw new Error("no database"); };',
      );
    });
    await expect(fixture.app().listen()).rejects.toThrow(
      'The initializer config/initializers/010-database.js failed: no database',
    );
  });

  test('reports every mistake of its start together, each with the thing, the place and the cure', async () => {
    fixture = await fixtureApp('songs');
    const { root } = fixture;
    write(
      root,
      'app/controllers/broken.controller.ts',
      "import { Controller } from 'rocket-io';\nthrow new Error('half written');\n@Controller() export class BrokenController {}",
    );
    write(
      root,
      'app/controllers/other.controller.ts',
      `import { Action, Controller } from 'rocket-io';
       class Database {}
       interface Mailer { send(): void }
       @Controller({ name: 'Song' }) export class OtherController { @Action() late(): void {} }
       @Controller() export class NeedyController { constructor(readonly database: Database) {} @Action() index(): void {} }
       @Controller() export class VagueController { constructor(readonly mailer: Mailer) {} @Action() index(): void {} }`,
    );
    const app = fixture.app();
    const error = await app.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemsError);
    const { problems, message } = error as ProblemsError;
    const codes = new Set(problems.map(({ code }) => code));
    for (const code of [
      'broken_module',
      'duplicate_controller',
      'missing_binding',
      'unknown_dependency',
      'stale_output',
    ] as const) {
      expect(codes).toContain(code);
    }
    for (const { place, cure } of problems) {
      expect(place ?? 'app/controllers/other.controller.ts').toMatch(/controller\.ts/);
      expect(cure).not.toBe('');
      expect(message).toContain(cure);
    }
    expect(message).toMatch(/NeedyController.*Database/);
  });

  test('says when it has not been compiled', async () => {
    fixture = await fixtureApp('songs');
    rmSync(join(fixture.root, '.rocket'), { recursive: true });
    await expect(fixture.app().start()).rejects.toThrow(/not_compiled[\s\S]*rocket compile/);
  });

  test('refuses options that do not work, all at once', () => {
    const create = () =>
      createApp({ root: '/x', port: 99_999, path: 'rocket', origins: ['app.example.com'], heartbeat: 0 });
    expect(create).toThrow(ProblemsError);
    expect(create).toThrow(/4 problems/);
    for (const name of ['port', 'path', 'origins', 'heartbeat'])
      expect(create).toThrow(new RegExp(`\`${name}\``));
  });

  test('closes politely: clients are told to come back, a second close is the first, nothing is left open', async () => {
    fixture = await fixtureApp('songs');
    const app = fixture.app();
    const url = await app.listen();
    const client = await BareClient.hello(url);
    const old = await BareClient.open(url);
    client.send({ 'Song.never': '', $id: 1 });
    await Promise.all([app.close(), app.close()]);
    expect(await client.closed()).toBe(4001);
    expect(await old.closed()).toBe(1001);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('closed while it starts, it does not listen afterwards, nor ever again', async () => {
    fixture = await fixtureApp('songs');
    const app = fixture.app();
    const listening = app.listen();
    const closing = app.close();
    await expect(listening).rejects.toThrow('The app is closed');
    await closing;
    expect(app.http.server.listening).toBe(false);
    await expect(app.listen()).rejects.toThrow('The app is closed');
    const never = fixture.app();
    await never.close();
    await expect(never.listen()).rejects.toThrow('The app is closed');
  });

  test('a part that fails to stop does not keep the others from it', async () => {
    fixture = await fixtureApp('songs');
    const engine = new MemoryEngine();
    engine.stop = () => Promise.reject(new Error('The engine is stuck'));
    const app = createApp({ ...fixture.options, port: 0, host: '127.0.0.1', logLevel: 'silent', engine });
    let closed = false;
    app.events.on('app.closed', () => {
      closed = true;
    });
    await app.listen();
    await expect(app.close()).rejects.toThrow('The engine is stuck');
    expect(app.http.server.listening).toBe(false);
    expect(closed).toBe(true);
  });

  test('can be closed before and without a start', async () => {
    fixture = await fixtureApp('songs');
    await fixture.app().close();
    const app = fixture.app();
    await Promise.all([app.start(), app.close()]);
  });

  test('reports what happens as events', async () => {
    fixture = await fixtureApp('songs');
    const app = fixture.app();
    const seen: string[] = [];
    app.events.on('connection.opened', ({ dialect }) => seen.push(`opened ${dialect}`));
    app.events.on('call.finished', ({ action }) => seen.push(`finished ${action}`));
    app.events.on('call.failed', ({ action, code, error }) =>
      seen.push(`failed ${action} ${code} ${(error as Error).message}`),
    );
    app.events.on('frame.rejected', () => seen.push('rejected'));
    const client = await BareClient.open(await app.listen());
    client.send('"Song.index"');
    await client.next();
    client.send('"Song.fail"');
    await client.next();
    client.send('nonsense');
    await client.next();
    expect(seen).toEqual([
      'opened plain',
      'finished Song.index',
      'failed Song.fail internal the disk is on fire',
      'rejected',
    ]);
  });
});
