import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type Postgres, startPostgres } from './postgres.js';

let postgres: Postgres | undefined;

afterEach(() => postgres?.stop());

test('a server answers on its port and leaves nothing behind', async () => {
  postgres = await startPostgres();
  const { url, folder } = postgres;
  expect(await answerToEncryption(url)).toBe('N');
  expect(existsSync(folder)).toBe(true);

  await postgres.stop();
  await expect(answerToEncryption(url)).rejects.toThrow('ECONNREFUSED');
  expect(existsSync(folder)).toBe(false);
}, 60_000);

/** Asks in PostgreSQL's protocol for an encrypted connection; a server without certificates says "N". */
async function answerToEncryption(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  const sslRequest = Buffer.alloc(8);
  sslRequest.writeUInt32BE(8, 0);
  sslRequest.writeUInt32BE(80_877_103, 4);
  socket.write(sslRequest);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}
