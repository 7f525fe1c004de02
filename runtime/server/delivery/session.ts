import { RocketError } from '../../../src/errors.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';
import type { Dialect } from '../../../src/protocol/frames.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Entry, HistoryLimits, NewEntry, StoredResult } from '../engine/engine.js';
import type { SharedFrame } from '../sockets/shared-frame.js';
import { type Backlog, Backlogs } from './backlogs.js';
import { CallLedger, hasItems, type ItemTail } from './call-ledger.js';
import type { CurrentUser } from './current-user.js';
import type { EntryFrames } from './entry-frames.js';
import { Groups } from './groups.js';
import { SessionLog } from './session-log.js';
import { everyone, groupOf } from './sources.js';
import { Span } from './span.js';

/** What a session needs of its connection. */
export interface Outlet {
  readonly dialect: Dialect;
  readonly remoteAddress: string;
  /** More waits in it than it should: what can be sent later is not to be sent now. */
  readonly isFull: boolean;
  send(frame: string | SharedFrame): void;
  close(code: number, reason: string): void;
}

/** Keeps replies where they outlive the node. */
export interface ReplyKeeper {
  result(session: Session, result: StoredResult): void;
}

export interface SessionLimits {
  /** Of the session's own source. */
  readonly history: HistoryLimits;
  /** Of the replies that are kept. */
  readonly replies: HistoryLimits;
  /** What becomes of a connection that does not take what it is sent. */
  readonly slowConsumers: 'catch-up' | 'close';
}

export interface SessionStart {
  readonly id: string;
  /** Hash of the secret with which it is resumed. */
  readonly proof: string;
  readonly dialect: Dialect;
  /** How often the session has been owned, this time included. */
  readonly owner: number;
  /** Where its own source stands: nothing behind it is missing from the log. */
  readonly base: Position;
}

/**
 * One visitor, a tab or a program, across its connections. It numbers its own source, since everything in it passes through
 * here; what the session shares with others is numbered by the engine.
 *
 * Each source is either live, what comes is sent at once, or behind: it has a backlog, and what comes stays in the log from
 * which the backlog is worked off (`catch-up.ts`).
 */
export class Session {
  readonly id: string;
  readonly proof: string;
  readonly dialect: Dialect;
  readonly owner: number;
  readonly log: SessionLog;
  readonly ledger: CallLedger;
  readonly groups = new Groups();
  readonly backlogs = new Backlogs();
  /** Who the session belongs to now; set once, before anything else is done with it, and again when the user changes. */
  user: CurrentUser = undefined as unknown as CurrentUser;
  /** Since when it follows its user's source, and everyone's. */
  userSpan = unknownSpan;
  everyoneSpan = unknownSpan;
  /** Where its connection comes from, or the last one came from. */
  remoteAddress = '';
  /** How far the client says that it has handled the own source. */
  handled: Position;
  private number = 0;
  /** How far the own source has been sent while it is behind; undefined: it is live. */
  private sentUpTo: Position | undefined;
  /** Replies and items that wait until the own source has caught up. */
  private waiting: string[] | undefined;
  private line: Outlet | undefined;
  private ended = false;

