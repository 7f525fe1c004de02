/** Header name → its value, or false for a header that must not be sent. Names in any case. */
export type HeaderOptions = Readonly<Record<string, string | false>>;

/**
 * What a page of the app may do: load from its own origin, run no inline script, write no markup past
 * the one Trusted Types policy of the client. `'self'` in `connect-src` covers WebSockets to the origin.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types rocket',
].join('; ');

const defaultHeaders: HeaderOptions = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  // For browsers that do not know `frame-ancestors`.
  'x-frame-options': 'SAMEORIGIN',
};

/** The headers of every response: the defaults, with `changes` on top. */
export function securityHeaders(changes: HeaderOptions = {}): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (const [name, value] of [...Object.entries(defaultHeaders), ...Object.entries(changes)]) {
    if (value === false) headers.delete(name.toLowerCase());
    else headers.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(headers);
}
