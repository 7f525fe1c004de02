import { afterEach, describe, expect, test } from '@jest/globals';
import { MemoryServer, welcome } from './memory-server.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

describe('the handshake', () => {
  test('the first frame is a hello with the contract and the credentials', async () => {
    server = new MemoryServer({ auth: { token: 't' } });
    const wire = await server.start();
    expect(wire.protocol).toBe('rocket.v1');
    expect(server.rocket.state).toBe('connecting');
    wire.open();
    expect(server.rocket.state).toBe('handshaking');
    expect(wire.received).toEqual([{ $hello: { contract: 'c1', auth: { token: 't' } } }]);
    wire.send({ $welcome: welcome });
    expect(server.rocket.state).toBe('open');
  });

  test('credentials may come from an async function, asked anew for each attempt', async () => {
    let asked = 0;
    server = new MemoryServer({ auth: async () => ({ token: ++asked }) });
    const first = await server.connected();
    first.close(1006);
    const second = await server.redialled();
    second.open();
    expect(second.received[0]).toMatchObject({ $hello: { auth: { token: 2 } } });
  });

  test('credentials that cannot be got are an error, and are asked for again later', async () => {
    let fails = true;
    server = new MemoryServer({
      auth: () => {
        if (fails) throw new Error('no token');
      },
    });
    server.runtime.start();
    await server.settle();
    expect(server.wires).toHaveLength(0);
    expect(server.errors.map(({ message }) => message)).toEqual(['no token']);
    expect(server.rocket.state).toBe('waiting');
    fails = false;
    expect(await server.redialled()).toBe(server.wires[0]);
  });

  test('a server that says nothing is given up after ten seconds', async () => {
    server = new MemoryServer();
    const wire = await server.start();
    wire.open();
    await server.clock.advance(9_999);
    expect(server.rocket.state).toBe('handshaking');
    await server.clock.advance(1);
    expect(server.rocket.state).toBe('waiting');
    expect(wire.closedByClient).toMatchObject({ code: 4001 });
  });

  test('anything but a welcome ends the attempt', async () => {
    server = new MemoryServer();
    const wire = await server.start();
    wire.open();
    wire.send({ 'Song.index': {} });
    expect(wire.closedByClient).toMatchObject({ code: 4504 });
    expect(server.rocket.state).toBe('waiting');
  });

  test('a contract of another hash is reported as outdated, once', async () => {
    server = new MemoryServer();
    const outdated: unknown[] = [];
    server.rocket.on('outdated', (event) => outdated.push(event));
    (await server.connected({ contract: 'c2' })).close(1006);
    (await server.redialled()).welcome({ contract: 'c2' });
    expect(outdated).toEqual([{ client: 'c1', server: 'c2' }]);
    expect(server.rocket.state).toBe('open');
  });

  test('an address that is none is refused by name', () => {
    server = new MemoryServer();
    expect(() => new MemoryServer({ url: 'localhost:3000' })).toThrow(
      'The url "localhost:3000" is no WebSocket address',
    );
  });

  test('http addresses are taken as WebSocket addresses', async () => {
    server = new MemoryServer({ url: 'https://host/rocket' });
    expect((await server.start()).url).toBe('wss://host/rocket');
  });
});

describe('liveness', () => {
  test('a ping is answered by a pong that says how far each source was handled', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    wire.send({ 'Song.index': {}, $at: ['g', 1] });
    wire.send({ $ping: 1 });
    await server.settle();
    expect(wire.calls).toEqual([{ $pong: 1, $seen: { '': ['g', 1] } }]);
  });

  test('a server not heard of for one and a half heartbeats is dead', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ heartbeat: 1_000 });
    await server.clock.advance(1_000);
    wire.send({ $ping: 1 });
    await server.clock.advance(1_499);
    expect(server.rocket.state).toBe('open');
    await server.clock.advance(1);
    expect(server.rocket.state).toBe('waiting');
    expect(wire.closedByClient).toBeDefined();
  });

  test('a socket that was given up is not listened to any more', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ heartbeat: 1_000 });
    const heard: unknown[] = [];
    server.rocket.on('Song.index', (args) => heard.push(args));
    await server.clock.advance(1_500);
    wire.haunt({ 'Song.index': 1 });
    const second = (await server.redialled()).welcome();
    wire.haunt({ 'Song.index': 2 });
    second.send({ 'Song.index': 3 });
    expect(heard).toEqual([3]);
  });

  test('a frame that is no message ends the session', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    wire.sendText('{"Song.index":');
    expect(wire.closedByClient).toMatchObject({ code: 4504 });
    const second = await server.redialled();
    second.open();
    expect(second.received[0]).toEqual({ $hello: { contract: 'c1' } });
  });
});

