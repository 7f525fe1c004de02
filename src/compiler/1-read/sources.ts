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

/**
 * A hash over the sources that the compiler reads, names and contents. It stands in
 * `.rocket/contract.json` as `sources`; when the two differ the generated files are stale.
 *
 * @example sourcesHash(root) === JSON.parse(readFileSync(join(root, '.rocket/contract.json'), 'utf8')).sources
 */
export function sourcesHash(root: string): string {
  const hash = createHash('sha256');
  const { code, views } = findSources(root);
  for (const file of [...code, ...views]) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
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
