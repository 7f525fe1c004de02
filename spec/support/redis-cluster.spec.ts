import { afterEach, expect, test } from '@jest/globals';
import { eventually } from './eventually.js';
import { type RedisCluster, startCluster } from './redis.js';

let cluster: RedisCluster | undefined;

afterEach(() => cluster?.stop());

test('a replica takes the place of a master that is killed, cut off before, or paused', async () => {
  cluster = await startCluster();
  const { nodes, url } = cluster;
  expect(url).toBe(`redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join()}`);
  const bySlot = [0, 5461, 5462, 10_922, 10_923, 16_383].map((slot) => cluster?.masterOf(slot));
  expect((await Promise.all(bySlot)).map((node) => nodes.indexOf(node as never))).toEqual([0, 0, 1, 1, 2, 2]);

  const first = await cluster.masterOf('{a}');
  const second = await cluster.replicaOf('{a}');
  expect(nodes.slice(3)).toContain(second);
  await first.cli('SET', '{a}kept', 'yes');
  await expect(second.cli('SET', '{a}kept', 'no')).rejects.toThrow('MOVED');
  expect(await cluster.failover('{a}')).toBe(first);
  expect(first.pid).toBeUndefined();
  expect(await cluster.masterOf('{a}')).toBe(second);
  expect(await second.cli('GET', '{a}kept')).toBe('yes');

  await cluster.rejoin();
  expect(await cluster.replicaOf('{a}')).toBe(first);
  const acknowledged: unknown[] = [];
  const killed = await cluster.losingFailover('{a}', async () => {
    for (let index = 0; index < 100; index += 1) {
      acknowledged.push(await second.cli('SET', `{a}lost-${index}`, 'x'));
    }
  });
  expect(killed).toBe(second);
  expect(acknowledged).toEqual(Array(100).fill('OK'));
  expect(await first.cli('KEYS', '*')).toEqual(['{a}kept']);

  await cluster.rejoin();
  first.pause();
  await eventually(async () => expect(await cluster?.masterOf('{a}')).toBe(second));
  await eventually(async () => expect(await second.cli('SET', '{a}kept', 'still')).toBe('OK'));
  await cluster.rejoin();
  expect(await cluster.replicaOf('{a}')).toBe(first);

  // One of them stands still and one is gone when all are stopped.
  first.pause();
  await second.kill();
});
