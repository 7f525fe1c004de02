import type { Random } from '../simulation/random.js';

/** How a server in a process of its own is told where to keep what outlives it. */
export type EngineChoice =
  | { readonly kind: 'file'; readonly folder: string }
  | { readonly kind: 'redis'; readonly url: string; readonly functions: boolean };

/** What the servers of a run stand on: where what they share is kept, and what can go wrong with it. */
export interface Ground {
  /** How many servers stand on it. */
  readonly servers: number;
  start(): Promise<void>;
  engine(server: number): EngineChoice;
  /** Something goes wrong with it. */
  harm(scene: Scene): void;
  /** Ends everything that was started, whatever of it was. Safe to call twice. */
  stop(): Promise<void>;
}

/** What a ground needs of the run. */
export interface Scene {
  readonly random: Random;
  /** Something goes wrong. @param loses what is shared may be missing something from here on */
  note(fault: string, loses?: 'loses'): void;
  /** Undoes something after a while, or when calm is asked for. */
  until(ms: number, end: () => void): void;
  /** Goes on for a while: calm waits for it, and nothing else goes wrong with the ground meanwhile. */
  during(work: () => Promise<void>): void;
}
