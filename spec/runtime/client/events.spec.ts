import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { ClientController } from '../../../runtime/client/client-controller.js';
import { MemoryServer, manifest } from './memory-server.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

function logOf(names: readonly ('connect' | 'disconnect' | 'firstConnect' | 'gap')[]): string[] {
  const log: string[] = [];
  for (const name of names)
    server.rocket.on(name, (event) => log.push(`${name} ${JSON.stringify(event ?? '')}`));
  return log;
}

describe('the events of a connection', () => {
  test('firstConnect comes once, and not again when the session is resumed', async () => {
    server = new MemoryServer();
    const log = logOf(['connect', 'firstConnect', 'disconnect']);
    (await server.connected()).close(1001);
    (await server.redialled()).welcome({ resumed: true });
    expect(log).toEqual([
      'connect {"resumed":false}',
      'firstConnect ""',
      'disconnect {"code":1001,"reason":"","reconnecting":true}',
      'connect {"resumed":true}',
    ]);
  });

  test('a lost session has a gap for every source, and then firstConnect again', async () => {
    server = new MemoryServer();
    (await server.connected({ at: { '': ['g', 1], all: ['a', 1] } })).close(1006);
    const log = logOf(['connect', 'gap', 'firstConnect']);
    (await server.redialled()).welcome({ session: 's2' });
    expect(log).toEqual([
      'connect {"resumed":false}',
      'gap {"of":"","reason":"session lost"}',
      'gap {"of":"all","reason":"session lost"}',
      'firstConnect ""',
    ]);
  });

  test('an attempt that never became a connection is no disconnect', async () => {
    server = new MemoryServer();
    const log = logOf(['disconnect']);
    (await server.start()).close(1006);
    (await server.redialled()).close(1006);
    expect(log).toEqual([]);
  });

  test('message tells of each message with calls before they run, and of no other', async () => {
    server = new MemoryServer();
    const log: unknown[] = [];
    server.rocket.on('message', (message) => log.push(message));
    server.rocket.on('Song.index', (args) => log.push(args));
    const wire = await server.connected();
    wire.send([{ $ping: 1 }, { $at: ['g', 1] }, { 'Song.index': 1, $at: ['g', 2] }]);
    expect(log).toEqual([{ 'Song.index': 1, $at: ['g', 2] }, 1]);
  });

  test('a listener is removed by what on returned, and only that one', async () => {
    server = new MemoryServer();
    const listener = jest.fn();
    const off = server.rocket.on('connect', listener);
    server.rocket.on('connect', listener);
    off();
    off();
    await server.connected();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('a name that is neither an event nor a client action is refused', () => {
    server = new MemoryServer();
    const on = server.rocket.on as (name: string, listener: () => void) => void;
    for (const name of ['conect', 'Song.nothing', 'constructor', '__proto__', 'Song.constructor']) {
      expect(() => on(name, () => {})).toThrow(`No event or client action "${name}"`);
    }
  });

  test('a listener that throws is an error event and stops nobody', async () => {
    server = new MemoryServer();
    const second = jest.fn();
    server.rocket.on('connect', () => {
      throw new Error('oops');
    });
    server.rocket.on('connect', second);
    await server.connected();
    expect(second).toHaveBeenCalledTimes(1);
    expect(server.errors.map(({ message }) => message)).toEqual(['The listener of connect failed: oops']);
  });

  test('errors nobody listens to are written to the console, also those of error listeners', async () => {
    const written = jest.spyOn(console, 'error').mockImplementation(() => {});
    try {
      server = new MemoryServer({ controllers: {} });
      const wire = await server.connected();
      server.rocket.on('error', () => {
        throw new Error('worse');
      });
      wire.send({ $error: { code: 'internal', message: 'Bad', retryable: false } });
      expect(written.mock.calls).toEqual([[expect.objectContaining({ message: 'worse' })]]);
      expect(server.errors).toMatchObject([{ code: 'internal' }]);
    } finally {
      written.mockRestore();
    }
  });
});

describe('client controllers', () => {
  test('have one instance each, know the client, and are called with the arguments', async () => {
    const log: unknown[] = [];
    let made = 0;
    class SongController extends ClientController<unknown> {
      private readonly number = ++made;
      index(args: unknown) {
        log.push([this.number, this.rocket === server.rocket, args]);
      }
      show() {}
    }
    server = new MemoryServer({ controllers: { Song: SongController } });
    const wire = await server.connected();
    wire.send([{ 'Song.index': { a: 1 } }, { 'Song.index': { a: 2 } }]);
    expect(log).toEqual([
      [1, true, { a: 1 }],
      [1, true, { a: 2 }],
    ]);
  });

  test('run the calls of a message in order, and await each', async () => {
    const log: string[] = [];
    let finish = () => {};
    class SongController extends ClientController {
      async index() {
        log.push('index begins');
        await new Promise<void>((resolve) => (finish = resolve));
        log.push('index ends');
      }
      show() {
        log.push('show');
      }
    }
    server = new MemoryServer({ controllers: { Song: SongController } });
    const wire = await server.connected();
    wire.send({ 'Song.index': '', 'Song.show': '' });
    await server.settle();
    expect(log).toEqual(['index begins']);
    finish();
    await server.settle();
    expect(log).toEqual(['index begins', 'index ends', 'show']);
  });

  test('that throw or reject are error events and stop nothing', async () => {
    const log: unknown[] = [];
    class SongController extends ClientController {
      index() {
        throw new Error('sync');
      }
      async show() {
        throw 'text';
      }
    }
    server = new MemoryServer({ controllers: { Song: SongController } });
    server.rocket.on('App.showMessage', (args) => log.push(args));
    const wire = await server.connected();
    wire.send({ 'Song.index': '', 'Song.show': '', 'App.showMessage': 'still' });
    await server.settle();
    expect(log).toEqual(['still']);
    expect(server.errors.map(({ message }) => message)).toEqual([
      'The client action Song.index failed: sync',
      'The client action Song.show failed: text',
    ]);
    expect(server.errors[0]?.cause).toMatchObject({ message: 'sync' });
  });

  test('have their arguments revived, and so have listeners', async () => {
    const log: unknown[] = [];
    class SongController extends ClientController {
      index(args: unknown) {
        log.push(args);
      }
      show() {}
    }
    const reviveArgs = { 'Song.index': (args: unknown) => ({ revived: args }) };
    server = new MemoryServer({
      controllers: { Song: SongController },
      manifest: { ...manifest, reviveArgs },
    });
    server.rocket.on('Song.index', (args) => log.push(args));
    (await server.connected()).send({ 'Song.index': 1 });
    expect(log).toEqual([{ revived: 1 }, { revived: 1 }]);
  });

  test('are called by names of the contract only', async () => {
    const secret = jest.fn();
    class SongController extends ClientController {
      index() {}
      show() {}
      secret = secret;
    }
    server = new MemoryServer({ controllers: { Song: SongController } });
    const wire = await server.connected();
    for (const name of [
      'Song.secret',
      'Song.constructor',
      'Song.__proto__',
      'Song.rocket',
      '__proto__',
      'constructor',
      'Nope.x',
      '',
    ]) {
      wire.sendText(`{${JSON.stringify(name)}:{}}`);
    }
    expect(secret).not.toHaveBeenCalled();
    expect(server.rocket.state).toBe('open');
    expect(server.errors).toHaveLength(8);
    expect(server.errors[0]?.message).toBe(
      "The server called Song.secret, which is not in this client's contract",
    );
  });

  test('that are missing are named once; a listener is enough', async () => {
    server = new MemoryServer({ controllers: {} });
    const wire = await server.connected();
    wire.send({ 'Song.index': 1 });
    wire.send({ 'Song.index': 2 });
    expect(server.errors).toHaveLength(1);
    expect(server.errors[0]?.message).toMatch(
      /^The server called Song.index, but there is no controller for it/,
    );
    const heard: unknown[] = [];
    server.rocket.on('Song.show', (args) => heard.push(args));
    wire.send({ 'Song.show': 3 });
    expect(heard).toEqual([3]);
    expect(server.errors).toHaveLength(1);
  });

  test('are not missed where there are none: a script that only calls need not listen', async () => {
    server = new MemoryServer();
    (await server.connected()).send({ 'Song.index': 1 });
    expect(server.errors).toEqual([]);
  });

  test('that the contract does not know, or that lack a method, are refused at the start', () => {
    class Empty {}
    server = new MemoryServer();
    expect(() => new MemoryServer({ controllers: { Sonng: Empty } })).toThrow(
      'No controller "Sonng" in the contract',
    );
    expect(() => new MemoryServer({ controllers: { Song: Empty } })).toThrow(
      'The client controller "Song" has no method index',
    );
  });
});
