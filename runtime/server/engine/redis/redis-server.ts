import type { Events } from '../../../../src/events.js';
import { ProblemsError } from '../../../../src/problems.js';
import type { Connections } from './connections.js';
import type { Library } from './library.js';
import type { ResolvedRedisOptions } from './redis-options.js';

/** Milliseconds that a start waits for Redis, which may be starting as well. */
const patience = 15_000;

/**
 * Connects to Redis and sees to it that it fits: that it has the library, that all nodes divide the keys alike, that it does not
 * throw away what the engine needs.
 *
 * @throws ProblemsError
 */
export async function prepareServer(
  connections: Connections,
  library: Library,
  { place, prefix, partitions }: ResolvedRedisOptions,
  events: Events,
): Promise<void> {
  try {
    await connections.connect(patience);
    await library.load();
    const key = `${prefix}:partitions`;
    await connections.command('SET', key, partitions, 'NX');
    const known = await connections.command('GET', key);
    if (known !== String(partitions)) throw mismatch(prefix, known, partitions);
    await warnOfEviction(connections, events);
  } catch (error) {
    if (error instanceof ProblemsError) throw error;
    throw new ProblemsError('The Redis engine cannot start', [
      {
        code: 'engine_unreachable',
        message: `${place.shown} does not work: ${error instanceof Error ? error.message : String(error)}`,
        cure: 'Start Redis there, or correct REDIS_URL or the `url` of redisEngine, user and password included',
      },
    ]);
  }
}

function mismatch(prefix: string, known: unknown, wanted: number): ProblemsError {
  return new ProblemsError('The Redis engine cannot start', [
    {
      code: 'engine_mismatch',
      message: `The nodes that use the prefix "${prefix}" have ${known} partitions, and this one is to have ${wanted}`,
      cure: `Give \`partitions: ${known}\` to redisEngine, or another \`prefix\`; to change it for all, stop all nodes and delete the key "${prefix}:partitions"`,
    },
  ]);
}

/** What Redis throws away unasked is noticed and told to clients as a gap, but it need not happen. */
async function warnOfEviction(connections: Connections, events: Events): Promise<void> {
  const memory = String(await connections.command('INFO', 'memory'));
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  const limit = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0);
  if (policy === undefined || policy === 'noeviction' || limit === 0) return;
  events.report('engine.warning', {
    sentence: `Redis throws away what is needed when its memory is full: its maxmemory-policy is ${policy}, and should be noeviction`,
  });
}
