import { ContainerModule } from 'inversify';
import { CallContext } from '../../runtime/server/actions/call-context.js';
import { Scopes } from '../../runtime/server/actions/scopes.js';
import type { CurrentUser } from '../../runtime/server/delivery/current-user.js';
import type { Engine } from '../../runtime/server/engine/engine.js';
import { type NodeSettings, ServerNode } from '../../runtime/server/server-node.js';
import type { Reception } from '../../runtime/server/sockets/gateway.js';
import type { Wire, WireRequest } from '../../runtime/server/sockets/wire.js';
import type { Clock } from '../../src/clock.js';
import { RocketError } from '../../src/errors.js';
import { Events } from '../../src/events.js';
import {
  actionTable,
  controllers,
  type Letter,
  letter,
  letterIn,
  presence,
  SimulatedAuthenticator,
  Surroundings,
  serverManifest,
} from './app.js';
import { FaultyEngine, type KillableEngine } from './faulty-engine.js';
import type { Observation } from './history.js';
import type { Random } from './random.js';
import type { StandingClock } from './standing-clock.js';
import type { Mutant } from './world.js';

/** What a node needs of the world that it is in, simulated or real. */
export interface NodeWorld {
  /** The time of what nodes share. */
  readonly clock: Clock;
  readonly random: Random;
  readonly mutant: Mutant;
  readonly history: { note(observation: Observation): void };
  nextName(what: string): string;
  sessionName(id: string): string;
  /** The session of a client by its number. */
  sessionOf(client: number): string | undefined;
  accepted(source: string, message: string): void;
  suspect(error: unknown): void;
}

/** One for all: Node asks each that there ever was at every promise. */
const context = new CallContext();

const request: WireRequest = {
  dialect: 'rocket.v1',
  headers: {},
  url: '/rocket',
  remoteAddress: '10.0.0.1',
  secure: true,
};

export const settings: NodeSettings = {
  window: 60_000,
  history: { entries: 50, bytes: 1_000_000 },
  replies: { entries: 500, bytes: 1_000_000 },
  slowConsumers: 'catch-up',
  presenceGrace: 3000,
  maxCallsInFlight: 20,
  callTimeout: 120_000,
  drainWithin: 1000,
  drainTimeout: 5000,
  heartbeat: 8000,
  handshakeDeadline: 10_000,
  maxPayload: 1_000_000,
  messageRate: false,
};

/** A real node of a server, but for its port, with a clock and an engine that faults can get at. */
export class SimulatedNode extends Surroundings {
  isAlive = true;
  /** Takes no new links: it is on its way out. */
  isRetiring = false;
  readonly faulty: FaultyEngine;
  readonly node: ServerNode;
  /** Where wires are taken, once the node has started. */
  reception: Reception | undefined;

  constructor(
    readonly id: string,
    private readonly world: NodeWorld,
    readonly clock: StandingClock,
    engine: KillableEngine,
  ) {
    super();
    this.faulty = new FaultyEngine(engine, clock, world.clock, world.random, {
      accepted: (source, body) => {
        const message = letterIn(body);
        if (message !== undefined) world.accepted(source, message);
      },
      claimed: (session) => this.note({ kind: 'claimed', session: world.sessionName(session), node: id }),
    });
    const events = new Events();
    events.on('authentication.failed', ({ error }) => world.suspect(error));
    const changed: Engine = world.mutant.engine?.(this.faulty.engine) ?? this.faulty.engine;
    this.scopes = new Scopes(context);
    this.node = new ServerNode({ id, engine: changed, events, clock, scopes: this.scopes, settings });
  }

  private readonly scopes: Scopes;

  async start(): Promise<void> {
    const { transmitter, presence: present } = this.node;
    const here = new ContainerModule(({ bind }) => {
      bind(Surroundings).toConstantValue(this);
    });
    await this.scopes.load({
      ...{ modules: [here], controllers: controllers.keys(), transmitter, presence: present },
      authenticator: SimulatedAuthenticator,
    });
    await this.node.start(serverManifest);
    this.reception = this.node.open(actionTable(), serverManifest);
  }

