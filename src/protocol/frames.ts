import type { WireError } from '../errors.js';
import type { Position } from './positions.js';

/** The subprotocol that chooses the `rocket.v1` dialect; without it a connection speaks plain. */
export const rocketV1 = 'rocket.v1';

export type Dialect = 'plain' | 'rocket.v1';

/** How many items of a streamed result a server sends before the client asks for more with `$more`. */
export const initialCredit = 32;

/** A message: `Controller.action` keys are calls with their arguments, `$` keys are control fields. */
export type Message = { readonly [key: string]: unknown };

/** The control fields a client may send. */
export interface ClientControl {
  readonly $hello?: Hello;
  /** The call's id: a positive integer, increasing within the session. */
  readonly $id?: number;
  /** `1`: the arguments are a form's; expand names, convert text. */
  readonly $form?: 1;
  readonly $pong?: 1;
  /** The client takes so many more items of a streamed result: `[id of the call, count]`. */
  readonly $more?: readonly [number, number];
  /** The id of a call whose result is wanted no more. */
  readonly $cancel?: number;
  /** How far each source has been handled. */
  readonly $seen?: Readonly<Record<string, Position>>;
  /** Every call up to this id has its final reply. */
  readonly $got?: number;
  /**
   * On a streamed call that is sent again after a resume: how many of its items have come, and how many more the
   * client takes.
   */
  readonly $items?: readonly [number, number];
  /** New credentials for the living session. */
  readonly $auth?: unknown;
}

/** First frame of a client. */
export interface Hello {
  /** Hash of the compiled contract the client was built with. */
  readonly contract?: string;
  /** Whatever the app's authenticator wants, a token say. */
  readonly auth?: unknown;
  readonly resume?: Resume;
}

/** What a client brings to go on with an earlier session. */
export interface Resume {
  readonly session: string;
  readonly secret: string;
  /** Per source that the client follows, the last position handled. */
  readonly seen: Readonly<Record<string, Position>>;
  /** The same of groups that it has left lately (`$left`), the last thousand of them: none of it is sent again. */
  readonly left: Readonly<Record<string, Position>>;
  /** Ids of calls without a reply. */
  readonly pending: readonly number[];
}

/** The server's answer to `$hello`. */
export interface Welcome {
  readonly session: string;
  readonly secret: string;
  readonly resumed: boolean;
  readonly node: string;
  readonly contract: string;
  /** Milliseconds of silence after which the server pings. */
  readonly heartbeat: number;
  /** Milliseconds for which a lost session can be resumed; 0: not at all. */
  readonly window: number;
  /** Bytes a frame may have at the most. */
  readonly maxPayload: number;
  /** Calls the session may have without a final reply; a client keeps the rest until there is room. */
  readonly maxCalls: number;
  /** Where each source of the session stands. */
  readonly at: Readonly<Record<string, Position>>;
}

/** The control fields a server may send. */
export interface ServerControl {
  readonly $welcome?: Welcome;
  /** The id of the call that this replies to; `value` and `error` belong to it. */
  readonly $re?: number;
  readonly value?: unknown;
  /** One item of a streamed result. */
  readonly next?: unknown;
  readonly error?: WireError;
  /** Where this transmission stands in its source. */
  readonly $at?: Position;
  /** Its source: absent is the session's own, else `user`, `group:NAME` or `all`. */
  readonly $of?: string;
  readonly $gap?: { readonly of: string; readonly reason: string };
  /** A source that the session no longer follows. */
  readonly $left?: string;
  readonly $ping?: 1;
  /** This node is going away: resume elsewhere within so many milliseconds, on a second connection. */
  readonly $drain?: { readonly within: number };
  /** The answer to `$auth`: whether the new credentials are good. */
  readonly $auth?: { readonly ok: boolean; readonly error?: WireError };
  /** A failure of a call without an id, or of a frame that is no message. */
  readonly $error?: WireError & { readonly call?: string };
}
