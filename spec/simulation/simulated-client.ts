import { ClientRuntime } from '../../runtime/client/client-runtime.js';
import type { KeptSession } from '../../runtime/client/session.js';
import type { ClientSocket } from '../../runtime/client/socket.js';
import type { Clock } from '../../src/clock.js';
import { RocketError } from '../../src/errors.js';
import { clientManifest, type Deed } from './app.js';
import type { Observation } from './history.js';
import type { Random } from './random.js';
import { StandingClock } from './standing-clock.js';

/** What a client needs of the world that it is in, simulated or real. */
export interface ClientWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly history: { note(observation: Observation): void };
  nextName(what: string): string;
  sessionName(id: string): string;
  /** The server does not want the client back. */
  replace(client: SimulatedClient): void;
}

/** One tab: a real client, with what it sees written down. */
export class SimulatedClient {
  readonly clock: StandingClock;
  isOver = false;
  /** Somebody else goes on with its session: it makes no calls, or both would use the same ids. */
  isCopied = false;
  private readonly runtime: ClientRuntime;
  private session: string | undefined;
  private lastCall: { readonly call: string; readonly abort: AbortController } | undefined;

  constructor(
    readonly name: string,
    readonly user: string,
    private readonly world: ClientWorld,
    dial: (client: SimulatedClient) => ClientSocket,
  ) {
    this.clock = new StandingClock(world.clock);
    this.runtime = new ClientRuntime(clientManifest, {
      url: 'ws://simulated',
      auth: { user },
      clock: this.clock,
      random: () => world.random.next(),
      openSocket: () => dial(this),
    });
    this.listen();
  }

  /** @param kept the session of another tab */
  start(kept?: KeptSession): void {
    if (kept !== undefined) this.runtime.restore(kept);
    this.runtime.start();
  }

  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.world.history.note({ kind: 'over', client: this.name });
    this.runtime.close();
    this.clock.die();
  }

  get sessionId(): string | undefined {
    return this.session;
  }

  keep(): KeptSession | undefined {
    return this.runtime.keep();
  }

  /** The state of the connection, for the end of a run. */
  get isConnected(): boolean {
    return this.runtime.rocket.state === 'open';
  }

  call(idempotent: boolean, deeds: readonly Deed[]): void {
    this.issue(idempotent ? 'Work.again' : 'Work.run', idempotent, { deeds });
  }

  join(group: string, isPresent: boolean): void {
    this.issue('Work.join', false, { group, isPresent });
  }

  leave(group: string): void {
    this.issue('Work.leave', false, { group });
  }

  stream(items: number, pause: number): void {
    const call = this.issued(false, items);
    if (call === undefined) return;
    const { history } = this.world;
    const abort = new AbortController();
    this.lastCall = { call, abort };
    const { Work } = this.runtime.rocket as unknown as {
      Work: { count(work: object, options: object): AsyncIterable<number> & PromiseLike<string> };
    };
    const stream = Work.count({ call, items, pause }, { signal: abort.signal });
    const read = async () => {
      for await (const number of stream) history.note({ kind: 'item', call, number });
      return stream;
    };
    this.settle(call, read());
  }

  cancel(): void {
    if (this.lastCall === undefined || this.clock.stands) return;
    const { call, abort } = this.lastCall;
    this.world.history.note({ kind: 'cancelling', call });
    abort.abort();
  }

  private issue(action: string, idempotent: boolean, params: object): void {
    const call = this.issued(idempotent);
    if (call === undefined) return;
    const abort = new AbortController();
    this.lastCall = { call, abort };
    const options = { signal: abort.signal };
    this.settle(call, this.runtime.call(action, { call, ...params }, options) as Promise<string>);
  }

  private issued(idempotent: boolean, items?: number): string | undefined {
    if (this.isOver || this.isCopied || this.clock.stands) return undefined;
    const call = this.world.nextName('call');
    const { name: client } = this;
    this.world.history.note({
      ...{ kind: 'issued', call, client, idempotent },
      ...(items !== undefined && { items }),
    });
    return call;
  }

  private settle(call: string, result: PromiseLike<string>): void {
    const { history } = this.world;
    void result.then(
      (value) => history.note({ kind: 'returned', call, value }),
      (error: unknown) => {
        const code = error instanceof RocketError ? error.code : String(error);
        history.note({ kind: 'failed', call, code });
      },
    );
  }

  private listen(): void {
    const { rocket } = this.runtime;
    const { world, name: client, user } = this;
    const { history } = world;
    const on = rocket.on as unknown as (name: string, listener: (event: never) => void) => void;
    on('Post.letter', ({ id }: { id: string }) => history.note({ kind: 'delivered', client, message: id }));
    on(
      'Post.presence',
      ({ user: other, group, isThere }: { user: string; group: string; isThere: boolean }) => {
        // Of itself a session is told nothing, of its user's other tabs it is.
        if (other !== user) history.note({ kind: 'noted', client, group, user: other, isThere });
      },
    );
    rocket.on('gap', ({ of, reason }) => history.note({ kind: 'gap', client, source: of, reason }));
    rocket.on('connect', ({ resumed }) => {
      const id = this.runtime.keep()?.session ?? '';
      if (id !== this.session) this.isCopied = false;
      this.session = id;
      history.note({ kind: 'connected', client, user, session: world.sessionName(id), resumed });
    });
    rocket.on('disconnect', () => history.note({ kind: 'disconnected', client }));
    rocket.on('refused', () => {
      if (this.isOver) return;
      this.isOver = true;
      history.note({ kind: 'over', client });
      world.replace(this);
    });
    rocket.on('error', ({ message }) => history.note({ kind: 'troubled', client, error: message }));
  }
}
