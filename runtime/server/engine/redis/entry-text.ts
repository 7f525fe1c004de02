import type { Position } from '../../../../src/protocol/positions.js';
import type { Entry, NewEntry } from '../engine.js';

/**
 * An entry as Redis keeps it: a head and the body, a line each. The head is empty, or JSON with what else there is of the entry, the
 * key first; `-` where another entry has superseded this one.
 */
export function entryText(entry: NewEntry): string {
  const { body, key, except, also, volatile } = entry;
  const isPlain = key === undefined && except === undefined && also === undefined && volatile === undefined;
  return `${isPlain ? '' : JSON.stringify({ key, except, also, volatile })}\n${body}`;
}

/** Of an entry that has its place; one that is superseded has no body. */
export function placedText({ body, ...entry }: Entry): string {
  return body === undefined ? '-\n' : entryText({ ...entry, body });
}

/** @throws SyntaxError for a head that is not of this making */
export function parseEntry(position: Position, head: string, body: string): Entry {
  if (head === '') return { position, body };
  if (head === '-') return { position, body: undefined };
  return { ...(JSON.parse(head) as Omit<NewEntry, 'body'>), position, body };
}

export function parseNewEntry(head: string, body: string): NewEntry {
  return head === '' ? { body } : { ...(JSON.parse(head) as Omit<NewEntry, 'body'>), body };
}

/** @returns the head and the body of a text, behind so many characters of it */
export function splitText(text: string, start = 0): readonly [head: string, body: string] {
  const end = text.indexOf('\n', start);
  return [text.slice(start, end), text.slice(end + 1)];
}
