import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The files of an app that the compiler reads: paths from the project folder, with `/`, sorted. */
export interface Sources {
  /** Server code: `app/**` less `app/client`. */
  readonly code: readonly string[];
  /** Everything below `app/views`: templates, partials and what they include. */
  readonly views: readonly string[];
}

/** The file in `dist/` that says which sources it was built from. */
export const stampFile = '.stamp.json';

const clientCode = 'app/client/';
const views = 'app/views/';

export function findSources(root: string): Sources {
  const files = filesBelow(root, 'app');
  return {
    code: files.filter((file) => /\.[cm]?ts$/.test(file) && !file.startsWith(clientCode)),
    views: files.filter((file) => file.startsWith(views)),
  };
}

/** Whether there is anything to compile. */
export function hasApp(root: string): boolean {
  return readFolder(join(root, 'app')) !== undefined;
}

/** What the sources held at one moment, so that another moment can be compared with it. */
export interface SourceHashes {
  /** A hash over the names and contents of all of them. It stands in `.rocket/contract.json` as `sources`. */
  readonly whole: string;
  /** Path from the project folder → hash of the content. It stands in `.rocket/sources.json`. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Reads every source and hashes it.
 *
 * @param others files outside of `app` that its code imports, from the project folder
 */
export function hashSources(root: string, others: readonly string[] = []): SourceHashes {
  const { code, views } = findSources(root);
  const files: Record<string, string> = {};
  const whole = createHash('sha256');
  for (const file of [...code, ...views, ...[...others].sort()]) {
    const content = readFile(join(root, file));
    if (content === undefined) continue;
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
    files[file] = hash;
    whole.update(`${file}\n${hash}\n`);
  }
  return { whole: whole.digest('hex').slice(0, 16), files };
}

/**
 * A hash over the sources that the compiler reads, names and contents. It stands in
 * `.rocket/contract.json` as `sources`; when the two differ the generated files are stale.
 *
 * @example sourcesHash(root) === JSON.parse(readFileSync(join(root, '.rocket/contract.json'), 'utf8')).sources
 */
export function sourcesHash(root: string): string {
  return currentSources(root, compiledSources(root)).whole;
}

/** The generated file that says what was compiled, file by file. */
export const sourcesFile = '.rocket/sources.json';

/** What was compiled into the generated files of a folder; undefined where that is not known. */
export function compiledSources(root: string): SourceHashes['files'] | undefined {
  try {
    return (JSON.parse(readFileSync(join(root, sourcesFile), 'utf8')) as SourceHashes).files;
  } catch {
    return undefined;
  }
}

/** The sources as they are now, to be compared with what was compiled. */
export function currentSources(root: string, compiled: SourceHashes['files'] = {}): SourceHashes {
  return hashSources(
    root,
    Object.keys(compiled).filter((file) => !file.startsWith('app/')),
  );
}

/** One source that is not what it was. */
export interface SourceChange {
  readonly file: string;
  readonly what: 'is new' | 'is gone' | 'has changed';
}

/** What differs between two moments, sorted by file. */
export function sourceChanges(before: SourceHashes['files'], now: SourceHashes['files']): SourceChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .sort()
    .flatMap((file): SourceChange[] => {
      if (before[file] === now[file]) return [];
      if (before[file] === undefined) return [{ file, what: 'is new' }];
      return [{ file, what: now[file] === undefined ? 'is gone' : 'has changed' }];
    });
}

/** Undefined: it is gone. */
function readFile(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function filesBelow(root: string, folder: string): string[] {
  const files: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readFolder(path) ?? []) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const inner = join(path, entry.name);
      if (entry.isDirectory()) visit(inner);
      else files.push(relative(root, inner).split(sep).join('/'));
    }
  };
  visit(join(root, folder));
  return files.sort();
}

function readFolder(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
