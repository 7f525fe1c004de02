import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A TCP port of this machine that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * A free port for a server that ends and comes back on it. The system gives it to no connection meanwhile: it
 * lies below the range from which ports of clients are taken, on Linux and elsewhere.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = await listenOnce(randomInt(12_000, 32_000)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
    });
    if (port !== undefined) return port;
  }
}

async function listenOnce(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
