import type { ServerEvents } from '../../../src/events.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';

/** Why a session ends. */
export type EndReason = ServerEvents['session.ended']['reason'];

/** What a connection is told whose session has another one by now. */
export const takenOver = [closeCodes.takenOver, 'The session goes on in another connection'] as const;

/** What a connection is told that a session still has when it ends; of a kick the reason is the app's. */
export const goodbyes: Partial<Record<EndReason, readonly [code: number, reason: string]>> = {
  'taken over': takenOver,
  'other user': takenOver,
  failed: [closeCodes.windowPassed, 'The session could not be kept'],
};
