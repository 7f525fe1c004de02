import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { seeded } from '../simulation/random.js';
import { FaultProxy, type ProxiedLink, whenClosed } from './proxy.js';

let server: Server;
let proxy: FaultProxy;
let client: Socket;
/** The server's end of the connection. */
let peer: Socket;
let link: ProxiedLink;

beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await FaultProxy.start((server.address() as AddressInfo).port);
  const accepted = once(server, 'connection');
  client = connect(proxy.port, '127.0.0.1');
  [peer] = (await accepted) as [Socket];
  for (const socket of [client, peer]) socket.on('error', () => undefined);
  client.write('hello');
  expect(await read(peer, 5)).toBe('hello');
  link = proxy.pick(seeded(1)) as ProxiedLink;
});
afterEach(async () => {
  client.destroy();
  peer.destroy();
  await proxy.stop();
  await Promise.all([whenClosed(client), whenClosed(peer)]);
  await new Promise((resolve) => server.close(resolve));
});

async function read(socket: Socket, length: number): Promise<string> {
  let text = '';
  while (text.length < length) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    text += bytes.toString();
  }
  return text;
}

test('passes both ways, and a goodbye', async () => {
  peer.write('and back');
  expect(await read(client, 8)).toBe('and back');
  client.end();
  peer.resume();
  await once(peer, 'end');
});

test('a cut resets both ends', async () => {
  const both = Promise.all([whenClosed(client), whenClosed(peer)]);
  link.cut();
  await both;
});

test('a cut midway lets half of what comes next through', async () => {
  link.cutMidway();
  const closed = whenClosed(client);
  client.write('0123456789');
  expect(await read(peer, 5)).toBe('01234');
  await closed;
});

test.each(['client', 'server'] as const)(
  'half open: the %s is gone, and the other notices nothing',
  async (gone) => {
    const [left, stays] = gone === 'client' ? [peer, client] : [client, peer];
    const told = whenClosed(left);
    link.halfOpen(gone);
    await told;
    stays.write('anybody there?');
    await new Promise((resolve) => setImmediate(resolve));
    expect(stays.destroyed).toBe(false);
  },
);

test('what is stalled comes when it flows again, in order', async () => {
  link.stall();
  client.write('one ');
  client.write('two');
  let came = '';
  peer.on('data', (bytes) => {
    came += String(bytes);
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(came).toBe('');
  link.flow();
  while (came.length < 7) await once(peer, 'data');
  expect(came).toBe('one two');
});

test('a blackhole takes what is sent, however much, and passes nothing', async () => {
  link.throttle(1);
  client.write('slow');
  link.blackhole();
  link.flow();
  peer.on('data', () => {
    throw new Error('Something came through');
  });
  const taken = new Promise<void>((resolve) => client.write(Buffer.alloc(4_000_000), () => resolve()));
  await taken;
  expect(client.destroyed).toBe(false);
});

test('a network that is down lets nobody through', async () => {
  proxy.isDown = true;
  const other = connect(proxy.port, '127.0.0.1');
  other.on('error', () => undefined);
  await whenClosed(other);
});
