import { afterAll, beforeAll } from '@jest/globals';
import type { Engine } from '../../../../../runtime/server/engine/engine.js';
import { redisEngine } from '../../../../../runtime/server/engine/redis/redis-engine.js';
import { systemClock } from '../../../../../src/clock.js';
import { FaultProxy } from '../../../../processes/proxy.js';
import { type Redis, startRedis } from '../../../../support/redis.js';
import { describeEngine } from '../conformance.js';

let redis: Redis;
/** Each engine has a way of its own to Redis, so that one can be cut off. */
const proxies = new Map<Engine, FaultProxy>();
const all: FaultProxy[] = [];
let tests = 0;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

for (const functions of [true, false]) {
  describeEngine(functions ? 'Redis engines' : 'Redis engines without functions', async () => {
    tests += 1;
    const prefix = `test-${tests}`;
    // An engine is made at once, and its proxy has to listen before.
    const spare = await Promise.all([1, 2, 3, 4].map(() => FaultProxy.start(redis.port)));
    all.push(...spare);
    const engine = () => {
      const proxy = spare.pop() as FaultProxy;
      const made = redisEngine({ url: `redis://127.0.0.1:${proxy.port}`, prefix, functions });
      proxies.set(made, proxy);
      return made;
    };
    const setDown = (proxy: FaultProxy, isDown: boolean) => {
      proxy.isDown = isDown;
      if (isDown) for (const link of proxy.open) link.cut();
    };
    const setAllDown = (isDown: boolean) => {
      for (const proxy of all) setDown(proxy, isDown);
    };
    return {
      ...{ clock: systemClock, window: 500, engine, second: engine, reopen: engine },
      pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      kill: (one) => setDown(proxies.get(one) as FaultProxy, true),
      lose: async (session) => {
        await redis.cli(
          'DEL',
          ...['session', 'entries', 'results'].map((kind) => `${prefix}:{0}:${kind}:${session}`),
        );
      },
      down: () => setAllDown(true),
      up: () => setAllDown(false),
      async end() {
        await Promise.all(all.splice(0).map((proxy) => proxy.stop()));
        proxies.clear();
      },
    };
  }, ['second', 'kill', 'reopen', 'lose', 'down']);
}
