import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConnectionSnapshot } from '../../../runtime/client/connection-snapshot.js';
import { MemoryServer, manifest } from './memory-server.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

describe('rocket.connection', () => {
  test('tells at once what is, then each change, as objects that stay as they are', async () => {
    server = new MemoryServer();
    const { subscribe, get } = server.rocket.connection;
    const told: ConnectionSnapshot[] = [];
    subscribe((snapshot) => told.push(snapshot));
    (await server.connected({ window: 120_000 })).close(1006);
    void server.rocket.Song.show({});
    void server.rocket.Song.show({});
    (await server.redialled()).welcome({ resumed: true });
    expect(
      told.map(({ state, attempt, waiting, resumed }) => `${state} ${attempt} ${waiting} ${resumed}`),
    ).toEqual([
      'idle 0 0 false',
      'connecting 1 0 false',
      'handshaking 1 0 false',
      'open 0 0 false',
      'waiting 0 0 false',
      'waiting 0 1 false',
      'waiting 0 2 false',
      'connecting 1 2 false',
      'handshaking 1 2 false',
      'open 0 0 true',
    ]);
    expect(get()).toBe(told.at(-1));
    expect(get()).toBe(get());
    expect(Object.isFrozen(get())).toBe(true);
  });

  test('is open for whoever is told of the connection', async () => {
    server = new MemoryServer();
    const states: string[] = [];
    server.rocket.on('connect', () => states.push(server.rocket.connection.get().state));
    await server.connected();
    expect(states).toEqual(['open']);
  });

  test('counts attempts that fail', async () => {
    server = new MemoryServer();
    (await server.start()).close(1006);
    (await server.redialled()).close(1006);
    expect(server.rocket.connection.get()).toMatchObject({ state: 'waiting', attempt: 2 });
  });

  test('tells nothing of calls that do not wait', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    let told = 0;
    server.rocket.connection.subscribe(() => {
      told += 1;
    });
    void server.rocket.Song.show({});
    await server.settle();
    wire.send({ $re: 1 });
    await server.settle();
    expect(told).toBe(1);
  });

  test('has each subscription ended by its own function', async () => {
    server = new MemoryServer();
    let told = 0;
    const listener = () => {
      told += 1;
    };
    const end = server.rocket.connection.subscribe(listener);
    server.rocket.connection.subscribe(listener);
    end();
    end();
    await server.start();
    expect(told).toBe(3);
  });

  test('survives a subscriber that throws, which is an error event', async () => {
    server = new MemoryServer();
    const states: string[] = [];
    server.rocket.connection.subscribe(({ state }) => {
      if (state === 'connecting') throw new Error('oops');
    });
    server.rocket.connection.subscribe(({ state }) => states.push(state));
    await server.start();
    expect(states).toEqual(['idle', 'connecting']);
    expect(server.errors.map(({ message }) => message)).toEqual([
      'The subscriber to connection failed: oops',
    ]);
  });
});

describe('rocket.latest', () => {
  const reviveArgs = {
    'Song.index': (args: unknown) => {
      if (args === 'bad') throw new TypeError('no arguments');
      return { revived: args };
    },
  };

  test('has the newest arguments, revived, of before and after it was asked for', async () => {
    server = new MemoryServer({ manifest: { ...manifest, reviveArgs } });
    const wire = await server.connected();
    wire.send([{ 'Song.index': 1 }, { 'Song.index': 2 }]);
    const songs = server.rocket.latest('Song.index');
    const told: unknown[] = [];
    songs.subscribe((args) => told.push(args));
    wire.send({ 'Song.index': 3 });
    expect(told).toEqual([{ revived: 2 }, { revived: 3 }]);
    expect(songs.get()).toBe(told[1]);
    expect(songs.get()).toBe(songs.get());
  });

  test('is undefined before the first, and of one name always the same store', () => {
    server = new MemoryServer();
    expect(server.rocket.latest('Song.show').get()).toBeUndefined();
    expect(server.rocket.latest('Song.show')).toBe(server.rocket.latest('Song.show'));
    expect(server.rocket.latest('Song.show')).not.toBe(server.rocket.latest('Song.index'));
  });

  test('changes when the controller has run, and needs none', async () => {
    const log: unknown[] = [];
    class SongController {
      async index(args: unknown) {
        await Promise.resolve();
        log.push(`controller ${args}`);
      }
      show() {}
    }
    server = new MemoryServer({ controllers: { Song: SongController } });
    const wire = await server.connected();
    server.rocket.latest('Song.index').subscribe((args) => log.push(`store ${args}`));
    server.rocket.latest('App.showMessage');
    wire.send([{ 'Song.index': 1 }, { 'App.showMessage': 'hello' }]);
    await server.settle();
    expect(log).toEqual(['store undefined', 'controller 1', 'store 1']);
    expect(server.rocket.latest('App.showMessage').get()).toBe('hello');
    expect(server.errors).toEqual([]);
  });

  test('of arguments that cannot be read is an error event', async () => {
    server = new MemoryServer({ manifest: { ...manifest, reviveArgs } });
    (await server.connected()).send({ 'Song.index': 'bad' });
    expect(server.rocket.latest('Song.index').get()).toBeUndefined();
    expect(server.errors.map(({ message }) => message)).toEqual([
      'Reading the arguments of Song.index failed: no arguments',
    ]);
  });

  test('of a name that is no client action is refused', () => {
    server = new MemoryServer();
    for (const name of ['Song.nothing', 'connect', '__proto__']) {
      expect(() => server.rocket.latest(name)).toThrow(`No client action "${name}"`);
    }
  });
});
