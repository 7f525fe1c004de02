import type { Clock } from '../../src/clock.js';
import type { ClientEvents } from './client-events.js';
import type { ConnectionState } from './connection.js';
import type { ConnectionSnapshot } from './connection-snapshot.js';
import type { Auth } from './credentials.js';
import type { Unsubscribe } from './listeners.js';
import type { SocketFactory } from './socket.js';
import type { Store } from './store.js';

/**
 * A connected client. The generated one adds a property for each controller: `rocket.Song.show({ id })`
 * calls the server and settles with the action's result, or rejects with a `RocketError`. The second parameter
 * of every call is its `CallOptions`.
 *
 * A call whose promise nobody awaits and which fails is reported as the event `error`.
 */
export interface Client<Actions = Record<string, unknown>> {
  /** What the connection is doing. */
  readonly state: ConnectionState;
  /**
   * The connection as something to show: its state, how many calls wait for it.
   *
   * @example
   * // React
   * const { state, waiting } = useSyncExternalStore(rocket.connection.subscribe, rocket.connection.get);
   *
   * // Vue
   * const connection = shallowRef(rocket.connection.get());
   * onScopeDispose(rocket.connection.subscribe((now) => (connection.value = now)));
   */
  readonly connection: Store<ConnectionSnapshot>;
  /**
   * The newest arguments that a client action was called with, by this page load; undefined before the first time. It
   * needs no controller, and where there is one it changes when that has run. Of one name it is always the same store.
   *
   * @example
   * // React
   * const songs = rocket.latest('Song.index');
   * const args = useSyncExternalStore(songs.subscribe, songs.get);
   *
   * // Vue
   * const args = shallowRef(songs.get());
   * onScopeDispose(songs.subscribe((now) => (args.value = now)));
   */
  latest<Name extends keyof Actions & string>(name: Name): Store<Actions[Name] | undefined>;
  /**
   * Listens to an event of the client.
   *
   * @returns the function that unsubscribes.
   * @example rocket.on('disconnect', () => showOffline());
   */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => unknown,
  ): Unsubscribe;
  /**
   * Listens to a client action, beside its controller or without one.
   *
   * @returns the function that unsubscribes.
   * @example rocket.on('App.showMessage', ({ title, msg }) => console.log(title, msg));
   */
  on<Name extends keyof Actions & string>(
    name: Name,
    listener: (args: Actions[Name]) => unknown,
  ): Unsubscribe;
  /**
   * Gives the server new credentials, for the living session and for later connections. Without a connection they are
   * part of the next hello, which is then tried at once.
   *
   * @param auth as the option `auth`: the credentials, or a function that gets them, now and before each reconnect.
   * @returns settles when the server has taken them.
   * @throws RocketError `unauthenticated`, or what else the app's authenticator says: those from before stay.
   * @example await rocket.authenticate({ token });
   */
  authenticate(auth: Auth): Promise<void>;
  /** Ends the connection for good: waiting calls are rejected, and no timer or listener is left. */
  close(): void;
}

export interface ClientOptions {
  /** Where the server listens: `ws://…` or `wss://…`; `http://…` and `https://…` are taken as these. */
  readonly url: string;
  /**
   * Credentials for the app's authenticator, a token say, or a function that gets them, which is asked
   * again before each reconnect. @default none: cookies alone
   */
  readonly auth?: Auth;
  /**
   * How many calls may wait: for a connection, or until fewer of those that were sent are without an answer. One more
   * is rejected as `unavailable`. @default 1000
   */
  readonly queueLimit?: number;
  /** Time, for tests and simulations. @default the system's */
  readonly clock?: Clock;
  /** Randomness of the reconnect delay, for tests and simulations. @default Math.random */
  readonly random?: () => number;
  /** How sockets are opened, for tests and simulations. @default the platform's WebSocket */
  readonly openSocket?: SocketFactory;
}
