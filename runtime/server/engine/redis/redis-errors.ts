import { RocketError } from '../../../../src/errors.js';

/**
 * What went wrong between this node and Redis. `sent` tells whether what was asked may have been done: a command that has
 * left may have arrived, and its answer may be what was lost.
 */
export class RedisTrouble extends RocketError {
  constructor(
    message: string,
    readonly sent: boolean,
    cause: unknown,
    /** It has no memory left for anything new. */
    readonly isFull = false,
  ) {
    super('unavailable', message, { retryable: true, cause });
  }
}

/**
 * What ioredis rejects with, as an engine tells it: everything is `unavailable` and can be asked again, but for what asking again
 * does not change.
 */
export function redisTrouble(error: unknown): RedisTrouble {
  const message = error instanceof Error ? error.message : String(error);
  const [word] = message.split(' ', 1);
  if (word === 'OOM') {
    const sentence =
      'Redis has no memory left: raise its `maxmemory`, or let apps keep less (`history`, `window`)';
    return new RedisTrouble(sentence, false, error, true);
  }
  if (/^(Stream|Cluster) isn't (writeable|ready)/.test(message))
    return new RedisTrouble('Redis cannot be reached', false, error);
  if (word !== undefined && refusals.has(word))
    return new RedisTrouble(`Redis refuses to work: ${message}`, false, error);
  if (message === 'Command timed out') return new RedisTrouble('Redis does not answer', true, error);
  if (/^(Connection is closed|Reached the max retries|Command aborted)/.test(message))
    return new RedisTrouble('The connection to Redis was lost', true, error);
  return new RedisTrouble(`Redis failed: ${message}`, true, error);
}

/** Answers of a server that has done nothing. */
const refusals = new Set([
  'BUSY',
  'READONLY',
  'LOADING',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'MISCONF',
  'NOREPLICAS',
  'NOPERM',
  'NOAUTH',
  'WRONGPASS',
]);
