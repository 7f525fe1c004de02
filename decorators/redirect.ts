import type { ServerMessage } from '../src/contract/register.js';

/** What `redirect` returns, for an action to return in turn. */
export class Redirect {
  /** @throws TypeError for what names no call: a missing message, say, of code that is not type-checked */
  constructor(readonly message: ServerMessage) {
    if (typeof message !== 'object' || message === null) {
      throw new TypeError(`redirect takes a message such as { 'Song.show': { id } }, not ${String(message)}`);
    }
  }
}

/**
 * Runs other server actions for the same user once this action has ended: no HTTP is involved. Each
 * target's arguments are validated as if the client had called it; several run in key order. The reply
 * to the client has no value.
 *
 * @example return redirect({ 'Song.show': { id: song.id } });
 */
export function redirect(message: ServerMessage): Redirect {
  return new Redirect(message);
}
