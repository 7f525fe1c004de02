import type { Position } from '../../../src/protocol/positions.js';
import type {
  ClaimedSession,
  Entry,
  GroupSpan,
  HistoryLimits,
  NewEntry,
  SessionChanges,
  SessionFacts,
} from './engine.js';
import { EntryLog } from './entry-log.js';
import type { RecordState } from './facts.js';

/** What is known of a session beside its owner: enough for another to go on with it. */
export class SessionRecord {
  readonly proof: string;
  user: string;
  owner: number;
  /** The id of the node that owns it; undefined: nobody, since an entry came when no owner lived. */
  node: string | undefined;
  private base: Position = ['1', 0];
  private head: Position = ['1', 0];
  private readonly log: EntryLog;
  private readonly results = new Map<number, string>();
  private resultsSize = 0;
  private lastCall = 0;
  private handledCalls = 0;
  /** A `Map`: groups are named by strangers. */
  private readonly groups = new Map<string, readonly GroupSpan[]>();

  constructor(
    readonly id: string,
    { owner, proof, user }: SessionFacts,
    node: string | undefined,
    private readonly limits: HistoryLimits,
  ) {
    this.owner = owner;
    this.proof = proof;
    this.user = user;
    this.node = node;
    this.log = new EntryLog(limits);
  }

  static restore(id: string, state: RecordState, limits: HistoryLimits): SessionRecord {
    const record = new SessionRecord(id, state, state.node, limits);
    record.base = state.base;
    for (const entry of state.entries) record.push(entry);
    record.head = state.head;
    for (const [call, frame] of state.results) record.keepResult(call, frame);
    record.lastCall = state.lastCall;
    for (const [group, spans] of state.groups) record.groups.set(group, spans);
    return record;
  }

  write({ user, entries, results, lastCall, handled, groups }: SessionChanges): void {
    if (user !== undefined) this.user = user;
    for (const entry of entries ?? []) if (isBehind(entry.position, this.head)) this.push(entry);
    for (const { call, frame } of results ?? []) if (call > this.handledCalls) this.keepResult(call, frame);
    this.lastCall = Math.max(this.lastCall, lastCall ?? 0);
    if (handled !== undefined) this.letGo(handled.position, handled.calls);
    for (const [group, spans] of Object.entries(groups ?? {})) {
      if (spans.length === 0) this.groups.delete(group);
      else this.groups.set(group, spans);
    }
  }

  /** An entry that came when no owner lived. */
  adrift(entry: NewEntry): void {
    if (this.node !== undefined) {
      this.node = undefined;
      this.owner += 1;
    }
    const generation = String(this.owner);
    const number = this.head[0] === generation ? this.head[1] + 1 : 1;
    this.push({ ...entry, position: [generation, number] });
  }

  claimed(): ClaimedSession {
    const { owner, user, base, lastCall } = this;
    const results = [...this.results].map(([call, frame]) => ({ call, frame }));
    return {
      owner,
      user,
      base,
      lastCall,
      entries: this.log.all(),
      results,
      groups: Object.fromEntries(this.groups),
    };
  }

  state(): RecordState {
    const { proof, user, owner, node, base, head, lastCall } = this;
    const [entries, results, groups] = [this.log.all(), [...this.results], [...this.groups]];
    return { proof, user, owner, node, base, head, entries, results, lastCall, groups };
  }

  private push(entry: Entry): void {
    this.head = entry.position;
    this.log.push(entry, 0, ({ position }) => {
      this.base = position;
    });
  }

  private letGo(position: Position, calls: number): void {
    for (
      let { oldest } = this.log;
      oldest !== undefined && !isBehind(oldest.position, position);
      { oldest } = this.log
    )
      this.log.shift();
    if (isBehind(position, this.base)) this.base = position;
    this.handledCalls = Math.max(this.handledCalls, calls);
    for (const call of this.results.keys()) if (call <= calls) this.dropResult(call);
  }

  private keepResult(call: number, frame: string): void {
    this.dropResult(call);
    this.results.set(call, frame);
    this.resultsSize += frame.length;
    for (const oldest of this.results.keys()) {
      if (this.results.size <= this.limits.entries && this.resultsSize <= this.limits.bytes) return;
      this.dropResult(oldest);
    }
  }

  private dropResult(call: number): void {
    this.resultsSize -= this.results.get(call)?.length ?? 0;
    this.results.delete(call);
  }
}

/** Generations of a session's own source are numbers, so that positions of several have an order. */
function isBehind(one: Position, other: Position): boolean {
  const generations = Number(one[0]) - Number(other[0]);
  return generations === 0 ? one[1] > other[1] : generations > 0;
}
