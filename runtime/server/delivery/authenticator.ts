import type { Identity } from '../../../src/contract/register.js';
import type { WireRequest } from '../sockets/wire.js';

/** What an authenticator may look at. */
export interface AuthenticationRequest extends WireRequest {
  /** The `auth` of a `rocket.v1` client's first frame, or of a later one; undefined on plain connections. */
  readonly auth: unknown;
}

/**
 * Says who a connection belongs to. Bind one with `createApp({ authenticator })`; its constructor is
 * injected like any other. It runs before anything of the connection is handled: on plain connections
 * before the upgrade (a refusal is HTTP 401), on `rocket.v1` when the first frame has come.
 */
export abstract class Authenticator {
  /**
   * @returns the identity, or null to refuse: other credentials may work. Throwing `Forbidden` refuses
   * for good; any other error is logged and the client may try again.
   */
  abstract authenticate(request: AuthenticationRequest): Identity | null | Promise<Identity | null>;
}
