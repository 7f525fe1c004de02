import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Client } from '../../../runtime/browser/index.js';
import { connectWith, RocketError, startWith } from '../../../runtime/browser/index.js';
import { manifest, welcome } from '../client/memory-server.js';

/** A server of a few lines on a real port: what it does with a hello is each test's. */
let server: WebSocketServer;
let url: string;
let answer: (socket: WebSocket, hello: { auth?: unknown }) => void;
const clients: Client[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'rocket.v1' });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.$hello) answer(socket, message.$hello);
      else socket.send(JSON.stringify({ $re: message.$id, value: message['Song.show'] }));
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/rocket`;
  answer = (socket) => socket.send(JSON.stringify({ $welcome: welcome }));
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

async function connect(
  options: Parameters<typeof connectWith>[1],
): Promise<Client & { Song: { show(params: object): Promise<unknown> } }> {
  const client = await connectWith(manifest, options);
  clients.push(client);
  return client as never;
}

test('a Node program connects, calls and closes', async () => {
  const rocket = await connect({ url });
  expect(rocket.state).toBe('open');
  await expect(rocket.Song.show({ id: '7' })).resolves.toEqual({ id: '7' });
  rocket.close();
  expect(rocket.state).toBe('closed');
});

test('the address is needed where there is no page', () => {
  expect(() => connectWith(manifest)).toThrow('connect: there is no page to take the address from; pass url');
  expect(() => startWith(manifest, { controllers: {} })).toThrow('start: there is no page');
});

test('credentials the server refuses reject', async () => {
  answer = (socket, { auth }) => socket.close(4301, `No ${auth}`);
  await expect(connect({ url, auth: 'entry' })).rejects.toMatchObject({
    code: 'unauthenticated',
    message: 'No entry',
  });
});

test('a server that wants no client rejects', async () => {
  answer = (socket) => socket.close(4503, 'full');
  const error = await connect({ url }).catch((reason) => reason);
  expect(error).toBeInstanceOf(RocketError);
  expect(error).toMatchObject({ code: 'unavailable', message: 'Could not connect: full' });
});

test('what auth throws rejects', async () => {
  const auth = async () => {
    throw new Error('no token file');
  };
  await expect(connect({ url, auth })).rejects.toThrow('no token file');
});

test('a server that cannot be reached rejects in time, and is dialled no more', async () => {
  await new Promise((resolve) => server.close(resolve));
  await expect(connect({ url, timeout: 50 })).rejects.toMatchObject({
    code: 'unavailable',
    message: `Could not connect: no answer from ${url} in 50 ms; does it run there, and is this its path?`,
  });
});
