import type { Clock } from '../../src/clock.js';
import type { ServerManifest } from '../../src/contract/manifest.js';
import type { Events } from '../../src/events.js';
import type { ActionTable } from './actions/action-table.js';
import type { CallTracer } from './actions/call-tracer.js';
import { Dispatcher } from './actions/dispatcher.js';
import type { Scopes } from './actions/scopes.js';
import { type CallSettings, Calls } from './calls.js';
import { DeliveryTransmitter } from './delivery/audience.js';
import { Delivery, type DeliverySettings } from './delivery/delivery.js';
import { DeliveryPresence } from './delivery/delivery-presence.js';
import { Handshake } from './delivery/handshake.js';
import type { Session } from './delivery/session.js';
import { Drain, type DrainSettings } from './drain.js';
import type { Engine } from './engine/engine.js';
import { FrameRouter } from './frame-router.js';
import { SocketReception } from './socket-reception.js';
import type { Reception } from './sockets/gateway.js';
import { Heartbeat } from './sockets/heartbeat.js';
import type { ResolvedSocketLimits } from './sockets/socket-limits.js';
import type { NodeState } from './telemetry/node-gauges.js';

export interface NodeSettings extends DeliverySettings, CallSettings, DrainSettings {
  /** Milliseconds. */
  readonly heartbeat: number;
  readonly handshakeDeadline: number;
  /** Bytes. */
  readonly maxPayload: number;
  readonly messageRate: ResolvedSocketLimits['messageRate'];
}

export interface NodeParts {
  /** Unique among nodes and over restarts. */
  readonly id: string;
  readonly engine: Engine;
  readonly events: Events;
  readonly clock: Clock;
  readonly scopes: Scopes;
  readonly settings: NodeSettings;
}

/**
 * Everything of a server but its port: from wires to actions and back. An app puts HTTP before it; a simulation puts a network
 * of its own before several.
 */
export class ServerNode implements NodeState {
  readonly delivery: Delivery;
  readonly transmitter: DeliveryTransmitter;
  readonly presence: DeliveryPresence;
  private readonly heartbeat: Heartbeat;
  private router: FrameRouter | undefined;
  private calls: Calls | undefined;
  private draining: Drain | undefined;
  private drained: Promise<void> | undefined;

  constructor(private readonly parts: NodeParts) {
    const { id, engine, events, clock, settings } = parts;
    this.delivery = new Delivery(id, engine, events, clock, settings);
    this.transmitter = new DeliveryTransmitter(this.delivery);
    this.presence = new DeliveryPresence(this.delivery);
    this.heartbeat = new Heartbeat(clock, settings.heartbeat, settings.handshakeDeadline);
  }

  /** From now on transmissions are accepted. Before anything else, once. */
  start(manifest: Pick<ServerManifest, 'clientActions'>): Promise<void> {
    return this.delivery.start(manifest.clientActions);
  }

  /** From now on wires are taken. @param tracer follows calls @default nobody does */
  open(table: ActionTable, manifest: ServerManifest, tracer?: CallTracer): Reception {
    const { id: node, events, clock, scopes, settings } = this.parts;
    const { heartbeat, maxPayload, window, maxCallsInFlight: maxCalls } = settings;
    const { contract } = manifest;
    const facts = { node, contract, heartbeat, maxPayload, window, maxCalls };
    const handshake = new Handshake(facts, scopes.authenticator(), this.delivery.sessions, events);
    const dispatcher = new Dispatcher({ table, scopes, events, clock, tracer });
    this.calls = new Calls(dispatcher, scopes.context, events, clock, settings, manifest);
    this.router = new FrameRouter(handshake, this.delivery, this.calls, events);
    this.heartbeat.start();
    return new SocketReception(
      handshake,
      this.router,
      this.heartbeat,
      events,
      settings.messageRate || undefined,
    );
  }

  /** Sends clients elsewhere where their sessions can go on there, and waits, within limits, for calls to end. */
  async drain(): Promise<void> {
    const { clock, settings, engine } = this.parts;
    this.draining ??= new Drain(
      clock,
      settings,
      () => this.sessions(),
      () => this.callsUnderWay,
    );
    this.drained ??= this.draining.run(engine.outlives);
    await this.drained;
  }

  // Node state

  sessions(): Iterable<Session> {
    return this.delivery.sessions.all();
  }

  get callsUnderWay(): number {
    return this.calls?.underWay ?? 0;
  }

  get waiting(): number {
    return this.delivery.waiting;
  }

  // The end

  /** Nothing that comes in is handled any more. */
  close(): void {
    this.draining?.stop();
    this.router?.close();
  }

  /** Once the wires are closed. */
  async stop(): Promise<void> {
    this.close();
    this.heartbeat.stop();
    this.calls?.stop();
    await this.delivery.stop();
  }
}
