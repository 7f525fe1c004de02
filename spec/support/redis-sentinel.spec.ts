import { afterEach, expect, test } from '@jest/globals';
import { type RedisSentinels, startSentinel } from './redis.js';

let sentinel: RedisSentinels | undefined;

afterEach(() => sentinel?.stop());

test('a failover keeps what was acknowledged, and a losing one what was before the cut', async () => {
  sentinel = await startSentinel();
  const [first, second] = sentinel.servers;
  expect(sentinel.url).toMatch(
    /^redis-sentinel:\/\/127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\/mymaster$/,
  );
  expect(await sentinel.primary()).toBe(first);
  expect(await sentinel.replica()).toBe(second);
  await expect(second.cli('SET', 'kept', 'no')).rejects.toThrow('READONLY');
  await first.cli('SET', 'kept', 'yes');

  expect(await sentinel.failover()).toBe(first);
  expect(first.pid).toBeUndefined();
  expect(await sentinel.primary()).toBe(second);
  expect(await second.cli('GET', 'kept')).toBe('yes');

  await second.cli('SET', 'later', 'yes');
  await sentinel.rejoin();
  expect(await first.cli('GET', 'later')).toBe('yes');

  const acknowledged: unknown[] = [];
  const killed = await sentinel.losingFailover(async () => {
    for (let index = 0; index < 100; index += 1)
      acknowledged.push(await second.cli('SET', `lost-${index}`, 'x'));
  });
  expect(killed).toBe(second);
  expect(acknowledged).toEqual(Array(100).fill('OK'));
  expect(await sentinel.primary()).toBe(first);
  expect(await first.cli('KEYS', '*')).toEqual(expect.arrayContaining(['kept', 'later']));
  expect(await first.cli('DBSIZE')).toBe(2);
  expect(await first.cli('SET', 'after', 'yes')).toBe('OK');
});
