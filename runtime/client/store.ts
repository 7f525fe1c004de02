import type { Unsubscribe } from './listeners.js';

/**
 * A value that changes, to be shown by whatever draws the page. It fits Svelte's store contract (`$store`), React's
 * `useSyncExternalStore` and every other library that can subscribe to something; its functions may be handed over
 * without their store. A value is the same object until it changes.
 *
 * @example
 * // React
 * const { state } = useSyncExternalStore(rocket.connection.subscribe, rocket.connection.get);
 *
 * // Vue
 * const connection = shallowRef(rocket.connection.get());
 * onScopeDispose(rocket.connection.subscribe((now) => (connection.value = now)));
 */
export interface Store<Value> {
  /** The value now. */
  readonly get: () => Value;
  /**
   * Calls the listener with the value, at once and with every later one. A listener that throws is an `error` event.
   *
   * @returns the function that unsubscribes.
   */
  readonly subscribe: (listener: (value: Value) => void) => Unsubscribe;
}

/** A store and its source. */
export class Source<Value> implements Store<Value> {
  private readonly listeners = new Set<() => void>();

  /** @param attempt runs a piece of the app's code and never throws. */
  constructor(
    private value: Value,
    private readonly attempt: (run: () => unknown) => unknown,
  ) {}

  readonly get = (): Value => this.value;

  readonly subscribe = (listener: (value: Value) => void): Unsubscribe => {
    // Of each subscription its own, so that the same function subscribed twice is removed once.
    const tell = () => void this.attempt(() => listener(this.value));
    this.listeners.add(tell);
    tell();
    return () => this.listeners.delete(tell);
  };

  set(value: Value): void {
    this.value = value;
    for (const tell of this.listeners) tell();
  }
}
