import type { Store } from './store.js';
import { Source } from './store.js';

/** The newest arguments of each client action, as stores for those who ask. */
export class Latest {
  /** As they came, until somebody asks: reviving what nobody looks at costs for nothing. */
  private readonly wireArgs = new Map<string, unknown>();
  private readonly stores = new Map<string, Source<unknown>>();

  /**
   * @param revive arguments as they came → as their type says.
   * @param attempt runs a piece of the app's code and never throws.
   */
  constructor(
    private readonly revive: (name: string, wireArgs: unknown) => unknown,
    private readonly attempt: (run: () => unknown, what: string) => unknown,
  ) {}

  has(name: string): boolean {
    return this.stores.has(name);
  }

  came(name: string, wireArgs: unknown): void {
    if (!this.stores.has(name)) this.wireArgs.set(name, wireArgs);
  }

  /** Its controller has run. */
  handled(name: string, args: unknown): void {
    this.stores.get(name)?.set(args);
  }

  /** Of one name always the same. */
  store(name: string): Store<unknown> {
    const known = this.stores.get(name);
    if (known !== undefined) return known;
    let args: unknown;
    if (this.wireArgs.has(name)) {
      this.attempt(() => {
        args = this.revive(name, this.wireArgs.get(name));
      }, `Reading the arguments of ${name}`);
      this.wireArgs.delete(name);
    }
    const store = new Source(args, (run) => this.attempt(run, `The subscriber to ${name}`));
    this.stores.set(name, store);
    return store;
  }
}
