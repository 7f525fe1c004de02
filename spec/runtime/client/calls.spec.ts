import { afterEach, describe, expect, test } from '@jest/globals';
import { RocketError } from '../../../src/errors.js';
import { MemoryServer, manifest } from './memory-server.js';
import { watch } from './watch.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

describe('a call', () => {
  test('is sent with a rising id and settles with its reply', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const first = server.rocket.Song.show({ id: '7' });
    const second = server.rocket.Song.index();
    await server.settle();
    expect(wire.calls).toEqual([
      { 'Song.show': { id: '7' }, $id: 1 },
      { 'Song.index': '', $id: 2 },
    ]);
    wire.send([{ $re: 2 }, { $re: 1, value: { title: 'Blue' } }]);
    await expect(first).resolves.toEqual({ title: 'Blue' });
    await expect(second).resolves.toBeUndefined();
  });

  test('rejects with the code, the sentence and the issues of the reply', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const call = server.rocket.Song.create({});
    const issues = [{ path: ['song', 'title'], message: 'is required' }];
    wire.send({ $re: 1, error: { code: 'invalid_arguments', message: 'No', issues, retryable: false } });
    const error = await call.catch((reason) => reason);
    expect(error).toBeInstanceOf(RocketError);
    expect(error).toMatchObject({ code: 'invalid_arguments', message: 'No', issues, retryable: false });
  });

  test('is encoded when it is made', async () => {
    server = new MemoryServer();
    await server.start();
    const song = { id: '7' };
    void server.rocket.Song.show(song);
    song.id = '8';
    const wire = (await server.next()).welcome();
    await server.settle();
    expect(wire.calls).toEqual([{ 'Song.show': { id: '7' }, $id: 1 }]);
  });

  test('whose arguments JSON cannot carry rejects and takes no id', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    await expect(server.rocket.Song.show({ id: 1n })).rejects.toBeInstanceOf(TypeError);
    void server.rocket.Song.index();
    await server.settle();
    expect(wire.calls).toEqual([{ 'Song.index': '', $id: 1 }]);
  });

  test('too large for a frame rejects and leaves the connection alone', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ maxPayload: 61 });
    await expect(server.rocket.Song.show({ id: 'é'.repeat(30) })).rejects.toMatchObject({
      code: 'too_large',
    });
    void server.rocket.Song.show({ id: 'e'.repeat(30) });
    await server.settle();
    expect(wire.calls).toHaveLength(1);
  });

  test('of a form says so', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    void server.runtime.call('Song.create', { 'song[title]': 'Blue' }, { form: true });
    await server.settle();
    expect(wire.calls).toEqual([{ 'Song.create': { 'song[title]': 'Blue' }, $id: 1, $form: 1 }]);
  });

  test('has its result revived', async () => {
    const reviveResult = { 'Song.show': (value: unknown) => new Date(String(value)) };
    server = new MemoryServer({ manifest: { ...manifest, reviveResult } });
    const wire = await server.connected();
    const call = server.rocket.Song.show({});
    wire.send({ $re: 1, value: '2020-01-02T00:00:00.000Z' });
    await expect(call).resolves.toEqual(new Date('2020-01-02T00:00:00.000Z'));
  });

  test('ignores replies to ids that nobody waits for', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const call = server.rocket.Song.index();
    wire.send([{ $re: 99 }, { $re: 1, value: 1 }, { $re: 1, value: 2 }]);
    await expect(call).resolves.toBe(1);
    expect(server.errors).toEqual([]);
  });
});

