import type { RocketError } from '../../../src/errors.js';

/** What became of a promise, without waiting for it. */
export function watch(promise: Promise<unknown>): { value?: unknown; error?: RocketError } {
  const outcome: { value?: unknown; error?: RocketError } = {};
  promise.then(
    (value) => (outcome.value = value ?? null),
    (error) => (outcome.error = error),
  );
  return outcome;
}
