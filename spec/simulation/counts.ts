import type { Violation } from './checker.js';
import type { History } from './history.js';

/** What was seen in many histories together. */
export class Counts {
  private schedules = 0;
  private deliveries = 0;
  private calls = 0;
  private reconnects = 0;
  private resumed = 0;
  private gaps = 0;
  private lost = 0;
  private duplicated = 0;
  private reordered = 0;
  private others = 0;
  private readonly faults = new Map<string, number>();

  add(history: History, violations: readonly Violation[]): void {
    this.schedules += 1;
    for (const one of history.seen) {
      if (one.kind === 'delivered') this.deliveries += 1;
      else if (one.kind === 'issued') this.calls += 1;
      else if (one.kind === 'gap') this.gaps += 1;
      else if (one.kind === 'disconnected') this.reconnects += 1;
      else if (one.kind === 'connected' && one.resumed) this.resumed += 1;
      else if (one.kind === 'fault') this.faults.set(one.fault, (this.faults.get(one.fault) ?? 0) + 1);
    }
    for (const { invariant } of violations) {
      if (invariant === 'no loss') this.lost += 1;
      else if (invariant === 'no duplicates') this.duplicated += 1;
      else if (invariant === 'order per source' || invariant === 'order of emissions') this.reordered += 1;
      else this.others += 1;
    }
  }

  print(seconds: number): string {
    const total = [...this.faults.values()].reduce((sum, count) => sum + count, 0);
    const kinds = [...this.faults].sort().map(([fault, count]) => `${fault} ${count}`);
    return [
      `${this.schedules} schedules in ${seconds.toFixed(1)} s: ${this.deliveries} deliveries, ${this.calls} calls, ${this.reconnects} connections lost, ${this.resumed} resumes, ${this.gaps} gaps told`,
      `${total} faults of ${kinds.length} kinds: ${kinds.join(', ')}`,
      // A loss is counted where no gap covers it.
      `lost without a gap ${this.lost}, duplicated ${this.duplicated}, reordered ${this.reordered}, other violations ${this.others}`,
    ].join('\n');
  }
}
