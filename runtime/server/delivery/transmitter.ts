import type { ClientMessage } from '../../../src/contract/register.js';
import type { CurrentUser, TransmitOptions } from './current-user.js';

/**
 * Calls client controllers of others than the caller. A singleton: inject it anywhere.
 *
 * @example await this.transmitter.toGroup('songs').except(this.currentUser).transmit({ 'Song.changed': { song } })
 */
export abstract class Transmitter {
  /** Every session of a user: all tabs, all devices. */
  abstract toUser(id: string): Audience;
  /** Every session that has joined the group. */
  abstract toGroup(name: string): Audience;
  /** Every session that has joined any of the groups, once. */
  abstract toGroups(names: readonly string[]): Audience;
  /** One session. `transmit` rejects with `not_found` when there is none of that id. */
  abstract toSession(id: string): Audience;
  /** Every session of the app. */
  abstract toEveryone(): Audience;

  /**
   * Ends all sessions of a user at once: connections close with 4501, and none of the sessions can be resumed. Whether
   * the user can sign in again is for the authenticator to say.
   *
   * @param reason what the client is told, up to 120 characters. @default 'Signed out by the server'
   */
  abstract kick(userId: string, reason?: string): Promise<void>;
}

/** Who receives. Immutable: `except` returns another. */
export interface Audience {
  /** The same, less the session of `user` (its other tabs still receive). */
  except(user: CurrentUser): Audience;
  /**
   * @returns settles when the message is accepted for delivery; see `CurrentUser.transmit`, which also
   * says what is thrown.
   */
  transmit(message: ClientMessage, options?: TransmitOptions): Promise<void>;
}
