import type { Identity } from '../../../src/contract/register.js';
import { RocketError } from '../../../src/errors.js';
import type { Dialect } from '../../../src/protocol/frames.js';
import type { SharedFrame } from '../sockets/shared-frame.js';
import type { EntryFrames } from './entry-frames.js';

/** What a session needs of its connection. */
export interface Outlet {
  readonly dialect: Dialect;
  send(frame: string | SharedFrame): void;
}

export interface SessionIdentity {
  readonly id: string;
  /** Proves ownership of the session to whoever resumes it. */
  readonly secret: string;
  readonly identity: Identity;
}

/**
 * One visitor: a tab or a program. It numbers its own source, since everything in it passes through
 * here; what the session shares with others is numbered by the engine.
 */
export class Session {
  readonly id: string;
  readonly secret: string;
  readonly identity: Identity;
  readonly dialect: Dialect;
  /** Generation of the session's own source: how often the session has been taken over, from 1. */
  readonly generation = '1';
  /** Number of the last message of the session's own source. */
  number = 0;
  /** The highest call id the client has used. */
  lastCallId = 0;
  callsInFlight = 0;
  /** Groups it has joined or is joining; made when first needed. */
  groups: Map<string, Promise<void>> | undefined = undefined;
  /** What was sent before the session was welcomed. */
  private held: (string | SharedFrame)[] | undefined = [];
  private ended = false;

  constructor(
    { id, secret, identity }: SessionIdentity,
    private readonly connection: Outlet,
  ) {
    this.id = id;
    this.secret = secret;
    this.identity = identity;
    this.dialect = connection.dialect;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  /** Sends the welcome, if the dialect has one, and whatever came meanwhile behind it. */
  begin(welcome?: string): void {
    const held = this.held ?? [];
    this.held = undefined;
    if (welcome !== undefined) this.send(welcome);
    for (const frame of held) this.send(frame);
  }

  /** After this nothing is sent. */
  end(): void {
    this.ended = true;
    this.held = undefined;
  }

  /** Sends calls from the session's own source. `body` is JSON without the outer braces. */
  transmit(body: string): void {
    this.number += 1;
    this.send(
      this.dialect === 'plain' ? `{${body}}` : `{${body},"$at":["${this.generation}",${this.number}]}`,
    );
  }

  /** Sends an entry of a shared source, or only its position where it is not meant for this session. */
  receive(frames: EntryFrames): void {
    const frame = frames.for(this);
    if (frame !== undefined) this.send(frame);
  }

  /** The final reply to a call. `value` is JSON, undefined for no value. */
  reply(id: number, value: string | undefined): void {
    this.send(value === undefined ? `{"$re":${id}}` : `{"$re":${id},"value":${value}}`);
  }

  /** One item of a streamed result, as JSON. */
  next(id: number, item: string): void {
    this.send(`{"$re":${id},"next":${item}}`);
  }

  replyError(id: number, error: RocketError): void {
    this.send(`{"$re":${id},"error":${errorJson(error)}}`);
  }

  /** Tells of a failure that no reply can carry: of a call without an id, of a frame that is no message. */
  reportError(error: RocketError, call?: string): void {
    this.send(failureFrame(error, call));
  }

  /** Control fields of a `rocket.v1` session; on plain connections there are none. */
  control(fields: object): void {
    if (this.dialect !== 'plain') this.send(JSON.stringify(fields));
  }

  private send(frame: string | SharedFrame): void {
    if (this.ended) return;
    if (this.held === undefined) this.connection.send(frame);
    else this.held.push(frame);
  }
}

/** `{"$error":{"call":"Song.show","code":"not_found",…}}` */
export function failureFrame(error: RocketError, call?: string): string {
  return `{"$error":${errorJson(error, call)}}`;
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
