import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Cancel, Clock } from '../../../src/clock.js';
import type { Identity } from '../../../src/contract/register.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';
import { type Dialect, rocketV1 } from '../../../src/protocol/frames.js';
import { clientOf, TrustedProxies } from './client-address.js';
import { ConnectionLimits } from './connection-limits.js';
import { type Origins, originAllowed } from './origin-check.js';
import { type ResolvedSocketLimits, resolveSocketLimits, type SocketLimits } from './socket-limits.js';
import type { Wire, WireRequest } from './wire.js';
import { WsWire } from './ws-wire.js';

/** Who receives the sockets that the gateway lets in. Any transport can bring sockets to it. */
export interface Reception {
  /** Asked before a plain connection is upgraded, while a refusal can still be an HTTP answer. */
  admit(request: WireRequest): Promise<Admission>;
  /** Takes over an open socket. `identity` is that of `admit`, or undefined in `rocket.v1`. */
  open(wire: Wire, request: WireRequest, identity: Identity | undefined): void;
  /** Told of a request that did not get a socket. */
  refused(request: WireRequest, reason: string): void;
}

export type Admission =
  | { readonly identity: Identity | undefined }
  | { readonly status: number; readonly reason: string };

export interface GatewayOptions extends Omit<SocketLimits, 'messageRate'> {
  /** Where both dialects are served; plain is served at `/` too. */
  readonly path: string;
  readonly origins: Origins;
  /** Bytes; a longer frame closes the connection with 1009. */
  readonly maxPayload: number;
  /** Milliseconds that peers get to answer a close at shutdown. */
  readonly closeGrace: number;
}

/** Turns upgrade requests of an HTTP server into wires: path, dialect, origin, then the reception. */
export class Gateway {
  private readonly server: WebSocketServer;
  private readonly open = new Set<WebSocket>();
  private readonly socketLimits: ResolvedSocketLimits;
  private readonly limits: ConnectionLimits;
  private readonly proxies: TrustedProxies;
  private closing = false;

  constructor(
    private readonly options: GatewayOptions,
    private readonly reception: Reception,
    private readonly clock: Clock,
  ) {
    this.socketLimits = resolveSocketLimits(options);
    this.limits = new ConnectionLimits(this.socketLimits);
    this.proxies = new TrustedProxies(this.socketLimits.trustedProxies);
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maxPayload,
      handleProtocols: (offers) => chooseProtocol(offers) ?? false,
    });
  }

  /** Handles one upgrade request. Never throws or rejects. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until `ws` takes over nobody else listens, and an unheard error would end the process.
    socket.on('error', ignoreError);
    const offer = chooseProtocol(offersOf(request));
    const wireRequest = describeRequest(request, offer === undefined ? 'plain' : rocketV1, this.proxies);
    const refuse = (status: number, reason: string) => {
      this.reception.refused(wireRequest, reason);
      answer(socket, status, reason);
    };

    if (this.closing) return refuse(503, 'Going away');
    if (!this.serves(wireRequest)) return refuse(404, 'No socket is served here');
    const { remoteAddress } = wireRequest;
    const limit = this.limits.enter(remoteAddress);
    if (limit === 'all') return refuse(503, 'Too many connections');
    if (limit === 'address') return refuse(429, 'Too many connections from this address');
    // A socket that has ended says so no more.
    if (socket.destroyed) return this.limits.leave(remoteAddress);
    this.count(socket, remoteAddress);
    const originIsAllowed = originAllowed(wireRequest, this.options.origins, this.socketLimits.requireOrigin);
    if (offer === undefined) {
      if (!originIsAllowed) return refuse(403, 'This origin may not connect');
      const admission = await this.reception.admit(wireRequest);
      if ('status' in admission) return refuse(admission.status, admission.reason);
      if (this.closing) return refuse(503, 'Going away');
      return this.accept(request, socket, head, (wire) =>
        this.reception.open(wire, wireRequest, admission.identity),
      );
    }
    // A browser sees nothing of a refused upgrade, so that in rocket.v1 refusals are close codes.
    this.accept(request, socket, head, (wire) => {
      if (offer !== rocketV1)
        return this.turnAway(wire, wireRequest, closeCodes.outdated, `This server speaks ${rocketV1}`);
      if (!originIsAllowed)
        return this.turnAway(wire, wireRequest, closeCodes.refused, 'This origin may not connect');
      this.reception.open(wire, wireRequest, undefined);
    });
  }

  /** Lets nobody in from now on; who is in stays. */
  drain(): void {
    this.closing = true;
  }

  /** Closes every socket politely, then for good. Settles when none is left. */
  async close(): Promise<void> {
    this.drain();
    if (this.open.size === 0) return;
    let cancel: Cancel | undefined;
    const graceOver = new Promise<void>((resolve) => {
      cancel = this.clock.after(this.options.closeGrace, resolve);
    });
    const closed = [...this.open].map((ws) => new Promise((resolve) => ws.once('close', resolve)));
    for (const ws of this.open)
      ws.close(ws.protocol === '' ? 1001 : closeCodes.goingAway, 'The server is going away');
    await Promise.race([Promise.all(closed), graceOver]);
    cancel?.();
    for (const ws of this.open) ws.terminate();
    await Promise.all(closed);
  }

  private serves({ url, dialect }: WireRequest): boolean {
    const path = url.split('?', 1)[0];
    return path === this.options.path || (path === '/' && dialect === 'plain');
  }

  private accept(request: IncomingMessage, socket: Duplex, head: Buffer, use: (wire: Wire) => void): void {
    this.server.handleUpgrade(request, socket, head, (ws) => {
      socket.off('error', ignoreError);
      this.track(ws);
      use(new WsWire(ws, socket, this.socketLimits.bufferLimit));
    });
  }

  // What lives as long as a socket is made in functions of its own: made beside the request it would keep that, too.
  // Closing comes once by itself; `once` would keep three more objects per socket for it.

  private count(socket: Duplex, address: string): void {
    socket.on('close', () => this.limits.leave(address));
  }

  private track(ws: WebSocket): void {
    this.open.add(ws);
    ws.on('close', () => this.open.delete(ws));
  }

  private turnAway(wire: Wire, request: WireRequest, code: number, reason: string): void {
    this.reception.refused(request, reason);
    wire.close(code, reason);
  }
}

/** `rocket.v1` if it is offered; else another `rocket.*`, which is told that it is outdated; else none: plain. */
function chooseProtocol(offers: Iterable<string>): string | undefined {
  let other: string | undefined;
  for (const offer of offers) {
    if (offer === rocketV1) return offer;
    if (offer.startsWith('rocket.')) other ??= offer;
  }
  return other;
}

function offersOf(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((offer) => offer.trim());
}

function describeRequest(request: IncomingMessage, dialect: Dialect, proxies: TrustedProxies): WireRequest {
  const { socket, headers } = request;
  const client = clientOf(socket.remoteAddress ?? '', 'encrypted' in socket, headers, proxies);
  return {
    dialect,
    headers,
    url: request.url ?? '/',
    remoteAddress: client.address,
    secure: client.secure,
  };
}

/** Seconds after which a request that came at a bad time may be made again. */
const retryAfter = 5;

function answer(socket: Duplex, status: number, reason: string): void {
  const body = `${reason}\n`;
  const retry = status === 503 || status === 429 ? `Retry-After: ${retryAfter}\r\n` : '';
  // The HTTP server leaves its sockets half open: one that never says goodbye would be kept for ever.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\n${retry}Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function ignoreError(): void {}
