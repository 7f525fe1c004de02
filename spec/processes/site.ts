import type { Observation } from '../simulation/history.js';
import type { EngineChoice } from './ground.js';
import { FaultProxy } from './proxy.js';
import { FaultyServer, type Witnessed } from './server-process.js';

/** One server of a run, the proxy before it, and its restarts. */
export class Site {
  readonly server: FaultyServer;
  private proxied: FaultProxy | undefined;
  /** Settles when the server serves again. */
  restarting: Promise<void> | undefined;

  constructor(
    engine: () => EngineChoice,
    private readonly note: (observation: Observation) => void,
    seen: (witnessed: Witnessed) => void,
  ) {
    this.server = new FaultyServer(engine, seen);
  }

  get proxy(): FaultProxy {
    if (this.proxied === undefined) throw new Error('The site was not started');
    return this.proxied;
  }

  async start(): Promise<void> {
    await this.server.start();
    this.proxied = await FaultProxy.start(this.server.port);
  }

  /** @param away settles when it may come back */
  restart(signal: 'SIGKILL' | 'SIGTERM', away: () => Promise<void>): void {
    const run = async () => {
      const { id } = this.server;
      await this.server.end(signal);
      this.note({ kind: 'died', node: id });
      await away();
      await this.server.start();
      this.restarting = undefined;
    };
    this.restarting = run();
    // Told where the run waits for it.
    this.restarting.catch(() => undefined);
  }

  /** What is to be done to end everything, whatever of it was started. */
  endings(): (() => Promise<unknown> | undefined)[] {
    return [
      () => this.restarting,
      () => this.proxied?.stop(),
      () => this.server.end('SIGTERM'),
      () => this.server.silence(),
    ];
  }
}
