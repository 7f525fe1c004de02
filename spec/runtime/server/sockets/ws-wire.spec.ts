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
  let wake = () => {};
  wire.listen({
    text(text) {
      texts.push(text);
      wake();
    },
    binary() {},
    alive() {},
    closed() {},
  });
  const until = async (count: number) => {
    while (texts.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { texts, until };
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
