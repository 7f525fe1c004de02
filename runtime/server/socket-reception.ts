import type { Identity } from '../../src/contract/register.js';
import type { Events } from '../../src/events.js';
import type { Handshake } from './delivery/handshake.js';
import type { SessionUser } from './delivery/session-user.js';
import { Connection, type ConnectionDelegate } from './sockets/connection.js';
import type { Admission, Reception } from './sockets/gateway.js';
import type { Heartbeat } from './sockets/heartbeat.js';
import type { Wire, WireRequest } from './sockets/wire.js';

/** Makes connections of the sockets that a transport brings, whichever transport that is. */
export class SocketReception implements Reception {
  constructor(
    private readonly handshake: Handshake,
    private readonly router: ConnectionDelegate<SessionUser>,
    private readonly heartbeat: Heartbeat,
    private readonly events: Events,
  ) {}

  admit(request: WireRequest): Promise<Admission> {
    return this.handshake.admit(request);
  }

  open(wire: Wire, request: WireRequest, identity: Identity | undefined): void {
    const connection = new Connection(request.dialect, request, wire, this.heartbeat, this.router);
    // A rocket.v1 client speaks first.
    if (request.dialect === 'plain') void this.handshake.openPlain(connection, identity);
  }

  refused({ remoteAddress }: WireRequest, reason: string): void {
    this.events.report('connection.refused', { reason, remoteAddress });
  }
}
