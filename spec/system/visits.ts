import type { RocketApp } from '../../runtime/server/index.js';
import type { EventName } from '../../src/events.js';
import { BareClient } from '../support/bare-client.js';

/** A client that has been welcomed. */
export type Welcomed = Awaited<ReturnType<typeof BareClient.hello>>;

/** The `rocket.v1` clients of a spec, which ends them all. */
export class Visits {
  private readonly clients: BareClient[] = [];

  async hello(url: string, greeting: object = {}): Promise<Welcomed> {
    const client = await BareClient.hello(url, greeting);
    this.clients.push(client);
    return client;
  }

  /** Goes on with the session of another connection; `changes` to what it says of it, by default that it has seen nothing. */
  resume(url: string, former: Welcomed, changes: object = {}, auth?: object): Promise<Welcomed> {
    return this.hello(url, { ...resuming(former, changes), ...(auth && { auth }) });
  }

  end(): void {
    for (const client of this.clients.splice(0)) client.close();
  }
}

/** What a client says that goes on with the session of another connection. */
export function resuming({ welcome: { session, secret, at } }: Welcomed, changes: object = {}): object {
  return { resume: { session, secret, seen: at, left: {}, pending: [], ...changes } };
}

/** Settles when the app reports the event the next time. Ask before causing it. */
export function reported(app: RocketApp, name: EventName): Promise<void> {
  return new Promise((resolve) => {
    const stop = app.events.on(name, () => {
      stop();
      resolve();
    });
  });
}

/** Cuts the connection, and settles when the app knows. */
export async function lost(client: BareClient, app: RocketApp): Promise<void> {
  const closed = reported(app, 'connection.closed');
  client.close();
  await closed;
}
