import type { Hello, Message, Resume } from '../../src/protocol/frames.js';
import { isControl } from '../../src/protocol/message.js';
import { isPosition, type Position } from '../../src/protocol/positions.js';

/** The control fields of a client's message that are not about a new session, each known to be well formed. */
export interface ControlFields {
  readonly id?: number;
  readonly text: boolean;
  readonly items?: readonly [came: number, more: number];
  readonly more?: readonly [id: number, count: number];
  readonly cancel?: number;
  readonly seen?: Readonly<Record<string, Position>>;
  readonly got?: number;
  /** Whether there is an `$auth`, whatever it is. */
  readonly hasAuth: boolean;
}

/** How many calls a client may say that it waits for, and sources that it follows or has left. */
const most = 100_000;

/**
 * Reads the control fields of a message, which come from a stranger. Unknown ones are ignored, so that newer clients can
 * add some.
 *
 * @returns what is wrong, where something is
 */
export function readControl(message: Message): ControlFields | string {
  const { $id: id, $form, $items: items, $more: more, $cancel: cancel, $seen: seen, $got: got } = message;
  if (id !== undefined && !isPositive(id)) return '$id is a positive integer';
  if ($form !== undefined && $form !== 1) return '$form is 1 or absent';
  if (items !== undefined && !isPair(items, isCount)) return '$items is [came, more]';
  if (more !== undefined && !isPair(more, isPositive)) return '$more is [id, count]';
  if (cancel !== undefined && !isPositive(cancel)) return '$cancel is an id';
  if (seen !== undefined && !arePositions(seen)) return '$seen holds positions by source';
  if (got !== undefined && !isCount(got)) return '$got is an id';
  const hasAuth = Object.hasOwn(message, '$auth');
  return { id, text: $form === 1, items, more, cancel, seen, got, hasAuth } as ControlFields;
}

/** The names of a message's calls, in order. */
export function callNames(message: Message): string[] {
  return Object.keys(message).filter((key) => !isControl(key));
}

/** A first frame's `$hello`; undefined where it is none. */
export function readHello(value: unknown): Hello | undefined {
  if (!isObject(value)) return undefined;
  const { contract, resume } = value as { contract?: unknown; resume?: unknown };
  if (contract !== undefined && typeof contract !== 'string') return undefined;
  if (resume === undefined) return value as Hello;
  const read = readResume(resume);
  return read && { ...(value as Hello), resume: read };
}

function readResume(value: unknown): Resume | undefined {
  if (!isObject(value)) return undefined;
  const { session, secret, seen, left = {}, pending } = value as Record<string, unknown>;
  if (typeof session !== 'string' || typeof secret !== 'string') return undefined;
  if (!arePositions(seen) || !arePositions(left)) return undefined;
  if (!Array.isArray(pending) || pending.length > most || !pending.every(isPositive)) return undefined;
  return { session, secret, seen, left, pending };
}

function arePositions(value: unknown): value is Record<string, Position> {
  if (!isObject(value)) return false;
  const positions = Object.values(value);
  return positions.length <= most && positions.every(isPosition);
}

function isPair(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isOne);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPositive(value: unknown): value is number {
  return isCount(value) && value > 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
