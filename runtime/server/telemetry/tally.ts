import { Counter, type Registry } from 'prom-client';

/** Values that a label may have; what comes beyond is counted as `other`. */
const mostValues = 250;

/**
 * A counter of up to two labels that is cheap to count with: two look-ups, where prom-client's own makes a text of the labels
 * each time. It is handed over when somebody reads.
 */
export class Tally {
  private readonly counts = new Map<string, Map<string, number>>();

  constructor(register: Registry, name: string, help: string, labels: readonly string[] = []) {
    const { counts } = this;
    if (labels.length === 0) this.add('', '', 0);
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [register],
      collect() {
        this.reset();
        for (const [one, others] of counts)
          for (const [other, count] of others) this.inc(labelled(labels, one, other), count);
      },
    });
  }

  /** @param one value of the first label. @param other of the second. */
  add(one = '', other = '', count = 1): void {
    let others = this.counts.get(one);
    if (others === undefined) {
      if (this.counts.size >= mostValues && one !== beyond) return this.add(beyond, other, count);
      others = new Map();
      this.counts.set(one, others);
    }
    const counted = others.get(other);
    if (counted === undefined && others.size >= mostValues && other !== beyond)
      return this.add(one, beyond, count);
    others.set(other, (counted ?? 0) + count);
  }
}

const beyond = 'other';

function labelled(labels: readonly string[], ...values: readonly string[]): Record<string, string> {
  return Object.fromEntries(labels.map((label, index) => [label, values[index] as string]));
}
