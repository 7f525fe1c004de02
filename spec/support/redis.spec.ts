import { existsSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { type Redis, type RedisSettings, startRedis } from './redis.js';

const started: Redis[] = [];

afterEach(() => Promise.all(started.splice(0).map((redis) => redis.stop())));

async function start(settings?: RedisSettings): Promise<Redis> {
  const redis = await startRedis(settings);
  started.push(redis);
  return redis;
}

test('a server answers on its port and leaves nothing behind', async () => {
  const redis = await start();
  expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
  expect(await redis.cli('SET', 'a', 1)).toBe('OK');
  expect(await redis.cli('HGETALL', 'none')).toEqual([]);
  await expect(redis.cli('LPUSH', 'a', 1)).rejects.toThrow('WRONGTYPE');
  const { pid, folder } = redis;
  expect(existsSync(folder)).toBe(true);

  await redis.stop();
  await redis.stop();
  expect(redis.pid).toBeUndefined();
  expect(isAlive(pid)).toBe(false);
  await expect(redis.cli('PING')).rejects.toThrow('ECONNREFUSED');
  expect(existsSync(folder)).toBe(false);
  await expect(redis.restart()).rejects.toThrow('was stopped for good');
});

test('a restart brings back what an append-only file keeps, on the same port', async () => {
  const redis = await start({ appendonly: true, appendfsync: 'always' });
  const { pid, port } = redis;
  await redis.cli('SET', 'a', 1);
  await redis.kill();
  await redis.kill();
  expect(isAlive(pid)).toBe(false);
  await expect(redis.cli('GET', 'a')).rejects.toThrow('ECONNREFUSED');

  await redis.restart();
  expect(redis.port).toBe(port);
  expect(await redis.cli('GET', 'a')).toBe('1');
  await redis.restartEmpty();
  expect(await redis.cli('GET', 'a')).toBeNull();
});

test('a restart forgets everything where nothing is kept', async () => {
  const redis = await start();
  await redis.cli('SET', 'a', 1);
  await redis.restart();
  expect(await redis.cli('GET', 'a')).toBeNull();
});

test('a paused server answers once it is resumed, and can be stopped', async () => {
  const [redis, other] = [await start(), await start()];
  await redis.cli('PING');
  redis.pause();
  let answered = false;
  const answer = redis.cli('PING').finally(() => {
    answered = true;
  });
  for (let asked = 0; asked < 100; asked += 1) await other.cli('PING');
  expect(answered).toBe(false);
  redis.resume();
  expect(await answer).toBe('PONG');

  redis.pause();
  const { pid } = redis;
  const unanswered = expect(redis.cli('PING')).rejects.toThrow('Connection is closed');
  await redis.stop();
  await unanswered;
  expect(isAlive(pid)).toBe(false);
});

test('a server is configured when it starts and while it runs', async () => {
  const redis = await start({ maxmemory: '2mb', config: ['maxmemory-policy noeviction', 'maxclients 77'] });
  expect(await redis.cli('CONFIG', 'GET', 'maxclients')).toEqual(['maxclients', '77']);
  await redis.config('maxmemory', '1mb');
  await expect(
    Promise.all(
      Array.from({ length: 30 }, (_, index) => redis.cli('SET', `key-${index}`, 'x'.repeat(100_000))),
    ),
  ).rejects.toThrow('OOM');
});

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}
