import type { EngineNode, NewEntry } from '../engine.js';
import { entryText } from './entry-text.js';
import type { Lane } from './lane.js';

/** How many are under way to Redis at the most; more are dropped, as what is volatile may be. */
const mostUnderWay = 1_000;
/** How many ids are remembered of what may come twice. */
const mostRecent = 1_000;

/** Volatile entries for sources, to all nodes that follow any of them. */
export class Flashes {
  private readonly recent = new Set<string>();
  private underWay = 0;
  private count = 0;

  constructor(
    private readonly node: EngineNode,
    private readonly laneOf: (source: string) => Lane,
  ) {}

  /** As `Engine.publish`. */
  publish(sources: readonly string[], entry: NewEntry): void {
    if (sources.some((source) => this.laneOf(source).sources.has(source))) this.node.flash(sources, entry);
    const byLane = new Map<Lane, string[]>();
    for (const source of sources) {
      const lane = this.laneOf(source);
      const some = byLane.get(lane);
      if (some === undefined) byLane.set(lane, [source]);
      else some.push(source);
    }
    this.count += 1;
    const id = byLane.size === 1 ? '-' : `${this.node.id}:${this.count}`;
    const text = entryText(entry);
    const all = JSON.stringify(sources);
    for (const [{ partition }, some] of byLane) {
      if (this.underWay >= mostUnderWay) return;
      this.underWay += 1;
      partition
        .run('flash', this.node.id, id, text, all, ...some)
        .catch(() => undefined)
        .finally(() => {
          this.underWay -= 1;
        });
    }
  }

  /** What another node has published. */
  flash(id: string, sources: readonly string[], entry: NewEntry): void {
    if (id !== '-') {
      if (this.recent.has(id)) return;
      this.recent.add(id);
      for (const oldest of this.recent) {
        if (this.recent.size <= mostRecent) break;
        this.recent.delete(oldest);
      }
    }
    this.node.flash(sources, entry);
  }
}
