import type { ClientManifest } from '../../src/contract/manifest.js';
import { RocketError } from '../../src/errors.js';
import type { Client, ClientOptions } from '../client/client.js';
import { ClientRuntime } from '../client/client-runtime.js';
import { pageUrl } from './page-url.js';

export interface ConnectOptions extends Omit<ClientOptions, 'url'> {
  /**
   * Where the server listens, such as `ws://localhost:3000/rocket`. Required where there is no page.
   *
   * @default `/rocket` on the host of the page
   */
  readonly url?: string;
  /** Milliseconds until `connect` gives up. Attempts are made as on any reconnect until then. @default 10000 */
  readonly timeout?: number;
}

/**
 * Connects without a page: in Node, in a worker, in a script. Emitted code calls it as `connect`.
 *
 * @returns the client, once the server has welcomed it.
 * @throws RocketError when the server refuses (`unauthenticated`, `unavailable`) or cannot be reached in time
 * (`unavailable`); whatever `auth` throws.
 * @example const rocket = await connect({ url: 'ws://localhost:3000/rocket', auth: { token } });
 */
export function connectWith(manifest: ClientManifest, options: ConnectOptions = {}): Promise<Client> {
  const { timeout = 10_000, ...rest } = options;
  const runtime = new ClientRuntime(manifest, { ...rest, url: options.url ?? pageUrl('connect') });
  const { rocket } = runtime;
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      for (const stop of waiting) stop();
      settle();
    };
    const giveUp = (error: Error) =>
      end(() => {
        rocket.close();
        reject(error);
      });
    const waiting = [
      rocket.on('firstConnect', () => end(() => resolve(rocket))),
      rocket.on('error', giveUp),
      rocket.on('refused', ({ code, reason }) => giveUp(refusal(reason || `close code ${code}`))),
      runtime.after(timeout, () =>
        giveUp(
          refusal(
            `no answer from ${options.url ?? 'the server'} in ${timeout} ms; does it run there, and is this its path?`,
          ),
        ),
      ),
    ];
    runtime.start();
  });
}

function refusal(detail: string): RocketError {
  return new RocketError('unavailable', `Could not connect: ${detail}`);
}
