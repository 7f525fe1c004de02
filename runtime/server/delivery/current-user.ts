import type { ClientMessage, Identity } from '../../../src/contract/register.js';

/** How a message is sent. */
export interface TransmitOptions {
  /**
   * Sent only to whom it reaches now: it is not kept, not replayed after a reconnect, and skipped where a connection
   * is slow. For what is out of date in a moment anyway, a mouse pointer say. @default false
   */
  readonly volatile?: boolean;
  /**
   * Names what the message tells the state of. Of messages with the same name only the newest is kept, so that who was away
   * gets one of them and not all. Not with `volatile`.
   */
  readonly latest?: string;
}

/** How a session is present in a group that it joins. */
export interface PresenceOptions {
  /** What others may know of it, as JSON can carry it. @default null */
  readonly info?: unknown;
  /** Sent to the others in the group when the user's first session enters it. @default nothing */
  readonly entered?: ClientMessage;
  /** Sent to the group when the user's last session has left, or has been gone for the grace period. @default nothing */
  readonly departed?: ClientMessage;
}

/**
 * The user on the other end, injected into controllers. There is one object for each session and user, so it
 * stays right in timers and un-awaited promises after the action has ended. A singleton cannot hold
 * it: that is refused when the app starts.
 *
 * @example constructor(private readonly currentUser: CurrentUser) {}
 */
export abstract class CurrentUser {
  /** The id of `identity`: the same on every tab and device of one user. */
  abstract readonly id: string;
  /** What the app's authenticator said. An anonymous user's id is the session's. */
  abstract readonly identity: Identity;
  /** One tab or program: the same across reconnects. */
  abstract readonly sessionId: string;
  /** Where its connection comes from, behind trusted proxies; while it is away, where the last one came from. */
  abstract readonly remoteAddress: string;

  /**
   * Calls client controllers of this session. It leaves at once, before the action ends, and before
   * any reply that the action has yet to give. A client that is away gets it when it comes back, within the window.
   *
   * @returns settles when the message is accepted for delivery. Not awaiting it is fine: a refusal
   * nobody awaits is reported as the event `transmission.refused`, never as an unhandled rejection.
   * It rejects with `not_found` when the session is over, `forbidden` when it belongs to another user by now,
   * `unavailable` when the engine cannot keep the message.
   * @throws TypeError for a message that no client could receive: an unknown call, a value that JSON
   * cannot carry.
   * @example this.currentUser.transmit({ 'Song.show': { song } })
   */
  abstract transmit(message: ClientMessage, options?: TransmitOptions): Promise<void>;

  /**
   * Follows a group: what is transmitted to it from now on reaches this session, across reconnects. Joining again does nothing,
   * but for a presence, which takes the place of the former one.
   *
   * @param presence lists the session among the group's members (`Presence.members`) for as long as it is connected
   * @returns settles when nothing that is transmitted from then on will be missed. Rejects with `forbidden` when the session
   * belongs to another user by now, `not_found` when it is over, `unavailable` when the engine cannot be reached. A refusal
   * that nobody awaits is reported as the event `membership.refused`.
   * @example await this.currentUser.join('chart-42', {
   *   info: { name },
   *   entered: { 'Chart.entered': { id: this.currentUser.id, name } },
   *   departed: { 'Chart.departed': { id: this.currentUser.id } },
   * });
   */
  abstract join(group: string, presence?: PresenceOptions): Promise<void>;

  /**
   * Follows a group no more. Leaving a group that was never joined does nothing.
   *
   * @returns settles when nothing of it will be sent any more, wherever the session goes on
   */
  abstract leave(group: string): Promise<void>;
}
