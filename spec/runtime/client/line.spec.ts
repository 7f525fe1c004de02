import { afterEach, expect, test } from '@jest/globals';
import { MemoryServer } from './memory-server.js';

let server: MemoryServer;
afterEach(() => server.rocket.close());

test('what is sent in one turn shares a frame, in order', async () => {
  server = new MemoryServer();
  const wire = await server.connected();
  for (let id = 1; id <= 3; id += 1) void server.rocket.Song.show({ id });
  expect(wire.frames).toHaveLength(1);
  await server.settle();
  void server.rocket.Song.index();
  await server.settle();
  expect(wire.frames.slice(1).map((frame) => JSON.parse(frame))).toEqual([
    [
      { 'Song.show': { id: 1 }, $id: 1 },
      { 'Song.show': { id: 2 }, $id: 2 },
      { 'Song.show': { id: 3 }, $id: 3 },
    ],
    { 'Song.index': '', $id: 4 },
  ]);
});

test('no frame is larger than the server takes', async () => {
  server = new MemoryServer();
  const wire = await server.connected({ maxPayload: 1_000 });
  for (let id = 1; id <= 40; id += 1) void server.rocket.Song.show({ text: 'é'.repeat(id * 10) });
  await server.settle();
  const sizes = wire.frames.slice(1).map((frame) => new TextEncoder().encode(frame).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  expect(sizes.length).toBeLessThan(40);
  expect(wire.calls.map(({ $id }) => $id)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test('no frame has more messages than a server handles at once', async () => {
  server = new MemoryServer({ queueLimit: 5_000 });
  for (let call = 0; call < 2_500; call += 1) void server.rocket.Song.index();
  const wire = await server.connected({ maxCalls: 5_000 });
  await server.settle();
  expect(wire.frames.slice(1).map((frame) => JSON.parse(frame).length)).toEqual([1_000, 1_000, 500]);
});

test('what was sent before close goes out', async () => {
  server = new MemoryServer();
  const wire = await server.connected();
  server.rocket.Song.index().catch(() => {});
  server.rocket.close();
  expect(wire.calls).toEqual([{ 'Song.index': '', $id: 1 }]);
  expect(wire.closedByClient).toEqual({ code: 1000, reason: '' });
});
