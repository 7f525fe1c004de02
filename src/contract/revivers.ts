import type { Reviver } from './manifest.js';

/**
 * The small functions that emitted revivers are built from. They change a value in place: it was just
 * parsed from a frame and nobody else holds it. A value that is not what its type says is left as it is,
 * since the other end may have been compiled from a newer contract.
 */

export function reviveDate(value: unknown): unknown {
  return typeof value === 'string' ? new Date(value) : value;
}

export function reviveArray(value: unknown, element: Reviver): unknown {
  if (!Array.isArray(value)) return value;
  for (let index = 0; index < value.length; index++) value[index] = element(value[index]);
  return value;
}

export function reviveRecord(value: unknown, element: Reviver): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) if (key !== '__proto__') record[key] = element(record[key]);
  return value;
}

/** Whether `value` is an object whose properties can be revived. */
export function isRevivable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