describe('without a connection', () => {
  test('calls wait and go out in order after the welcome', async () => {
    server = new MemoryServer();
    void server.rocket.Song.show({ id: '1' });
    void server.rocket.Song.show({ id: '2' });
    const wire = await server.start();
    void server.rocket.Song.show({ id: '3' });
    wire.open();
    expect(wire.calls).toEqual([]);
    wire.welcome();
    await server.settle();
    expect(wire.calls.map((message) => message['Song.show'])).toEqual([
      { id: '1' },
      { id: '2' },
      { id: '3' },
    ]);
    expect(wire.calls.map((message) => message.$id)).toEqual([1, 2, 3]);
  });

  test('one call more than may wait is rejected, the others are kept', async () => {
    server = new MemoryServer({ queueLimit: 2 });
    void server.rocket.Song.show({ id: '1' });
    void server.rocket.Song.show({ id: '2' });
    await expect(server.rocket.Song.show({ id: '3' })).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    const wire = await server.connected();
    await server.settle();
    expect(wire.calls).toHaveLength(2);
  });

  test('close rejects what waits, what was sent, and what comes later', async () => {
    server = new MemoryServer({ queueLimit: 1 });
    await server.connected();
    const sent = server.rocket.Song.index();
    server.rocket.close();
    await expect(sent).rejects.toMatchObject({ code: 'outcome_unknown' });
    await expect(server.rocket.Song.index()).rejects.toMatchObject({ code: 'unavailable' });
    const other = new MemoryServer();
    const waiting = other.rocket.Song.index();
    other.rocket.close();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('when the connection is lost', () => {
  test('and the server resumes nothing, sent calls have an unknown outcome and waiting ones go to the new session', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ window: 0 });
    const sent = server.rocket.Song.create({});
    wire.close(1006);
    const waiting = server.rocket.Song.index();
    await expect(sent).rejects.toMatchObject({ code: 'outcome_unknown', retryable: false });
    const second = (await server.redialled()).welcome({ session: 's2' });
    await server.settle();
    expect(second.calls).toEqual([{ 'Song.index': '', $id: 2 }]);
    second.send({ $re: 2, value: 'ok' });
    await expect(waiting).resolves.toBe('ok');
  });

  test('and the session is resumed, sent calls are sent again under the same ids, before those that waited', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ window: 120_000 });
    const answered = server.rocket.Song.index();
    const sent = server.rocket.Song.create({ song: 1 });
    wire.send({ $re: 1 });
    await answered;
    wire.close(1006);
    void server.rocket.Song.index();
    const second = await server.redialled();
    second.open();
    expect(second.received[0]).toMatchObject({
      $hello: { resume: { session: 's1', secret: 'x1', pending: [2] } },
    });
    second.welcome({ resumed: true, window: 120_000 });
    await server.settle();
    expect(second.calls).toEqual([
      { 'Song.create': { song: 1 }, $id: 2 },
      { 'Song.index': '', $id: 3 },
    ]);
    second.send({ $re: 2, value: 'ran once' });
    await expect(sent).resolves.toBe('ran once');
  });

  test('and the session turns out to be gone, sent calls have an unknown outcome', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ window: 120_000 });
    const sent = watch(server.rocket.Song.create({}));
    wire.close(1006);
    const second = await server.redialled();
    expect(sent).toEqual({});
    second.welcome({ session: 's2', resumed: false });
    await server.settle();
    expect(sent.error).toMatchObject({ code: 'outcome_unknown' });
    expect(second.calls).toEqual([]);
  });

  test('for longer than a session can be resumed, sent calls have an unknown outcome', async () => {
    server = new MemoryServer();
    const wire = await server.connected({ window: 5_000 });
    const sent = watch(server.rocket.Song.create({}));
    wire.close(1006);
    await server.clock.advance(4_999);
    expect(sent).toEqual({});
    await server.clock.advance(1);
    expect(sent.error).toMatchObject({ code: 'outcome_unknown' });
  });
});

describe('a failure that nobody awaits', () => {
  test('is an error event and no unhandled rejection', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    server.rocket.Song.show({});
    wire.send({ $re: 1, error: { code: 'not_found', message: 'No song', retryable: false } });
    await server.settle();
    expect(server.errors).toMatchObject([{ code: 'not_found', message: 'No song' }]);
  });

  test('is told once, to whoever awaits it', async () => {
    server = new MemoryServer();
    const wire = await server.connected();
    const call = watch(server.rocket.Song.show({}));
    wire.send({ $re: 1, error: { code: 'not_found', message: 'No song', retryable: false } });
    await server.settle();
    expect(call.error).toMatchObject({ code: 'not_found' });
    expect(server.errors).toEqual([]);
  });

  test('at once is told to an await in the same turn', async () => {
    server = new MemoryServer();
    server.rocket.close();
    await expect((async () => await server.rocket.Song.index())()).rejects.toMatchObject({
      code: 'unavailable',
    });
    await server.settle();
    expect(server.errors).toEqual([]);
  });
});
