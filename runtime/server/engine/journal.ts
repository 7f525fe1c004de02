import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import type { Cancel, Clock } from '../../../src/clock.js';
import { RocketError } from '../../../src/errors.js';
import type { Fact, FactSink } from './facts.js';
import { readLines, toLine } from './journal-lines.js';

export type Durability = 'os' | 'disk';

/** Milliseconds until a write that failed is tried again. */
const retryPause = 500;
/** Below this many bytes a journal is never summed up. */
const smallest = 1 << 20;

/**
 * A file to which facts are appended. What is noted within a tick is written together, in order, one write at a time;
 * a write that failed is repeated at the same place. A journal that has grown to several times the state is
 * replaced by a summary of it.
 */
export class Journal implements FactSink {
  private facts: Fact[] = [];
  private waiting: (() => void)[] = [];
  private readonly answers = new Set<(error: RocketError) => void>();
  private working: Promise<void> | undefined;
  private cancel: Cancel | undefined;
  private limit: number;
  private failure: string | undefined;

  private constructor(
    private readonly path: string,
    private file: FileHandle,
    private size: number,
    private readonly durability: Durability,
    private readonly clock: Clock,
    private readonly head: () => unknown,
    private readonly summary: () => Iterable<Fact>,
  ) {
    this.limit = Math.max(smallest, size * 4);
  }

  /** @returns what a journal holds, and how many bytes behind it a killed process had not finished. */
  static async read(path: string): Promise<{ lines: unknown[]; length: number; cut: number }> {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const { values, length } = readLines(bytes, path);
    return { lines: values, length, cut: bytes.length - length };
  }

  /**
   * Begins the file anew with a summary of the state.
   *
   * @param head the first line of the file, and of each that replaces it
   */
  static async create(
    path: string,
    durability: Durability,
    clock: Clock,
    head: () => unknown,
    summary: () => Iterable<Fact>,
  ): Promise<Journal> {
    const { file, size } = await writeSummary(path, durability, head(), summary());
    return new Journal(path, file, size, durability, clock, head, summary);
  }

  note(fact: Fact): void {
    this.facts.push(fact);
    this.work();
  }

  afterwards(run: () => void): void {
    this.waiting.push(run);
    this.work();
  }

  /** What keeps it from writing, until a write succeeds. */
  get trouble(): string | undefined {
    return this.failure;
  }

  /** Whether all that was noted is written, and all that waited for it has run. */
  get isIdle(): boolean {
    return this.working === undefined && this.facts.length === 0 && this.waiting.length === 0;
  }

  /** Settles when all that was noted so far is written. Rejects as `unavailable` where it cannot be at the moment. */
  written(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answers.add(reject);
      this.afterwards(() => {
        this.answers.delete(reject);
        resolve();
      });
    });
  }

  /** @param last told as the last line: a process that ended in peace */
  async close(last: unknown): Promise<void> {
    await this.working;
    this.cancel?.();
    try {
      if (this.facts.length > 0 || this.waiting.length > 0) await this.round();
      await this.append(toLine(last));
      await this.file.sync();
    } catch (error) {
      this.refuse(error);
    }
    await this.file.close();
  }

  private work(): void {
    if (this.working !== undefined || this.cancel !== undefined) return;
    this.working = Promise.resolve().then(() => this.drain());
  }

  /** Never rejects. */
  private async drain(): Promise<void> {
    try {
      while (this.facts.length > 0 || this.waiting.length > 0) await this.round();
    } catch (error) {
      this.refuse(error);
      this.cancel = this.clock.after(retryPause, () => {
        this.cancel = undefined;
        this.work();
      });
    }
    this.working = undefined;
  }

  private async round(): Promise<void> {
    const [facts, waiting] = [this.facts, this.waiting];
    this.facts = [];
    this.waiting = [];
    try {
      // The state holds already what these facts tell.
      if (this.size > this.limit) await this.replace();
      else if (facts.length > 0) await this.append(toLine(facts));
    } catch (error) {
      this.facts = [...facts, ...this.facts];
      this.waiting = [...waiting, ...this.waiting];
      throw error;
    }
    this.failure = undefined;
    for (const run of waiting) run();
  }

  private async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.size + done);
      done += bytesWritten;
    }
    if (this.durability === 'disk') await this.file.datasync();
    this.size += bytes.length;
  }

  private async replace(): Promise<void> {
    const { file, size } = await writeSummary(this.path, this.durability, this.head(), this.summary());
    const former = this.file;
    this.file = file;
    this.size = size;
    this.limit = Math.max(smallest, size * 4);
    await former.close();
  }

  private refuse(cause: unknown): void {
    const what = `The journal "${this.path}" cannot be written`;
    this.failure = `${what}: ${(cause as Error).message}`;
    const error = new RocketError('unavailable', what, { cause });
    for (const reject of this.answers) reject(error);
    this.answers.clear();
  }
}

/** Written beside and renamed, so that there is a whole file at any moment. */
async function writeSummary(
  path: string,
  durability: Durability,
  head: unknown,
  facts: Iterable<Fact>,
): Promise<{ file: FileHandle; size: number }> {
  const lines = [toLine(head)];
  for (const fact of facts) lines.push(toLine([fact]));
  const bytes = Buffer.from(lines.join(''));
  const beside = `${path}.new`;
  const file = await open(beside, 'w');
  try {
    await file.writeFile(bytes);
    if (durability === 'disk') await file.sync();
    await rename(beside, path);
  } catch (error) {
    await file.close();
    await rm(beside, { force: true });
    throw error;
  }
  return { file, size: bytes.length };
}
