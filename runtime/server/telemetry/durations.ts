import { Histogram, type Registry } from 'prom-client';

/** Upper bounds in seconds: from what a call costs that touches memory only to the default deadline of a call. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * A histogram of seconds with one label that is cheap to observe with. prom-client's own makes a text of the labels each time,
 * which costs a tenth of a call; this one finds a bound and adds, and is written out when somebody reads.
 */
export class Durations extends Histogram<string> {
  private readonly series = new Map<string, Series>();

  constructor(
    register: Registry,
    private readonly metric: string,
    private readonly text: string,
    private readonly label: string,
  ) {
    super({ name: metric, help: text, labelNames: [label], buckets: bounds, registers: [register] });
  }

  /** @param value of the label; the caller sees to it that there are not too many of them */
  add(value: string, milliseconds: number): void {
    let series = this.series.get(value);
    if (series === undefined) {
      series = { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
      this.series.set(value, series);
    }
    const seconds = milliseconds / 1_000;
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] as number)) index += 1;
    series.counts[index] = (series.counts[index] as number) + 1;
    series.sum += seconds;
  }

  /** What prom-client writes a metric out with, whoever reads it. */
  async getForPromString(): Promise<object> {
    const values = [...this.series].flatMap(([value, series]) =>
      this.written({ [this.label]: value }, series),
    );
    return { name: this.metric, help: this.text, type: 'histogram', aggregator: 'sum', values };
  }

  /** A bucket counts what is in the lower ones too. */
  private written(labels: Labels, { counts, sum }: Series): Sample[] {
    let count = 0;
    const buckets = counts.map((more, index) => {
      count += more;
      return this.sample('bucket', { le: bounds[index] ?? '+Inf', ...labels }, count);
    });
    return [...buckets, this.sample('sum', labels, sum), this.sample('count', labels, count)];
  }

  private sample(suffix: string, labels: Labels, value: number): Sample {
    return { metricName: `${this.metric}_${suffix}`, labels, sharedLabels: {}, value };
  }
}

interface Series {
  /** By the lowest bound that is not exceeded; the last is beyond all bounds. */
  readonly counts: number[];
  sum: number;
}

type Labels = Readonly<Record<string, string | number>>;

interface Sample {
  readonly metricName: string;
  readonly labels: Labels;
  readonly sharedLabels: Labels;
  readonly value: number;
}