  constructor(
    { id, proof, dialect, owner, base }: SessionStart,
    private readonly limits: SessionLimits,
    private readonly keeper: ReplyKeeper,
  ) {
    this.id = id;
    this.proof = proof;
    this.dialect = dialect;
    this.owner = owner;
    this.handled = base;
    this.log = new SessionLog(limits.history, base);
    this.ledger = new CallLedger(limits.replies);
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  get isAttached(): boolean {
    return this.line !== undefined;
  }

  get connection(): Outlet | undefined {
    return this.line;
  }

  /** Where the own source began, for a client that has seen nothing of it. */
  get start(): Position {
    return ['1', 0];
  }

  /** Where its own source stands. */
  get head(): Position {
    return [String(this.owner), this.number];
  }

  /** Whether something can be sent that could also be sent later. */
  get hasRoom(): boolean {
    return this.line !== undefined && !this.line.isFull;
  }

  // Connections

  /**
   * Gives the session a connection, whose first frame is `welcome`. Everything is behind at first.
   *
   * @param seen how far the client has handled the own source.
   */
  attach(line: Outlet, welcome: string | undefined, seen: Position, backlogs: readonly Backlog[]): void {
    this.line = line;
    this.remoteAddress = line.remoteAddress;
    this.sentUpTo = this.hasGiven(seen) ? seen : nowhere;
    this.waiting = undefined;
    this.backlogs.replace(backlogs);
    if (welcome !== undefined) line.send(welcome);
  }

  /** The connection is gone; what was sent may not have arrived, and the next one says what has. */
  detach(): void {
    this.line = undefined;
    this.sentUpTo = undefined;
    this.waiting = undefined;
    this.backlogs.replace([]);
  }

  /** After this nothing is sent, and nobody waits for its calls. */
  end(): void {
    this.ended = true;
    this.detach();
    this.ledger.end();
  }

  // The own source

  /** Gives calls their place in the own source, and sends them now or later. */
  transmit(calls: NewEntry): Entry {
    this.number += 1;
    const entry: Entry = { body: calls.body, position: this.head, ...(calls.key && { key: calls.key }) };
    const isLater = this.sentUpTo !== undefined || !this.takes();
    if (this.dialect !== 'plain' || isLater) this.log.push(entry);
    if (!isLater) this.sendOwn(entry);
    else if (this.line !== undefined) this.sentUpTo ??= [entry.position[0], entry.position[1] - 1];
    return entry;
  }

  /**
   * Sends of the own source what is behind, as far as there is room, then what waited for it.
   *
   * @returns whether the own source is live again
   */
  catchUp(gapped: () => void): boolean {
    while (this.sentUpTo !== undefined) {
      if (!this.hasRoom) return false;
      const entries = this.log.after(this.sentUpTo);
      if (entries === undefined) {
        gapped();
        this.control({ $gap: { of: '', reason: 'expired' } });
        this.moveTo(this.head);
        this.sentUpTo = undefined;
        break;
      }
      for (const entry of entries) {
        if (!this.hasRoom) return false;
        const [generation, number] = entry.position;
        if (generation !== this.sentUpTo[0]) this.moveTo([generation, number - 1]);
        this.sendOwn(entry);
        this.sentUpTo = entry.position;
      }
      if (this.sentUpTo[0] !== String(this.owner)) this.moveTo([String(this.owner), 0]);
      this.sentUpTo = undefined;
    }
    if (this.dialect === 'plain') this.log.handled(this.head);
    const { waiting } = this;
    this.waiting = undefined;
    for (const frame of waiting ?? []) this.line?.send(frame);
    return true;
  }

  /** Another user has the session: what was sent to the former one is not sent again. */
  forgetSent(): void {
    this.handled = this.head;
    this.log.handled(this.head);
  }

  // Shared sources

  /**
   * Sends an entry of a shared source, or only its position where it is not meant for this session.
   *
   * @param previous where the source stood before.
   */
  receive(source: string, frames: EntryFrames, previous: Position): void {
    const { line } = this;
    if (line === undefined || this.backlogs.has(source)) return;
    if (!this.takes()) return this.fallBehind(source, previous);
    const frame = frames.for(this);
    if (frame !== undefined) line.send(frame);
  }

  /**
   * A shared source goes on behind `head`, in another generation. What of it has been sent up to `previous` may not be all:
   * the log is to say.
   */
  moved(source: string, previous: Position, head: Position): void {
    this.spanOf(source)?.goesOn(head[0]);
    if (this.line !== undefined && !this.backlogs.has(source)) this.fallBehind(source, previous);
  }

  /** Sends something that nobody misses: now or not at all. */
  flash(source: string, frame: string | SharedFrame): void {
    if (this.hasRoom && this.sentUpTo === undefined && !this.backlogs.has(source)) this.line?.send(frame);
  }

  // Replies

  /**
   * The final reply to a call. `value` is JSON, undefined for no value.
   *
   * @param tail the last items of its stream, which may not have arrived
   */
  reply(id: number, value: string | undefined, tail?: ItemTail): void {
    this.finish(id, value === undefined ? `{"$re":${id}}` : `{"$re":${id},"value":${value}}`, tail);
  }

  replyError(id: number, error: RocketError, tail?: ItemTail): void {
    this.finish(id, errorReplyFrame(id, error), tail);
  }

  /**
   * Sends a reply that is kept once more.
   *
   * @param came how many items of its stream the client has
   */
  resend(id: number, came: number): void {
    for (const frame of this.ledger.resend(id, came)) this.inTurn(frame);
  }

  /** One item of a streamed result. */
  next(frame: string): void {
    this.inTurn(frame);
  }

  /** Tells of a failure that no reply can carry: of a call without an id, of a frame that is no message. */
  reportError(error: RocketError, call?: string): void {
    this.inTurn(failureFrame(error, call));
  }

  /** Control fields of a `rocket.v1` session; on plain connections there are none. */
  control(fields: object): void {
    if (this.dialect !== 'plain') this.line?.send(JSON.stringify(fields));
  }

  private fallBehind(source: string, cursor: Position): void {
    this.backlogs.add({ source, cursor, span: this.spanOf(source), end: undefined });
  }

  private spanOf(source: string): Span | undefined {
    const group = groupOf(source);
    if (group !== undefined) return this.groups.membership(group)?.span;
    return source === everyone ? this.everyoneSpan : this.userSpan;
  }

  private finish(id: number, frame: string, tail: ItemTail | undefined): void {
    if (this.ended) return;
    this.ledger.finish(id, frame, tail);
    // A reply without the items before it would pass for a whole stream.
    if (!hasItems(tail)) this.keeper.result(this, { call: id, frame });
    // A client that came back gets it when it asks again, or it would get it twice.
    if (!this.ledger.isAwaited(id)) this.inTurn(frame);
  }

  /** Whether a place of the own source can have been given out; what a former owner gave out is for the client to know. */
  private hasGiven([generation, number]: Position): boolean {
    const owner = Number(generation);
    if (!Number.isInteger(owner) || owner < 1 || owner > this.owner) return false;
    return owner < this.owner || number <= this.number;
  }

  /** Whether the connection takes something that could also be sent later. */
  private takes(): boolean {
    const { line } = this;
    if (line === undefined || !line.isFull) return line !== undefined;
    if (this.limits.slowConsumers === 'close')
      line.close(closeCodes.tooSlow, 'Too slow to take what it is sent');
    return false;
  }

  /** Behind every transmission that was made before. */
  private inTurn(frame: string): void {
    if (this.sentUpTo === undefined) return this.line?.send(frame);
    this.waiting ??= [];
    this.waiting.push(frame);
  }

  /** The own source goes on from here: what comes next stands behind it. */
  private moveTo(position: Position): void {
    this.control({ $at: position });
    this.sentUpTo = position;
  }

  private sendOwn({ body, position }: Entry): void {
    if (this.dialect === 'plain') {
      if (body !== undefined) this.line?.send(`{${body}}`);
      return;
    }
    const at = `"$at":["${position[0]}",${position[1]}]`;
    this.line?.send(body === undefined ? `{${at}}` : `{${body},${at}}`);
  }
}

const unknownSpan = new Span(undefined);

/** Before everything that any owner has given a place. */
const nowhere: Position = ['0', 0];

/** `{"$error":{"call":"Song.show","code":"not_found",…}}` */
export function failureFrame(error: RocketError, call?: string): string {
  return `{"$error":${errorJson(error, call)}}`;
}

function errorReplyFrame(id: number, error: RocketError): string {
  return `{"$re":${id},"error":${errorJson(error)}}`;
}

/** An app's own error may carry what JSON cannot, or fail to tell; the caller is still due an answer. */
function errorJson(error: RocketError, call?: string): string {
  const about = call === undefined ? {} : { call };
  try {
    return JSON.stringify({ ...about, ...error.toWire() });
  } catch {
    return JSON.stringify({ ...about, ...new RocketError('internal').toWire() });
  }
}
