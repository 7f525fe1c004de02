/** Real Redis for specs, benches and runs under faults: one server, a primary with Sentinels, a cluster. */

export { type RedisCluster, startCluster } from './redis-cluster.js';
export { type RedisSentinels, startSentinel } from './redis-sentinel.js';
export { type Redis, type RedisSettings, startRedis } from './redis-server.js';
