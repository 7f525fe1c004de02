import type { Issue } from '../errors.js';
import { asBuffer, fromBase64 } from './base64.js';
import { bytesOf } from './encoders.js';
import type { Validator } from './manifest.js';
import { checkArray, fail, placed, refuse } from './validators.js';

/** Validators of values for which JSON has no form of its own. They take the value itself as well. */

/** A longer text would take the server noticeably long to turn into a number. */
const longestNumber = 4096;

export function checkBigint(value: unknown, issues: Issue[], text: boolean): unknown {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string') {
    const trimmed = text ? value.trim() : value;
    if (text && trimmed === '') return refuse(undefined, issues, '');
    const digits = text ? trimmed.replace(/^\+/, '') : trimmed;
    if (digits.length <= longestNumber && /^-?\d+$/.test(digits)) return BigInt(digits);
  }
  if (text && Number.isSafeInteger(value)) return BigInt(value as number);
  return refuse(value, issues, 'must be a whole number');
}

export function checkBytes(
  value: unknown,
  issues: Issue[],
  _text: boolean,
): Uint8Array<ArrayBuffer> | undefined {
  const bytes = typeof value === 'string' ? fromBase64(value) : bytesOf(value);
  return bytes ? new Uint8Array(bytes) : refuse(value, issues, 'must be bytes, as base64');
}

export function checkBuffer(value: unknown, issues: Issue[], text: boolean): unknown {
  const bytes = checkBytes(value, issues, text);
  return bytes && asBuffer(bytes);
}

export function checkArrayBuffer(value: unknown, issues: Issue[], text: boolean): unknown {
  return checkBytes(value, issues, text)?.buffer;
}

export function checkSet(value: unknown, issues: Issue[], text: boolean, element: Validator): unknown {
  const list = checkArray(value instanceof Set ? [...value] : value, issues, text, element);
  return Array.isArray(list) ? new Set(list) : undefined;
}

export function checkMap(
  value: unknown,
  issues: Issue[],
  text: boolean,
  key: Validator,
  inner: Validator,
): unknown {
  const pair: Validator = (one, found, isText) => {
    if (!Array.isArray(one) || one.length !== 2) return refuse(one, found, 'must be a list of 2 values');
    const at = found.length;
    const name = key(one[0], found, isText);
    const next = placed(found, at, 0);
    const content = inner(one[1], found, isText);
    placed(found, next, 1);
    return [name, content];
  };
  const pairs = checkArray(value instanceof Map ? [...value] : value, issues, text, pair);
  return Array.isArray(pairs) ? new Map(pairs.filter((one) => one !== undefined)) : undefined;
}

export function checkFile(value: unknown, issues: Issue[], _text: boolean): unknown {
  if (value === undefined || value === null) return refuse(value, issues, '');
  fail(issues, 'cannot be sent: uploads are not served yet');
  return undefined;
}
