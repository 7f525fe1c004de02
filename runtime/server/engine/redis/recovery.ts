import type { EngineNode } from '../engine.js';
import type { Lane } from './lane.js';

/**
 * Finds out what a node has missed: in lanes where something was lost, all sources are followed anew, and then the node looks after
 * its sessions, which may be another's by now, or unknown. One recovery is under way at a time.
 */
export class Recovery {
  private readonly wanted = new Set<Lane>();
  private running: Promise<void> | undefined;
  private isOver = false;

  constructor(private readonly node: EngineNode) {}

  request(lane: Lane): void {
    this.wanted.add(lane);
    this.work();
  }

  /** Goes on with what could not be done before. */
  work(): void {
    if (this.isOver || this.wanted.size === 0) return;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  /** Settles when nothing is left to find out. @returns whether that is so, or Redis could not be reached */
  async settled(): Promise<boolean> {
    while (this.running !== undefined) await this.running;
    return this.wanted.size === 0;
  }

  stop(): void {
    this.isOver = true;
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    while (this.wanted.size > 0 && !this.isOver) {
      const lanes = [...this.wanted];
      this.wanted.clear();
      const outcomes = await Promise.allSettled(lanes.map(({ sources }) => sources.recover()));
      const failed = lanes.filter((_, index) => outcomes[index]?.status === 'rejected');
      if (failed.length < lanes.length && !this.isOver) await this.node.revalidate();
      // A beat goes on with them.
      if (failed.length > 0) {
        for (const lane of failed) this.wanted.add(lane);
        return;
      }
    }
  }
}
