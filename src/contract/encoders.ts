import { toBase64 } from './base64.js';

/**
 * A copy of a value in which everything has a form that `JSON.stringify` writes: bigint as decimal text, bytes as
 * base64, a Map as an array of pairs, a Set as an array. Works by what the value is, so it serves all types; emitted
 * code names it only where a type holds such a value.
 *
 * @example encodeValue({ plays: 12n, tags: new Set(['folk']) }) // { plays: '12', tags: ['folk'] }
 */
export function encodeValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(encodeValue);
  if (value instanceof Map) return Array.from(value, (entry) => entry.map(encodeValue));
  if (value instanceof Set) return Array.from(value, encodeValue);
  const bytes = bytesOf(value);
  if (bytes) return toBase64(bytes);
  // Dates and whatever else knows how it is written.
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) if (key !== '__proto__') copy[key] = encodeValue(inner);
  return copy;
}

/** The bytes of a view or a buffer; undefined for anything else. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return isBuffer(value) ? new Uint8Array(value) : undefined;
}

function isBuffer(value: unknown): value is ArrayBuffer {
  // By name: a test runner's modules may have an ArrayBuffer of their own.
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}
