import { encodeValue } from '../../../src/contract/encoders.js';

/** What a link or a form asks for: `'Song.index'`, or calls with their params: `{ 'Song.show': { id } }`. */
export type CallTarget = string | Readonly<Record<string, unknown>>;

/** The attribute that makes an element call the server when it is clicked. */
export const callAttribute = 'data-rocket-call';

/** A target as it stands in the attribute; `readCalls` is the way back. */
export function writeCalls(target: CallTarget): string {
  return JSON.stringify(encodeValue(target));
}

/** The calls an attribute names, in order. Undefined: the text names none. */
export function readCalls(text: string): [name: string, params: unknown][] | undefined {
  let target: unknown;
  try {
    target = JSON.parse(text);
  } catch {
    // Written by hand, without the quotes of JSON.
    target = text.trim();
  }
  if (typeof target === 'string') return target === '' ? undefined : [[target, undefined]];
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return undefined;
  const calls = Object.entries(target);
  return calls.length > 0 ? calls : undefined;
}
