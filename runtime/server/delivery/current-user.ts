import type { ClientMessage, Identity } from '../../../src/contract/register.js';

/**
 * The user on the other end, injected into controllers. There is one object for each session, so it
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

  /**
   * Calls client controllers of this session. It leaves at once, before the action ends, and before
   * any reply that the action has yet to give.
   *
   * @returns settles when the message is accepted for delivery. Not awaiting it is fine: a refusal
   * nobody awaits is reported as the event `transmission.refused`, never as an unhandled rejection.
   * @throws TypeError for a message that no client could receive: an unknown call, a value that JSON
   * cannot carry.
   * @example this.currentUser.transmit({ 'Song.show': { song } })
   */
  abstract transmit(message: ClientMessage): Promise<void>;

  /** Follows a group: what is transmitted to it from now on reaches this session. */
  abstract join(group: string): Promise<void>;

  /** Follows a group no more. Leaving a group that was never joined does nothing. */
  abstract leave(group: string): Promise<void>;
}
