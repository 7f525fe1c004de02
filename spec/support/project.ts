import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from './repository.js';

/** A project folder of its own. */
export interface Project {
  readonly root: string;
  /** Writes a file, and the folders above it. */
  put(path: string, content: string): void;
  /** Removes the whole folder. */
  remove(): void;
}

/**
 * Makes a project in a temporary folder. This package is installed in it as a link, and so are the named
 * packages of the checkout.
 *
 * @example const project = tempProject({ 'app/main.ts': "import 'rocket-io';" }, ['@types/node']);
 */
export function tempProject(
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = [],
): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rocket-project-')));
  const put = (path: string, content: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const link = (name: string, target: string) => {
    const place = join(root, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place, 'dir');
  };
  link('rocket-io', repository);
  for (const name of packages) link(name, join(repository, 'node_modules', name));
  for (const [path, content] of Object.entries(files)) put(path, content);
  return { root, put, remove: () => rmSync(root, { recursive: true, force: true }) };
}
