import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProblemsError } from '../../../src/problems.js';
import { hostInUrl, type Page } from '../http/http-server.js';
import { listenProblem } from '../http/listen-problem.js';

/** Answers `GET /metrics` on a port of its own, which need not be open to the world. */
export class MetricsServer {
  private readonly server: Server;

  /** @param read must not reject */
  constructor(private readonly read: () => Promise<Page>) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /**
   * @param port 0 takes a free one
   * @param host undefined stands for all addresses of the machine
   * @returns the URL at which metrics are read
   * @throws ProblemsError where the port or the host cannot be had
   */
  async listen(port: number, host: string | undefined): Promise<string> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.server.once('error', reject).listen(port, host, () => {
          this.server.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      const problem = listenProblem(error, port, host, { variable: 'METRICS_PORT', option: 'metrics.port' });
      throw problem === undefined ? error : new ProblemsError('Metrics cannot be served', [problem]);
    }
    return `http://${hostInUrl(host)}:${(this.server.address() as AddressInfo).port}/metrics`;
  }

  /** Whoever is reading is not waited for. Safe to call before `listen`, and twice. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    const isAsked = url?.split('?', 1)[0] === '/metrics' && (method === 'GET' || method === 'HEAD');
    if (!isAsked) {
      response
        .writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
        .end('Metrics are at /metrics\n');
      return;
    }
    const { contentType, text } = await this.read();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(method === 'HEAD' ? undefined : text);
  }
}
