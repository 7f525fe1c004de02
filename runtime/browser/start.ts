import type { ClientManifest } from '../../src/contract/manifest.js';
import type { Client, ClientOptions } from '../client/client.js';
import { ClientRuntime } from '../client/client-runtime.js';
import type { ControllerClass } from '../client/controllers.js';
import { Awakening } from './awakening.js';
import { FieldRules } from './field-rules.js';
import { Forms } from './forms.js';
import { Links } from './links.js';
import { pageUrl } from './page-url.js';
import { SessionKeeper } from './session-keeper.js';

export interface StartOptions extends Omit<ClientOptions, 'url'> {
  /** Where the server listens. @default `/rocket` on the host of the page */
  readonly url?: string;
  /**
   * Whether a reload goes on with the session, so that nothing is missed meanwhile. It is kept in `sessionStorage` while
   * no page of the tab is there; a duplicated tab has a session of its own. @default true
   */
  readonly keepSession?: boolean;
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
  const { controllers, keepSession = true, ...rest } = options;
  const url = options.url ?? pageUrl('start');
  const runtime = new ClientRuntime(manifest, { ...rest, url });
  if (keepSession) {
    const keeper = new SessionKeeper(runtime, url);
    keeper.take();
    runtime.add(keeper);
  }
  // They may call the server when they are made.
  runtime.createControllers(controllers);
  runtime.add(new Links(runtime, document));
  runtime.add(new FieldRules(manifest.fields, document));
  runtime.add(new Forms(runtime, document));
  runtime.add(new Awakening(runtime));
  runtime.start();
  return runtime.rocket;
}
