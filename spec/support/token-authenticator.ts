import { Authenticator, Forbidden, type Identity } from '../../runtime/server/index.js';

/** Takes the token for the user's id: that of the hello, or of the header `x-token`. */
export class TokenAuthenticator extends Authenticator {
  authenticate({
    auth,
    headers,
  }: {
    auth: unknown;
    headers: Readonly<Record<string, unknown>>;
  }): Identity | null {
    const token = (auth as { token?: string } | undefined)?.token ?? headers['x-token'];
    if (token === 'banned') throw new Forbidden();
    if (token === 'broken') throw new Error('the user database is down');
    return typeof token === 'string' ? { id: token } : null;
  }
}
