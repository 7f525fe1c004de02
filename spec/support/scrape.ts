/** What Prometheus would read: samples by name and labels as they stand in the text, `rocket_ready` or `rocket_gaps_total{source="all",…}`. */
export async function scrape(url: string): Promise<Scraped> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`No metrics at ${url}: ${response.status} ${text}`);
  return new Scraped(text);
}

export class Scraped {
  private readonly samples = new Map<string, number>();

  constructor(readonly text: string) {
    for (const line of text.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const sample = /^([a-z0-9_]+(?:\{[^}]*\})?) (\S+)$/i.exec(line);
      if (sample === null) throw new Error(`Not a sample: ${line}`);
      const [, name, value] = sample as unknown as [string, string, string];
      if (this.samples.has(name)) throw new Error(`Told twice: ${name}`);
      this.samples.set(name, value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value));
    }
  }

  /** @param name with its labels in the order in which they are declared; undefined where there is no such sample */
  value(name: string): number | undefined {
    return this.samples.get(name);
  }

  /** All samples of one metric: labels, as they stand in the text, to values. */
  of(metric: string): Record<string, number> {
    const found = [...this.samples].filter(([name]) => name === metric || name.startsWith(`${metric}{`));
    return Object.fromEntries(found.map(([name, value]) => [name.slice(metric.length), value]));
  }
}
