import { RocketError } from '../../../../src/errors.js';
import type { Position } from '../../../../src/protocol/positions.js';
import type {
  ClaimedSession,
  Entry,
  GroupSpan,
  HistoryLimits,
  SessionChanges,
  SessionFacts,
} from '../engine.js';
import { parseEntry, placedText, splitText } from './entry-text.js';
import { type Answer, type Partition, pairs } from './partition.js';

/** What stands before a group's name in the fields of a record. */
const groupField = 'group:';

/** A record as it was claimed, with when its user had been kicked last when it got the session. */
export interface ClaimedRecord {
  readonly session: ClaimedSession;
  readonly kicked: string;
}

/** The records of sessions. `functions/3-sessions.lua` says what is in one. */
export class SessionRecords {
  constructor(private readonly history: HistoryLimits) {}

  /**
   * @param kicked when the user was kicked last
   * @throws RocketError as `Engine.openSession`
   */
  async open(partition: Partition, id: string, facts: SessionFacts, kicked: string): Promise<void> {
    const { owner, proof, user } = facts;
    const [word] = await partition.run('open', id, partition.node, owner, proof, user, kicked);
    if (word === 'conflict') throw conflict(id);
  }

  /**
   * @param request of this claim: the same again changes nothing
   * @returns undefined where there is nothing to claim
   */
  async claim(
    partition: Partition,
    id: string,
    proof: string,
    request: string,
  ): Promise<ClaimedRecord | undefined> {
    const answer = await partition.run('claim', id, partition.node, proof, request);
    return answer[0] === 'ok' ? readRecord(answer) : undefined;
  }

  /** Lets go of what a claim got whose answer never came. */
  async release(partition: Partition, id: string, request: string): Promise<void> {
    await partition.run('release', id, partition.node, request);
  }

  /**
   * @param kicked when the user was kicked last
   * @throws RocketError as `Engine.writeSession`
   */
  async write(
    partition: Partition,
    id: string,
    owner: number,
    changes: SessionChanges,
    kicked: string,
  ): Promise<void> {
    const { user = '', entries = [], results = [], lastCall = 0, handled, groups = {} } = changes;
    const { entries: most, bytes } = this.history;
    const parameters: (string | number)[] = [id, partition.node, owner, most, bytes, user, kicked, lastCall];
    parameters.push(handled ? place(handled.position) : '', handled?.calls ?? 0, entries.length);
    for (const entry of entries) {
      const { position, ...rest } = entry;
      const key = rest.key === undefined ? '' : JSON.stringify(rest.key);
      parameters.push(place(position), key, placedText({ ...rest, position }));
    }
    parameters.push(results.length);
    for (const { call, frame } of results) parameters.push(call, frame);
    for (const [group, spans] of Object.entries(groups))
      parameters.push(group, spans.length === 0 ? '' : JSON.stringify(spans));
    const [word] = await partition.run('write', ...parameters);
    if (word === 'lost') throw new RocketError('not_found', `Redis has lost the record of session "${id}"`);
    if (word === 'conflict') throw conflict(id);
  }

  async end(partition: Partition, id: string, owner: number): Promise<void> {
    await partition.run('finish', id, partition.node, owner);
  }
}

function conflict(id: string): RocketError {
  return new RocketError('conflict', `Session "${id}" has another owner by now, or has ended`);
}

function readRecord([, fields, texts, results]: Answer): ClaimedRecord {
  const record = new Map(pairs(fields as readonly string[]));
  const text = (name: string) => record.get(name) ?? '';
  const groups: [string, readonly GroupSpan[]][] = [];
  for (const [name, value] of record) {
    if (name.startsWith(groupField))
      groups.push([name.slice(groupField.length), JSON.parse(value) as readonly GroupSpan[]]);
  }
  return {
    kicked: text('kick'),
    session: {
      owner: Number(text('owner')),
      user: text('user'),
      base: readPlace(text('base')),
      entries: (texts as readonly string[]).map(readEntry),
      results: pairs(results as readonly string[])
        .map(([call, frame]) => ({ call: Number(call), frame }))
        .sort((a, b) => a.call - b.call),
      lastCall: Number(text('calls')),
      groups: Object.fromEntries(groups),
    },
  };
}

/** An entry of a session's own source stands in its record as GENERATION SPACE NUMBER SPACE HEAD LF BODY. */
function readEntry(text: string): Entry {
  const start = text.indexOf(' ', text.indexOf(' ') + 1);
  return parseEntry(readPlace(text.slice(0, start)), ...splitText(text, start + 1));
}

function place([generation, number]: Position): string {
  return `${generation} ${number}`;
}

function readPlace(text: string): Position {
  const [generation = '', number] = text.split(' ');
  return [generation, Number(number)];
}
