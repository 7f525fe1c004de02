import { once } from 'node:events';
import { WebSocket } from 'ws';
import { isPosition } from '../../src/protocol/positions.js';

/** The position in a frame, or the reason why there is none. */
export function positionOf(
  frame: Record<string, unknown> | undefined,
): readonly [generation: string, number: number] {
  if (!isPosition(frame?.$at)) throw new Error(`No position in ${JSON.stringify(frame)}`);
  return frame.$at;
}

/** What a person with a WebSocket tool has: frames out, frames in. It knows nothing of the protocol. */
export class BareClient {
  readonly received: Record<string, unknown>[] = [];
  closeCode: number | undefined;
  private waiting: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.received.push(JSON.parse(String(data)));
      this.wake();
    });
    socket.on('close', (code) => {
      this.closeCode = code;
      this.wake();
    });
  }

  /** @param url such as `http://127.0.0.1:3000`; the path is part of it. */
  static async open(
    url: string,
    protocols: string[] = [],
    headers: Record<string, string> = {},
  ): Promise<BareClient> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols, { headers });
    const client = new BareClient(socket);
    await once(socket, 'open');
    return client;
  }

  /** A `rocket.v1` client that has been welcomed; its first frame is taken off. */
  static async hello(
    url: string,
    hello: object = {},
  ): Promise<BareClient & { welcome: Record<string, unknown> }> {
    const client = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
    client.send({ $hello: hello });
    const first = await client.next();
    return Object.assign(client, { welcome: first.$welcome as Record<string, unknown> });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next frame that has not been taken yet. */
  async next(): Promise<Record<string, unknown>> {
    await this.until(() => this.received.length > 0);
    return this.received.shift() as Record<string, unknown>;
  }

  async take(count: number): Promise<Record<string, unknown>[]> {
    await this.until(() => this.received.length >= count);
    return this.received.splice(0, count);
  }

  /** The code with which the connection was closed. */
  async closed(): Promise<number> {
    await this.until(() => this.closeCode !== undefined, true);
    return this.closeCode as number;
  }

  /** Whether the connection works: it answers a call that no app has. Everything sent before has been read then. */
  async answers(): Promise<Record<string, unknown>> {
    this.send('"Nobody.home"');
    for (;;) {
      const frame = await this.next();
      if ((frame.$error as { call?: string } | undefined)?.call === 'Nobody.home') return frame;
      this.passed.push(frame);
    }
  }

  /** Frames that `answers` passed over. */
  readonly passed: Record<string, unknown>[] = [];

  close(): void {
    this.socket.terminate();
  }

  private async until(done: () => boolean, mayClose = false): Promise<void> {
    while (!done()) {
      if (this.closeCode !== undefined && !mayClose)
        throw new Error(`The connection was closed with ${this.closeCode}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
