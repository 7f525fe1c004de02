import type { Engine, EngineSettings } from './engine.js';
import { Store } from './store.js';
import { StoreEngine } from './store-engine.js';

/** The engine of a single process that leaves nothing behind: an append is a count, and delivery a function call. */
export class MemoryEngine extends StoreEngine {
  readonly outlives = false;

  protected open(settings: EngineSettings): Store {
    return new Store(settings);
  }

  protected close(store: Store): void {
    store.stop();
  }
}

/** Several nodes in one process, for tests and simulations. */
export interface MemoryCluster {
  /** An engine for one more node. All are started with equal settings. */
  engine(): MemoryClusterEngine;
  /** Forgets everything and lets go of timers. */
  stop(): void;
}

export interface MemoryClusterEngine extends Engine {
  /** As `kill -9` ends a node: its writes are refused and it is told nothing from now on; others notice 5 s later. */
  kill(): void;
}

/**
 * @example
 * const cluster = memoryEngines();
 * const [one, other] = [cluster.engine(), cluster.engine()];
 */
export function memoryEngines(): MemoryCluster {
  let store: Store | undefined;
  return {
    engine: () =>
      new ClusterEngine((settings) => {
        store ??= new Store(settings);
        return store;
      }),
    stop: () => store?.stop(),
  };
}

class ClusterEngine extends StoreEngine implements MemoryClusterEngine {
  readonly outlives = true;

  constructor(private readonly shared: (settings: EngineSettings) => Store) {
    super();
  }

  kill(): void {
    this.vanish();
  }

  protected open(settings: EngineSettings): Store {
    return this.shared(settings);
  }

  protected close(): void {
    // What is left is the other nodes'.
  }
}
