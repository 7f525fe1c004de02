import type { WireRequest } from './wire.js';

/**
 * Which pages may connect: `'*'` any, else those of the same origin and those listed (such as
 * `https://app.example.com`). A request without an Origin header is not a browser's and passes, unless one is required.
 */
export type Origins = '*' | readonly string[];

export function originAllowed(
  request: Pick<WireRequest, 'headers'>,
  origins: Origins,
  required = false,
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return !required;
  if (origins === '*') return true;
  if (typeof origin !== 'string') return false;
  if (origins.includes(origin)) return true;
  // Without a Host there is no origin to be the same as; "null" has no host either.
  return host !== undefined && host !== '' && hostOf(origin) === host;
}

/** Host and port of an origin, compared without the scheme: a proxy may have ended the encryption. */
function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
