import { afterEach, describe, expect, test } from '@jest/globals';
import { MemoryServer } from './memory-server.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

const refusal = { ok: false, error: { code: 'forbidden', message: 'Banned', retryable: false } };

describe('new credentials for an open connection', () => {
  test('are sent, settle with the answer, and serve later connections', async () => {
    server = new MemoryServer({ auth: 'old' });
    const wire = await server.connected();
    const settled = server.rocket.authenticate('new');
    await server.settle();
    expect(wire.calls).toEqual([{ $auth: 'new' }]);
    wire.send({ $auth: { ok: true } });
    await expect(settled).resolves.toBeUndefined();
    wire.close(1006);
    const second = await server.redialled();
    second.open();
    expect(second.hello.auth).toBe('new');
  });

  test('that are refused reject with the reason, and those from before stay', async () => {
    server = new MemoryServer({ auth: 'old' });
    const wire = await server.connected();
    const settled = server.rocket.authenticate('bad');
    await server.settle();
    wire.send({ $auth: refusal });
    await expect(settled).rejects.toMatchObject({ code: 'forbidden', message: 'Banned' });
    wire.close(1006);
    const second = await server.redialled();
    second.open();
    expect(second.hello.auth).toBe('old');
  });

  test('are answered in the order in which they were given', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const first = server.rocket.authenticate('first');
    const second = server.rocket.authenticate('second');
    await server.settle();
    wire.send([{ $auth: refusal }, { $auth: { ok: true } }]);
    await expect(first).rejects.toMatchObject({ code: 'forbidden' });
    await expect(second).resolves.toBeUndefined();
  });

  test('may be a function, which is asked now and for each later connection', async () => {
    let asked = 0;
    server = new MemoryServer();
    const wire = await server.connected();
    const settled = server.rocket.authenticate(async () => ++asked);
    await server.settle();
    expect(wire.calls).toEqual([{ $auth: 1 }]);
    wire.send({ $auth: { ok: true } });
    await settled;
    wire.close(1006);
    const second = await server.redialled();
    second.open();
    expect(second.hello.auth).toBe(2);
  });

  test('that are none at all are told as such', async () => {
    server = new MemoryServer({ auth: 'old' });
    const wire = await server.connected();
    void server.rocket.authenticate(undefined);
    await server.settle();
    expect(wire.calls).toEqual([{ $auth: null }]);
    wire.send({ $auth: { ok: true } });
    await server.settle();
    wire.close(1006);
    const second = await server.redialled();
    second.open();
    expect(second.hello).not.toHaveProperty('auth');
  });

  test('whose function fails reject with its error', async () => {
    server = new MemoryServer();
    await server.connected();
    const settled = server.rocket.authenticate(() => {
      throw new Error('no token');
    });
    await expect(settled).rejects.toThrow('no token');
  });

  test('without an answer before the connection is lost are in the next hello', async () => {
    server = new MemoryServer({ auth: 'old' });
    const wire = await server.connected();
    const settled = server.rocket.authenticate('new');
    await server.settle();
    wire.close(1006);
    const second = await server.redialled();
    second.welcome({ resumed: true });
    expect(second.hello.auth).toBe('new');
    await settled;
    await server.settle();
    expect(second.calls).toEqual([]);
  });

  test('that are refused while nobody awaits it are an error event', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    server.rocket.authenticate('bad');
    await server.settle();
    wire.send({ $auth: refusal });
    await server.settle();
    expect(server.errors).toMatchObject([{ code: 'forbidden' }]);
  });
});

describe('new credentials without a connection', () => {
  test('end the wait for the next one and settle with its welcome', async () => {
    server = new MemoryServer({ auth: 'old' });
    const wire = await server.start();
    wire.open();
    wire.close(4301);
    expect(server.errors).toMatchObject([{ code: 'unauthenticated' }]);
    const settled = server.rocket.authenticate('new');
    await server.settle();
    const second = await server.next();
    second.welcome();
    expect(second.hello.auth).toBe('new');
    await expect(settled).resolves.toBeUndefined();
  });

  test('that are refused reject, are no error event, and those from before are tried again', async () => {
    server = new MemoryServer({ auth: 'old' });
    const settled = server.rocket.authenticate('bad');
    await server.settle();
    const wire = await server.start();
    wire.open();
    expect(wire.hello.auth).toBe('bad');
    wire.close(4301, 'Not you');
    await expect(settled).rejects.toMatchObject({ code: 'unauthenticated', message: 'Not you' });
    expect(server.errors).toEqual([]);
    const second = await server.redialled();
    second.open();
    expect(second.hello.auth).toBe('old');
  });

  test('given after a hello was made are sent behind its welcome', async () => {
    server = new MemoryServer({ auth: 'old' });
    const wire = await server.start();
    wire.open();
    const settled = server.rocket.authenticate('new');
    await server.settle();
    wire.welcome();
    await server.settle();
    expect(wire.hello.auth).toBe('old');
    expect(wire.calls).toEqual([{ $auth: 'new' }]);
    wire.send({ $auth: { ok: true } });
    await settled;
  });

  test('reject when the client is closed or refused, and afterwards', async () => {
    server = new MemoryServer();
    const settled = server.rocket.authenticate('new');
    await server.settle();
    server.rocket.close();
    await expect(settled).rejects.toMatchObject({ code: 'unavailable', retryable: false });
    await expect(server.rocket.authenticate('newer')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
