import { join, relative, resolve, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { type CompileOptions, type CompileResult, Compiler } from './compile.js';

export interface WatchOptions extends CompileOptions {
  /**
   * Told of an error that is no mistake in the app: a folder that cannot be read, say. Watching goes on.
   *
   * @default it is thrown, outside of any call
   */
  readonly onFailure?: (error: unknown) => void;
}

/** What came of one compile. */
export interface WatchResult extends CompileResult {
  /** How long it took, from reading the sources to the last written file. */
  readonly milliseconds: number;
  /** The files that were changed, added or removed before it, from the project folder, sorted. None the first time. */
  readonly changed: readonly string[];
}

/** A watch that goes on until it is closed. */
export interface Watching {
  /** Stops. No result comes afterwards, and nothing keeps the process alive. */
  close(): Promise<void>;
}

/**
 * Saving several files, or switching a branch, comes as many events: they are one edit when less lies between
 * them. More than 50 ms, for which chokidar tells no second change of a file: what it leaves out is read then.
 */
const settling = 60;

/**
 * Compiles an app now, and again after each edit of a controller, a model or a template, in a fraction of
 * the time. Resolves after the first compile, when edits are seen.
 *
 * @example
 * const watching = await watch({ root: process.cwd() }, ({ diagnostics, milliseconds }) => {
 *   for (const diagnostic of diagnostics) console.error(formatDiagnostic(diagnostic));
 *   console.log(`${Math.round(milliseconds)} ms`);
 * });
 * // …
 * await watching.close();
 */
export async function watch(
  options: WatchOptions,
  onResult: (result: WatchResult) => void,
): Promise<Watching> {
  // Imported here: who compiles once has no use for it.
  const chokidar = await import('chokidar');
  const root = resolve(options.root);
  const watcher = chokidar.watch(join(root, 'app'), {
    ignoreInitial: true,
    ignored: (path) => isIgnored(relative(root, path).split(sep).join('/')),
  });
  await new Promise<void>((seen) => watcher.once('ready', seen));
  return new Watch(root, options, watcher, onResult);
}

class Watch implements Watching {
  private readonly compiler: Compiler;
  private readonly changed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly root: string,
    private readonly options: WatchOptions,
    private readonly watcher: FSWatcher,
    private readonly onResult: (result: WatchResult) => void,
  ) {
    this.compiler = new Compiler(options);
    watcher.on('all', (_, path) => this.noteChange(path));
    watcher.on('error', (error) => this.fail(error));
    this.compile();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.watcher.close();
  }

  private noteChange(path: string): void {
    if (this.isClosed) return;
    this.changed.add(relative(this.root, path).split(sep).join('/'));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.compile(), settling);
  }

  private compile(): void {
    const changed = [...this.changed].sort();
    const start = performance.now();
    let result: CompileResult;
    try {
      result = this.compiler.compile();
    } catch (error) {
      // A file that is gone between the listing and the reading: its own event comes and compiles again.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.fail(error);
      return;
    }
    this.changed.clear();
    // What the app's code imports from elsewhere in the project counts too.
    this.watcher.add(this.compiler.otherFiles.map((path) => join(this.root, path)));
    this.onResult({ ...result, milliseconds: performance.now() - start, changed });
  }

  private fail(error: unknown): void {
    if (this.options.onFailure === undefined) throw error;
    this.options.onFailure(error);
  }
}

/** What the compiler does not read. */
function isIgnored(path: string): boolean {
  return path === 'app/client' || path.split('/').some((part) => /^\.[^.]|^node_modules$/.test(part));
}
