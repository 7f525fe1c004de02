import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { Gateway, type GatewayOptions } from '../../../../runtime/server/sockets/gateway.js';
import { systemClock } from '../../../../src/clock.js';

let http: Server;
const clients: WebSocket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  http.close();
  http.closeAllConnections();
});

async function serve(options: Partial<GatewayOptions>): Promise<Gateway> {
  const gateway = new Gateway(
    { path: '/rocket', origins: [], maxPayload: 1_024, closeGrace: 1_000, ...options },
    { admit: async () => ({ identity: undefined }), open: () => undefined, refused: () => undefined },
    systemClock,
  );
  http = createServer();
  http.on('upgrade', (request, socket, head) => void gateway.upgrade(request, socket, head));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return gateway;
}

const port = () => (http.address() as AddressInfo).port;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
}

/** The open socket, or the HTTP answer of the refusal. */
function dial(
  headers: Record<string, string> = {},
  protocols: string[] = ['rocket.v1'],
): Promise<WebSocket | Answer> {
  const client = new WebSocket(`ws://127.0.0.1:${port()}/rocket`, protocols, { headers });
  clients.push(client);
  return new Promise((resolve) => {
    client.on('error', () => undefined);
    client.once('open', () => resolve(client));
    client.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
  });
}

test('more sockets than may be open are refused with 503, until one has gone', async () => {
  await serve({ maxConnections: 1 });
  const first = (await dial()) as WebSocket;
  expect(await dial()).toMatchObject({ status: 503, headers: { 'retry-after': '5', connection: 'close' } });
  first.close();
  await once(first, 'close');
  let next = await dial();
  // The server hears of the end of the socket a moment after the client.
  while (!(next instanceof WebSocket)) next = await dial();
  expect(next.readyState).toBe(WebSocket.OPEN);
});

test('more sockets of one address are refused with 429, and those of others are not', async () => {
  await serve({ maxConnectionsPerAddress: 1, trustedProxies: ['127.0.0.1'] });
  const from = (address: string) => dial({ 'x-forwarded-for': address });
  expect(await from('192.0.2.1')).toBeInstanceOf(WebSocket);
  expect(await from('192.0.2.1')).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  expect(await from('192.0.2.2')).toBeInstanceOf(WebSocket);
});

test('an address that nobody vouches for does not count', async () => {
  await serve({ maxConnectionsPerAddress: 1 });
  expect(await dial({ 'x-forwarded-for': '192.0.2.1' })).toBeInstanceOf(WebSocket);
  expect(await dial({ 'x-forwarded-for': '192.0.2.2' })).toMatchObject({ status: 429 });
});

test('a request without an origin is refused where one is required', async () => {
  await serve({ requireOrigin: true });
  expect(await dial({}, [])).toMatchObject({ status: 403 });
  const client = (await dial()) as WebSocket;
  expect((await once(client, 'close'))[0]).toBe(4503);
});

test('a gateway that drains lets nobody in and keeps who is in', async () => {
  const gateway = await serve({});
  const inside = (await dial()) as WebSocket;
  gateway.drain();
  expect(await dial()).toMatchObject({ status: 503, headers: { 'retry-after': '5', connection: 'close' } });
  expect(inside.readyState).toBe(WebSocket.OPEN);
  const closed = once(inside, 'close');
  await gateway.close();
  expect((await closed)[0]).toBe(4001);
});

test('a refused socket is not kept, although its peer stays', async () => {
  const gateway = await serve({});
  gateway.drain();
  const peer = connect({
    port: port(),
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  peer.on('error', () => undefined);
  peer.resume();
  const taken = once(http, 'upgrade');
  peer.write('GET /rocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [, socket] = await taken;
  if (!socket.destroyed) await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
  peer.destroy();
});
