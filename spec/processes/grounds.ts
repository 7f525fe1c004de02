import { FileGround } from './file-ground.js';
import type { Ground } from './ground.js';
import { RedisGround } from './redis-ground.js';

/** What a run can stand on, by name. */
export const grounds = {
  file: () => new FileGround(),
  redis: (servers) => new RedisGround({ servers, appendonly: false, functions: true }),
  'redis-aof': (servers) => new RedisGround({ servers, appendonly: true, functions: true }),
  'redis-scripts': (servers) => new RedisGround({ servers, appendonly: false, functions: false }),
} as const satisfies Record<string, (servers: number) => Ground>;

export type GroundName = keyof typeof grounds;

export function isGround(name: string): name is GroundName {
  return Object.hasOwn(grounds, name);
}
