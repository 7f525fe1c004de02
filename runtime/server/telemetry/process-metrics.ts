import { collectDefaultMetrics, Registry } from 'prom-client';

let register: Registry | undefined;

/**
 * Memory, processor time, event loop and garbage collection of the process, as prom-client finds them. One for the process,
 * whichever apps run in it: it is about the process, and what prom-client observes it with cannot be ended. Nothing of that
 * keeps a process alive.
 */
export function processMetrics(): Registry {
  if (register === undefined) {
    register = new Registry();
    collectDefaultMetrics({ register });
  }
  return register;
}
