import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { WsWire } from '../../../../runtime/server/sockets/ws-wire.js';

let http: Server;
let accepted: Promise<WsWire>;
const clients: (WebSocket | Socket)[] = [];

beforeEach(async () => {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  http = createServer();
  accepted = new Promise((resolve) => {
    http.on('upgrade', (request, socket: Duplex, head: Buffer) =>
      sockets.handleUpgrade(request, socket, head, (ws) => resolve(new WsWire(ws, socket))),
    );
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});

afterEach(async () => {
  for (const client of clients.splice(0)) {
    if (client instanceof WebSocket) client.terminate();
    else client.destroy();
  }
  http.close();
  await once(http, 'close');
});

const port = () => (http.address() as AddressInfo).port;

/** Texts that the wire delivers, and the turn in which enough of them are there. */
function listen(wire: WsWire) {
  const texts: string[] = [];
  const drained: number[] = [];
  let wake = () => {};
  wire.listen({
    text(text) {
      texts.push(text);
      wake();
    },
    binary() {},
    alive() {},
    drained() {
      drained.push(wire.bufferedBytes);
      wake();
    },
    closed() {},
  });
  const wait = async (isDone: () => boolean) => {
    while (!isDone()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const until = (count: number) => wait(() => texts.length >= count);
  return { texts, drained, until, wait };
}

test('a peer that does not read is not read, until it has taken everything', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port()}`);
  clients.push(client);
  const wire = await accepted;
  const { texts, until } = listen(wire);
  await once(client, 'open');
  client.pause();
  // More than the buffers of both kernels hold.
  for (let sent = 0; sent < 32; sent += 1) wire.send('x'.repeat(1_048_576));
  await new Promise((resolve) => setImmediate(resolve));
  expect(wire.bufferedBytes).toBeGreaterThan(1_048_576);

  const flushed = new Promise((resolve) => client.send('"Song.index"', resolve));
  await flushed;
  // What has been sent on one connection is there before the answer to what is sent on a later one.
  const other = connect(port(), '127.0.0.1');
  clients.push(other);
  other.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  http.once('request', (_request, response) => response.end());
  await once(other, 'data');
  expect(texts).toEqual([]);

  client.resume();
  await until(1);
  expect(texts).toEqual(['"Song.index"']);
  expect(wire.bufferedBytes).toBe(0);
});

test('a full wire says so at once, and once that it has drained, each time', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port()}`);
  clients.push(client);
  const wire = await accepted;
  const { drained, wait } = listen(wire);
  await once(client, 'open');
  expect(wire.isFull).toBe(false);
  for (const times of [1, 2]) {
    client.pause();
    for (let sent = 0; sent < 32; sent += 1) wire.send('x'.repeat(1_048_576));
    // Known before anything was written.
    expect(wire.isFull).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(wire.isFull).toBe(true);
    // Sent while it is full: behind the rest, and no second promise.
    wire.send('y');
    await new Promise((resolve) => setImmediate(resolve));
    client.resume();
    await wait(() => drained.length === times);
    expect(wire.isFull).toBe(false);
  }
  expect(drained).toEqual([0, 0]);
});

test('a wire that was full for a moment drains, although the socket took all of it at once', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port()}`);
  clients.push(client);
  const wire = await accepted;
  const { drained, wait } = listen(wire);
  await once(client, 'open');
  wire.send('x'.repeat(262_145));
  expect(wire.isFull).toBe(true);
  await wait(() => drained.length === 1);
  expect(wire.isFull).toBe(false);
});

test('a wire that closes while it is full does not drain', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port()}`);
  clients.push(client);
  const wire = await accepted;
  const { drained } = listen(wire);
  await once(client, 'open');
  client.pause();
  for (let sent = 0; sent < 32; sent += 1) wire.send('x'.repeat(1_048_576));
  await new Promise((resolve) => setImmediate(resolve));
  wire.close(4001, 'Going away');
  client.resume();
  expect((await once(client, 'close'))[0]).toBe(4001);
  expect(drained).toEqual([]);
});

test('a peer moves while its bytes come or it makes room, and not because the system takes ours', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port()}`);
  clients.push(client);
  const wire = await accepted;
  const { until, wait, drained } = listen(wire);
  await once(client, 'open');
  const before = wire.movedBytes;
  wire.send('x');
  await once(client, 'message');
  expect(wire.movedBytes).toBe(before);
  client.send('x');
  await until(1);
  expect(wire.movedBytes).toBeGreaterThan(before);

  client.pause();
  // Two writes: the second waits until the first has been taken.
  for (const _ of [1, 2]) {
    for (let sent = 0; sent < 16; sent += 1) wire.send('x'.repeat(1_048_576));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const full = wire.movedBytes;
  await new Promise((resolve) => setImmediate(resolve));
  expect(wire.movedBytes).toBe(full);
  client.resume();
  let moved = full;
  client.on('message', () => {
    moved = Math.max(moved, wire.movedBytes);
  });
  await wait(() => drained.length === 1);
  expect(moved).toBeGreaterThan(full);
});

test('a wire that nobody listens to survives a peer that breaks the protocol', async () => {
  const client = connect(port(), '127.0.0.1');
  clients.push(client);
  client.write(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const wire = await accepted;
  wire.close(4503, 'This origin may not connect');
  // A frame that is not masked: a mistake that ends the connection, and nothing else.
  client.write(Buffer.from([0x81, 2, 65, 65]));
  client.resume();
  await once(client, 'close');
});
