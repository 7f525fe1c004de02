/**
 * Why a `rocket.v1` socket closes. The range is the verdict: 4000–4399 reconnect and resume, 4400–4499
 * reconnect with a new session, 4500–4999 do not reconnect.
 */
export const closeCodes = {
  goingAway: 4001,
  tooSlow: 4008,
  rateLimited: 4029,
  authenticateAgain: 4301,
  takenOver: 4409,
  windowPassed: 4410,
  kicked: 4501,
  refused: 4503,
  protocolError: 4504,
  outdated: 4505,
} as const;

export type CloseVerdict = 'resume' | 'new-session' | 'stop';

/** What a client does after a close. Codes outside our ranges (1006, 1001 …) are accidents: resume. */
export function closeVerdict(code: number): CloseVerdict {
  if (code >= 4500 && code <= 4999) return 'stop';
  if (code >= 4400 && code <= 4499) return 'new-session';
  return 'resume';
}
