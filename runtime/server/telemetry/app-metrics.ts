import type { Registry } from 'prom-client';
import type { Events } from '../../../src/events.js';
import type { Page } from '../http/http-server.js';
import type { Metrics } from './metrics.js';
import { MetricsServer } from './metrics-server.js';
import type { NodeState } from './node-gauges.js';

/** How an app's metrics are had. */
export interface MetricsOptions {
  /** A port of their own, on which `GET /metrics` answers; 0 takes a free one. @default none: whoever gave `register` serves it */
  readonly port?: number;
  /** Where that port is. @default the app's `host` */
  readonly host?: string;
  /**
   * A prom-client registry that has the app's metrics beside what else is in it; they are taken out when the app is closed. Metrics
   * of the process are then left to whoever made it. @default one of the app's own, with metrics of the process
   */
  readonly register?: Registry;
}

/** An app's metrics as its options want them: counted or not, and served where. */
export class AppMetrics {
  private readonly options: MetricsOptions | undefined;
  private metrics: Metrics | undefined;
  private server: MetricsServer | undefined;
  /** For the app's own port, once it has started; undefined: it is not to serve them. */
  readonly page: (() => Promise<Page>) | undefined;

  /** @param options true: to be served on the app's port. False: nothing is counted */
  constructor(
    options: boolean | MetricsOptions,
    private readonly events: Events,
    private readonly node: NodeState,
    private readonly isReady: () => boolean,
  ) {
    this.options = typeof options === 'boolean' ? (options ? {} : undefined) : options;
    this.page = options === true ? () => this.read() : undefined;
  }

  /** From now on what happens is counted. */
  async start(): Promise<void> {
    if (this.options === undefined) return;
    // Loaded where it is wanted: an app that counts nothing does not wait for prom-client.
    const { Metrics } = await import('./metrics.js');
    this.metrics = new Metrics(this.events, this.node, this.isReady, this.options.register);
  }

  /**
   * Serves them, where they have a port of their own.
   *
   * @param host of the app
   * @throws ProblemsError where the port or the host cannot be had
   */
  async listen(host: string | undefined): Promise<void> {
    if (this.options?.port === undefined) return;
    this.server = new MetricsServer(() => this.read());
    const url = await this.server.listen(this.options.port, this.options.host ?? host);
    this.events.report('metrics.listening', { url });
  }

  /** Counts no more. Safe to call at any time. */
  async close(): Promise<void> {
    this.metrics?.stop();
    await this.server?.close();
  }

  private async read(): Promise<Page> {
    return (await this.metrics?.page()) ?? { contentType: 'text/plain; charset=utf-8', text: '' };
  }
}
