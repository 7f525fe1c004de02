/** How many entries wait at the most while earlier ones are read. */
const capacity = 1_000;

/** Entries that came while earlier ones are missing: the newest of one generation, without a hole among them. */
export class Ahead {
  private generation = '';
  private first = 0;
  /** Of each entry its head and its body. */
  private lines: string[] = [];

  add(generation: string, first: number, lines: readonly string[]): void {
    const isNext = generation === this.generation && first === this.end;
    if (!isNext) {
      // What came twice or late is in the log, if it is wanted at all.
      if (generation === this.generation && first < this.end) return;
      this.generation = generation;
      this.first = first;
      this.lines = [];
    }
    this.lines.push(...lines);
    const surplus = this.lines.length / 2 - capacity;
    if (surplus <= 0) return;
    this.lines.splice(0, surplus * 2);
    this.first += surplus;
  }

  /** Whether there is something of another generation, or behind `head` of this one. */
  reaches(generation: string, head: number): boolean {
    return this.lines.length > 0 && (generation !== this.generation || this.end > head + 1);
  }

  /** Takes out what there is, if it goes on behind `head` without a hole. */
  take(
    generation: string,
    head: number,
  ): { readonly first: number; readonly lines: readonly string[] } | undefined {
    if (generation !== this.generation || this.first > head + 1 || this.lines.length === 0) return undefined;
    const { first, lines } = this;
    this.lines = [];
    return { first, lines };
  }

  /** The number behind the last entry. */
  private get end(): number {
    return this.first + this.lines.length / 2;
  }
}
