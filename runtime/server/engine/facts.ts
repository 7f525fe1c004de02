import type { Position } from '../../../src/protocol/positions.js';
import type { Entry, GroupSpan, Member, NewEntry, SessionChanges, SessionFacts } from './engine.js';

/**
 * What has happened in a store, as it is written down: told again in the same order, it makes the same state. An
 * entry's time is its age when it is told again, so that it means something to another process.
 */
export type Fact =
  | readonly ['source', name: string, generation: string, base: number]
  | readonly ['append', source: string, entries: readonly NewEntry[], time: number]
  /** Told by a summary: an entry that has its place. */
  | readonly ['entry', source: string, entry: Entry, time: number]
  | readonly ['forget', source: string]
  | readonly ['open', session: string, facts: SessionFacts, node: string]
  | readonly ['claim', session: string, node: string]
  | readonly ['write', session: string, changes: SessionChanges]
  | readonly ['adrift', session: string, entry: NewEntry]
  | readonly ['end', session: string]
  | readonly ['record', session: string, state: RecordState]
  | readonly ['enter', source: string, member: Member, node: string]
  | readonly ['depart', source: string, session: string];

/** A session's record as a summary tells it. */
export interface RecordState {
  readonly proof: string;
  readonly user: string;
  readonly owner: number;
  readonly node: string | undefined;
  readonly base: Position;
  readonly head: Position;
  readonly entries: readonly Entry[];
  readonly results: readonly (readonly [call: number, frame: string])[];
  readonly lastCall: number;
  readonly groups: readonly (readonly [group: string, spans: readonly GroupSpan[]])[];
}

/** Where a store tells its facts, in order. */
export interface FactSink {
  note(fact: Fact): void;
  /** Runs when everything that was noted before is kept, in the order of asking. */
  afterwards(run: () => void): void;
}
