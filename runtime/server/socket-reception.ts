import type { Identity } from '../../src/contract/register.js';
import type { Events } from '../../src/events.js';
import type { Rate } from '../../src/token-bucket.js';
import type { Handshake } from './delivery/handshake.js';
import type { Session } from './delivery/session.js';
import { Connection, type ConnectionDelegate } from './sockets/connection.js';
import type { Admission, Reception } from './sockets/gateway.js';
import type { Heartbeat } from './sockets/heartbeat.js';
import type { Wire, WireRequest } from './sockets/wire.js';

/** Makes connections of the sockets that a transport brings, whichever transport that is. */
export class SocketReception implements Reception {
  constructor(
    private readonly handshake: Handshake,
    private readonly router: ConnectionDelegate<Session>,
    private readonly heartbeat: Heartbeat,
    private readonly events: Events,
    /** How many messages a connection may send. */
    private readonly messageRate: Rate | undefined,
  ) {}

  admit(request: WireRequest): Promise<Admission> {
    return this.handshake.admit(request);
  }

  open(wire: Wire, request: WireRequest, identity: Identity | undefined): void {
    // Where nobody asks for them again, headers would be half of what an idle connection costs.
    const kept = this.handshake.readsRequests ? request : { ...request, headers: noHeaders };
    const connection = new Connection(
      request.dialect,
      kept,
      wire,
      this.heartbeat,
      this.router,
      this.messageRate,
    );
    // A rocket.v1 client speaks first.
    if (request.dialect === 'plain') void this.handshake.openPlain(connection, identity);
  }

  refused({ remoteAddress }: WireRequest, reason: string): void {
    this.events.report('connection.refused', { reason, remoteAddress });
  }
}

const noHeaders: WireRequest['headers'] = {};
