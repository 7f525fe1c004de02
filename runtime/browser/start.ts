import type { ClientManifest } from '../../src/contract/manifest.js';
import type { Client, ClientOptions, ClientPart } from '../client/client.js';
import { ClientRuntime } from '../client/client.js';
import type { ControllerClass } from '../client/controllers.js';
import { FieldRules } from './field-rules.js';
import { Forms } from './forms.js';
import { Links } from './links.js';
import { pageUrl } from './page-url.js';

export interface StartOptions extends Omit<ClientOptions, 'url'> {
  /** Where the server listens. @default `/rocket` on the host of the page */
  readonly url?: string;
}

/**
 * Takes over a page: makes the client controllers, listens to links and forms, connects. Emitted code calls
 * it as `start`, with one class for each client controller.
 *
 * @returns the client at once; calls made before it is connected wait.
 * @example
 * const rocket = start({ controllers: { Song: SongController } });
 * rocket.on('firstConnect', () => rocket.Song.index());
 */
export function startWith(
  manifest: ClientManifest,
  options: StartOptions & { readonly controllers: Readonly<Record<string, ControllerClass>> },
): Client {
  const { controllers, ...rest } = options;
  const runtime = new ClientRuntime(manifest, { ...rest, url: options.url ?? pageUrl('start') });
  runtime.createControllers(controllers);
  runtime.add(new Links(runtime, document));
  runtime.add(new FieldRules(manifest.fields, document));
  runtime.add(new Forms(runtime, document));
  runtime.add(new Awakening(runtime));
  runtime.start();
  return runtime.rocket;
}

/** Reconnects at once when the browser is online again or the page is looked at again. */
class Awakening implements ClientPart {
  constructor(private readonly runtime: ClientRuntime) {}

  start(): void {
    window.addEventListener('online', this.isOnline);
    document.addEventListener('visibilitychange', this.visibilityChanged);
  }

  stop(): void {
    window.removeEventListener('online', this.isOnline);
    document.removeEventListener('visibilitychange', this.visibilityChanged);
  }

  private readonly isOnline = (): void => this.runtime.wake();

  private readonly visibilityChanged = (): void => {
    if (document.visibilityState === 'visible') this.runtime.wake();
  };
}
