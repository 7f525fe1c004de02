import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Hello, Message } from '../../../src/protocol/frames.js';
import { welcome } from '../client/memory-server.js';

interface KnownSession {
  readonly secret: string;
  /** What was sent from its own source, in order. */
  readonly sent: object[];
  socket: WebSocket;
}

/** Serves one script on pages, and sessions that can be gone on with: what is enough of a server for the client's side. */
export class ResumingServer {
  readonly hellos: Hello[] = [];
  readonly calls: Message[] = [];
  private readonly sessions = new Map<string, KnownSession>();

  private constructor(
    private readonly http: Server,
    readonly url: string,
  ) {}

  static async start(script: string): Promise<ResumingServer> {
    const http = createServer((request, response) => {
      const isScript = request.url === '/app.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      const element = request.url === '/elsewhere' ? '' : '<script type="module" src="/app.js"></script>';
      response.end(
        isScript
          ? script
          : `<!doctype html><html lang="en"><title>Spec</title><link rel="icon" href="data:,">${element}<p>Page`,
      );
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const server = new ResumingServer(http, `http://127.0.0.1:${(http.address() as AddressInfo).port}/`);
    new WebSocketServer({ server: http, handleProtocols: () => 'rocket.v1' }).on('connection', (socket) =>
      server.listen(socket),
    );
    return server;
  }

  /** The ids of all sessions there have been. */
  get ids(): string[] {
    return [...this.sessions.keys()];
  }

  /** Sends to a session, now or when it comes back. */
  transmit(id: string, calls: object): void {
    const session = this.sessions.get(id);
    if (session === undefined) throw new Error(`No session ${id}`);
    session.sent.push({ ...calls, $at: ['g', session.sent.length + 1] });
    session.socket.send(JSON.stringify(session.sent.at(-1)));
  }

  /** Cuts the connection of a session. */
  cut(id: string): void {
    this.sessions.get(id)?.socket.terminate();
  }

  async stop(): Promise<void> {
    for (const { socket } of this.sessions.values()) socket.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private listen(socket: WebSocket): void {
    socket.on('message', (data) => {
      const frame: Message | Message[] = JSON.parse(String(data));
      for (const message of [frame].flat()) {
        if (message.$hello !== undefined) this.greet(socket, message.$hello as Hello);
        else if (message.$id !== undefined) {
          this.calls.push(message);
          socket.send(JSON.stringify({ $re: message.$id }));
        }
      }
    });
  }

  private greet(socket: WebSocket, hello: Hello): void {
    this.hellos.push(hello);
    const { resume } = hello;
    const known = this.sessions.get(resume?.session ?? '');
    const resumed = known !== undefined && known.secret === resume?.secret;
    const id = resumed ? String(resume?.session) : `s${this.sessions.size + 1}`;
    const session = resumed ? known : { secret: `secret of ${id}`, sent: [], socket };
    if (resumed) session.socket.close(4409);
    session.socket = socket;
    this.sessions.set(id, session);
    const { secret, sent } = session;
    const welcomed = { ...welcome, session: id, secret, resumed, window: 120_000 };
    socket.send(JSON.stringify({ $welcome: welcomed }));
    for (const missed of sent.slice(resume?.seen['']?.[1] ?? 0)) socket.send(JSON.stringify(missed));
  }
}
