import { readFileSync } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Engine, EngineSettings } from './engine.js';
import type { Fact } from './facts.js';
import { lockFolder } from './folder-lock.js';
import { type Durability, Journal } from './journal.js';
import { Store } from './store.js';
import { StoreEngine } from './store-engine.js';

export interface FileEngineOptions {
  /**
   * When something counts as written: when the operating system has it, which survives a `kill -9`, or when the disk
   * has it, which survives a loss of power. With `os`, everything begins anew after the machine has crashed.
   *
   * @default 'os'
   */
  readonly durability?: Durability;
  /** Told what was found at the start that a developer should know. @default a warning of the process */
  readonly report?: (sentence: string) => void;
  /** Milliseconds since 1970; shows how long the process was away. @default Date.now */
  readonly wall?: () => number;
}

/**
 * The engine of a single process that is restarted: sessions and what they have to be told survive in a folder.
 *
 * @example defineConfig({ root: import.meta.url, engine: fileEngine('data/engine') });
 */
export function fileEngine(folder: string, options: FileEngineOptions = {}): Engine {
  return new FileEngine(folder, options);
}

class FileEngine extends StoreEngine {
  readonly outlives = true;
  private journal: Journal | undefined;
  private unlock: (() => Promise<void>) | undefined;

  override get trouble(): string | undefined {
    return this.journal?.trouble;
  }

  constructor(
    private readonly folder: string,
    private readonly options: FileEngineOptions,
  ) {
    super();
  }

  protected async open(settings: EngineSettings): Promise<Store> {
    await mkdir(this.folder, { recursive: true });
    const folder = await realpath(this.folder);
    this.unlock = await lockFolder(folder);
    let store: Store | undefined;
    try {
      const path = join(folder, 'journal');
      await rm(`${path}.new`, { force: true });
      const { lines, cut } = await Journal.read(path);
      if (cut > 0)
        this.report(`The journal "${path}" ended in the middle of a line: ${cut} bytes were cut off`);
      const { durability = 'os', wall = Date.now } = this.options;
      // What happens before there is a journal is in the summary with which it begins.
      const made = new Store(settings, {
        note: (fact) => this.journal?.note(fact),
        afterwards: (run) => (this.journal === undefined ? run() : this.journal.afterwards(run)),
      });
      store = made;
      this.restore(made, lines, settings, wall);
      const head = (): Header => ({
        format,
        clock: settings.clock.now(),
        wall: wall(),
        machine: machine(),
        durability,
      });
      this.journal = await Journal.create(path, durability, settings.clock, head, () => made.facts());
      return made;
    } catch (error) {
      store?.stop();
      await this.unlock();
      throw error;
    }
  }

  protected async close(store: Store): Promise<void> {
    store.stop();
    await this.journal?.close(['rest']);
    this.journal = undefined;
    await this.unlock?.();
  }

  protected override kept<Answer>(answer: Answer): Answer | Promise<Answer> {
    const { journal } = this;
    return journal === undefined || journal.isIdle ? answer : journal.written().then(() => answer);
  }

  private restore(
    store: Store,
    lines: readonly unknown[],
    { clock }: EngineSettings,
    wall: () => number,
  ): void {
    const [head, ...rest] = lines as [Header | undefined, ...(readonly unknown[])[]];
    if (head === undefined) return;
    if (head.format !== format) {
      this.report(`What "${this.folder}" holds was written by another version: it begins anew`);
      return;
    }
    if (head.durability === 'os' && head.machine !== machine() && rest.at(-1)?.[0] !== 'rest') {
      this.report(
        `The machine was restarted, and what "${this.folder}" holds may not be the newest: it begins anew`,
      );
      return;
    }
    // How long ago, by the clock that both processes share; one that was set back makes nothing younger than now.
    const now = clock.now();
    const shift = now - Math.max(0, wall() - head.wall) - head.clock;
    const time = (noted: number) => Math.min(now, noted + shift);
    for (const facts of rest)
      for (const fact of facts) if (Array.isArray(fact)) store.restore(fact as unknown as Fact, time);
    store.restored();
  }

  private report(sentence: string): void {
    if (this.options.report === undefined) process.emitWarning(sentence);
    else this.options.report(sentence);
  }
}

/** Rises when what a journal holds is written in another way. */
const format = 2;

/** The first line: what the times of the facts behind it mean, being two clocks at one moment, and who wrote them. */
interface Header {
  readonly format: number;
  readonly clock: number;
  readonly wall: number;
  readonly machine: string;
  readonly durability: Durability;
}

/** Differs each time the machine starts. */
function machine(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // To ten seconds, since the two clocks do not run alike.
    return String(Math.round((Date.now() / 1000 - uptime()) / 10));
  }
}
