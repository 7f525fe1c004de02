import type { NewEntry } from '../engine.js';
import { parseNewEntry } from './entry-text.js';

/** What a node is told, by name of what it is about. */
export interface PushReceiver {
  /** Entries with consecutive numbers, as lines: of each its head and its body. */
  entries(source: string, generation: string, first: number, lines: readonly string[]): void;
  /** @param id of a message that may come by way of several partitions */
  flash(id: string, sources: readonly string[], entry: NewEntry): void;
  kick(source: string, marker: string, reason: string): void;
  fence(session: string, owner: number): void;
  /** @param request what `node` will recognise the answer by */
  receive(session: string, request: string, node: string, entry: NewEntry): void;
  answer(request: string, answer: string): void;
}

/** Of a message: how many were sent to the node, this one included, undefined where it is not counted; and the epoch. */
export interface PushHeader {
  readonly count: number | undefined;
  readonly epoch: string;
}

/**
 * Hands on what a message tells. `functions/1-shared.lua` says how it is written: lines, the first of which is its
 * header, and behind it things that each begin with a line that says what and how many lines follow.
 */
export function readPush(text: string, header: (header: PushHeader) => void, receiver: PushReceiver): void {
  const lines = text.split('\n');
  const [count = '', epoch = ''] = (lines[0] as string).split(' ');
  header({ count: count === '-' ? undefined : Number(count), epoch });
  for (let index = 1; index < lines.length; ) index = readThing(lines, index, receiver);
}

/** @returns the index behind the thing */
function readThing(lines: readonly string[], start: number, receiver: PushReceiver): number {
  const [kind, ...words] = (lines[start] as string).split(' ');
  const line = (offset: number) => lines[start + offset] as string;
  /** What stands behind so many words, spaces included. */
  const rest = (count: number) => words.slice(count).join(' ');
  switch (kind) {
    case 'e': {
      const end = start + 1 + Number(words[2]) * 2;
      const source = JSON.parse(rest(3)) as string;
      receiver.entries(source, words[0] as string, Number(words[1]), lines.slice(start + 1, end));
      return end;
    }
    case 'f':
      receiver.flash(
        words[0] as string,
        JSON.parse(rest(1)) as readonly string[],
        parseNewEntry(line(1), line(2)),
      );
      return start + 3;
    case 'k':
      receiver.kick(JSON.parse(rest(1)) as string, words[0] as string, JSON.parse(line(1)) as string);
      return start + 2;
    case 'x':
      receiver.fence(JSON.parse(rest(1)) as string, Number(words[0]));
      return start + 1;
    case 'r':
      receiver.receive(
        JSON.parse(rest(2)) as string,
        words[0] as string,
        words[1] as string,
        parseNewEntry(line(1), line(2)),
      );
      return start + 3;
    case 'a':
      receiver.answer(words[0] as string, rest(1));
      return start + 1;
    default:
      throw new TypeError(`A message to this node has "${line(0).slice(0, 100)}" in line ${start + 1}`);
  }
}
