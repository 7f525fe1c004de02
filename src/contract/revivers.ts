import { fromBase64 } from './base64.js';
import type { Reviver } from './manifest.js';

/**
 * The small functions that emitted revivers are built from. They change a value in place: it was just
 * parsed from a frame and nobody else holds it. A value that is not what its type says is left as it is,
 * since the other end may have been compiled from a newer contract.
 */

export function reviveDate(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

export function reviveBigint(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : value;
}

export function reviveBytes(value: unknown): unknown {
  return typeof value === 'string' ? (fromBase64(value) ?? value) : value;
}

export function reviveArrayBuffer(value: unknown): unknown {
  return typeof value === 'string' ? (fromBase64(value)?.buffer ?? value) : value;
}

export function reviveSet(value: unknown, element: Reviver = asItIs): unknown {
  return Array.isArray(value) ? new Set(value.map((one) => element(one))) : value;
}

export function reviveMap(value: unknown, key: Reviver = asItIs, inner: Reviver = asItIs): unknown {
  if (!Array.isArray(value) || !value.every((pair) => Array.isArray(pair) && pair.length === 2)) return value;
  return new Map(value.map(([name, content]) => [key(name), inner(content)]));
}

export function reviveArray(value: unknown, element: Reviver): unknown {
  if (!Array.isArray(value)) return value;
  for (let index = 0; index < value.length; index++) value[index] = element(value[index]);
  return value;
}

/** @param keys what keys have to match; other properties are left alone, and so are those `named`. */
export function reviveRecord(
  value: unknown,
  element: Reviver,
  keys?: RegExp,
  named: readonly string[] = [],
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const meant = key !== '__proto__' && !named.includes(key) && (keys === undefined || keys.test(key));
    if (meant) record[key] = element(record[key]);
  }
  return value;
}

/** Whether `value` is an object whose properties can be revived. */
export function isRevivable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asItIs(value: unknown): unknown {
  return value;
}
