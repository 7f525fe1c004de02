import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type OutputFile, outputFolder } from './source-text.js';

export interface Writing {
  /** The files that were new or different, from the project folder. */
  readonly written: readonly string[];
  /** The files in `.rocket/` that are no longer generated. */
  readonly removed: readonly string[];
}

/**
 * Makes `.rocket/` hold exactly these files. A file that is right already is left alone, so that
 * watchers and editors see only what changed.
 *
 * @example const { written } = writeFiles(root, compile({ root }).files);
 */
export function writeFiles(root: string, files: readonly OutputFile[]): Writing {
  const written: string[] = [];
  for (const { path, text } of files) {
    const target = join(root, path);
    if (readGenerated(root, path) === text) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    written.push(path);
  }
  const kept = new Set(files.map(({ path }) => path));
  const removed = generatedFiles(root).filter((path) => !kept.has(path));
  for (const path of removed) rmSync(join(root, path));
  return { written, removed };
}

/** What is in `.rocket/`: paths from the project folder, sorted. */
export function generatedFiles(root: string): string[] {
  const folder = join(root, outputFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Undefined: there is no such file. */
export function readGenerated(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