  take(wire: Wire): void {
    this.reception?.open(this.world.mutant.wire?.(wire) ?? wire, request, undefined);
  }

  /** As `kill -9`. */
  kill(): void {
    this.isAlive = false;
    this.world.history.note({ kind: 'died', node: this.id });
    this.faulty.kill();
    this.clock.die();
  }

  // What the app does

  begins(call: string, user: CurrentUser): void {
    this.note({
      ...{ kind: 'started', call, session: this.world.sessionName(user.sessionId), node: this.id },
    });
  }

  ends(call: string): void {
    this.note({ kind: 'executed', call });
  }

  async send(one: Letter, call?: string, user?: CurrentUser): Promise<void> {
    if (!this.isAlive) return;
    const { to, latest } = one;
    const { world } = this;
    const message = world.nextName('m');
    const except = one.exceptCaller ? user : undefined;
    const target = to.kind === 'session' ? world.sessionOf(to.client) : undefined;
    if (to.kind === 'session' && target === undefined) return;
    const name = (id: string) => world.sessionName(id);
    const sources =
      to.kind === 'caller'
        ? [`session:${name(user?.sessionId ?? '')}`]
        : to.kind === 'user'
          ? [`user:${to.user}`]
          : to.kind === 'groups'
            ? to.groups.map((group) => `group:${group}`)
            : to.kind === 'session'
              ? [`session:${name(target ?? '')}`]
              : ['all'];
    const isOwn = to.kind === 'caller';
    this.note({
      kind: 'sent',
      message,
      to: {
        sources,
        ...(except && { except: name(except.sessionId) }),
        ...(one.volatile && { volatile: true as const }),
        ...(latest && { latest }),
        ...(isOwn && call !== undefined && { by: call, node: this.id }),
      },
    });
    const options = { ...(one.volatile && { volatile: true }), ...(latest && { latest }) };
    const { transmitter } = this.node;
    const body = letter(message);
    const audience =
      to.kind === 'user'
        ? transmitter.toUser(to.user)
        : to.kind === 'groups'
          ? to.groups.length === 1
            ? transmitter.toGroup(to.groups[0] as string)
            : transmitter.toGroups(to.groups)
          : to.kind === 'session'
            ? transmitter.toSession(target as string)
            : transmitter.toEveryone();
    try {
      await (isOwn
        ? user?.transmit(body, options)
        : (except === undefined ? audience : audience.except(except)).transmit(body, options));
      if (!this.isAlive) return;
      const [source = ''] = sources;
      if (source.startsWith('session:') && !one.volatile) world.accepted(source, message);
      this.note({ kind: 'settled', message });
    } catch (error) {
      this.note({ kind: 'settled', message, error: codeOf(error) });
      // Whether an action sees that it could not send is not what is tried here.
    }
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.clock.after(ms, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      signal.addEventListener('abort', abort);
    });
  }

  async join(user: CurrentUser, group: string, isPresent: boolean): Promise<void> {
    const session = this.world.sessionName(user.sessionId);
    this.note({ kind: 'joining', session, group, isPresent });
    const { id } = user;
    const facts = {
      ...{ info: id, entered: presence(id, group, true), departed: presence(id, group, false) },
    };
    await user.join(group, isPresent ? facts : undefined);
    this.note({ kind: 'joined', session, group, isPresent });
  }

  async leave(user: CurrentUser, group: string): Promise<void> {
    const session = this.world.sessionName(user.sessionId);
    this.note({ kind: 'leaving', session, group });
    await user.leave(group);
    this.note({ kind: 'left', session, group });
  }

  /** Nobody hears a dead node. */
  private note(observation: Observation): void {
    if (this.isAlive) this.world.history.note(observation);
  }
}

function codeOf(error: unknown): string {
  return error instanceof RocketError ? error.code : String(error);
}