describe('the end of a connection', () => {
  test('an accident is followed by a new attempt that brings the session', async () => {
    server = new MemoryServer();
    const lost: unknown[] = [];
    server.rocket.on('disconnect', (event) => lost.push(event));
    (await server.connected({ at: { '': ['g', 4], user: ['u', 2] } })).close(1006);
    expect(lost).toEqual([{ code: 1006, reason: '', reconnecting: true }]);
    const second = await server.redialled();
    second.open();
    expect(second.received[0]).toEqual({
      $hello: {
        contract: 'c1',
        resume: {
          session: 's1',
          secret: 'x1',
          seen: { '': ['g', 4], user: ['u', 2] },
          left: {},
          pending: [],
        },
      },
    });
  });

  test.each([4400, 4409, 4410])('after %i the next hello begins a new session', async (code) => {
    server = new MemoryServer();
    (await server.connected()).close(code);
    const second = await server.redialled();
    second.open();
    expect(second.received[0]).toEqual({ $hello: { contract: 'c1' } });
  });

  test.each([4501, 4503, 4504, 4505])('after %i nothing is tried any more', async (code) => {
    server = new MemoryServer();
    const refused: unknown[] = [];
    server.rocket.on('refused', (event) => refused.push(event));
    (await server.connected()).close(code, 'why');
    expect(refused).toEqual([{ code, reason: 'why' }]);
    expect(server.rocket.state).toBe('closed');
    await server.clock.advance(60_000);
    expect(server.wires).toHaveLength(1);
    expect(server.clock.pending).toBe(0);
    await expect(server.rocket.Song.index()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('4301 says that other credentials are wanted, and tries again', async () => {
    server = new MemoryServer({ auth: 'old' });
    const wire = await server.start();
    wire.open();
    wire.close(4301);
    expect(server.errors).toMatchObject([{ code: 'unauthenticated' }]);
    expect(await server.redialled()).not.toBe(wire);
  });

  test('an address the platform refuses is not tried again', async () => {
    server = new MemoryServer({
      openSocket: () => {
        throw new Error('mixed content');
      },
    });
    const refused: unknown[] = [];
    server.rocket.on('refused', (event) => refused.push(event));
    server.runtime.start();
    await server.settle();
    expect(refused).toEqual([{ code: 4503, reason: 'mixed content' }]);
    expect(server.rocket.state).toBe('closed');
  });

  test('wake ends the wait', async () => {
    server = new MemoryServer();
    (await server.connected()).close(1006);
    expect(server.rocket.state).toBe('waiting');
    server.runtime.wake();
    await server.settle();
    expect(server.wires).toHaveLength(2);
  });

  test('wake does nothing to a connection that is open or under way', async () => {
    server = new MemoryServer();
    const wire = await server.start();
    server.runtime.wake();
    wire.welcome();
    server.runtime.wake();
    await server.settle();
    expect(server.wires).toHaveLength(1);
  });

  test('wake shortens the time that a silent server has', async () => {
    server = new MemoryServer();
    await server.connected({ heartbeat: 10_000 });
    await server.clock.advance(11_000);
    server.runtime.wake();
    await server.clock.advance(2_499);
    expect(server.rocket.state).toBe('open');
    await server.clock.advance(1);
    expect(server.rocket.state).toBe('waiting');
  });

  test.each(['connecting', 'handshaking', 'open', 'waiting'])(
    'close while %s leaves no timer and dials no more',
    async (state) => {
      server = new MemoryServer();
      const wire = await server.start();
      if (state !== 'connecting') wire.open();
      if (state === 'open' || state === 'waiting') wire.welcome();
      if (state === 'waiting') wire.close(1006);
      expect(server.rocket.state).toBe(state);
      server.rocket.close();
      expect(server.rocket.state).toBe('closed');
      expect(server.clock.pending).toBe(0);
      await server.clock.advance(60_000);
      expect(server.wires).toHaveLength(1);
    },
  );

  test.each(['error', 'disconnect', 'refused', 'connect'] as const)(
    'close from a listener of %s is the end',
    async (event) => {
      server = new MemoryServer({
        auth: () => {
          if (event === 'error') throw new Error('no token');
        },
      });
      server.rocket.on(event, () => server.rocket.close());
      server.runtime.start();
      await server.settle();
      const [wire] = server.wires;
      wire?.welcome();
      wire?.close(event === 'refused' ? 4503 : 1006);
      expect(server.rocket.state).toBe('closed');
      expect(server.clock.pending).toBe(0);
    },
  );

  test('close while the credentials are awaited opens no socket', async () => {
    let give = (_token: string) => {};
    server = new MemoryServer({ auth: () => new Promise((resolve) => (give = resolve)) });
    server.runtime.start();
    await server.settle();
    server.rocket.close();
    give('late');
    await server.settle();
    expect(server.wires).toHaveLength(0);
  });
});
