import { copyFile, mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

/** A file to build: its path from the output folder, with `/`, and its text or bytes, or the file it copies. */
export type OutputFile =
  | { readonly path: string; readonly content: string | Uint8Array }
  | { readonly path: string; readonly copyOf: string };

/** Names what the last build wrote, so that the next one takes away that and nothing else. */
const listName = '.built.json';

/**
 * Makes a folder hold the files of a build. What does not differ is left alone, so that its time, and
 * with it its ETag, stays; what an earlier build wrote and this one does not is removed; what others
 * put there, uploads say, stays.
 */
export async function writeOutput(folder: string, files: readonly OutputFile[]): Promise<void> {
  const paths = files.map(({ path }) => path).sort();
  const built = new Set(paths);
  for (const path of await builtBefore(folder)) {
    if (!built.has(path)) await remove(folder, path);
  }
  for (const inner of new Set(paths.map((path) => dirname(join(folder, path)))))
    await mkdir(inner, { recursive: true });
  for (const file of files) {
    const target = join(folder, file.path);
    if ('copyOf' in file) await copyIfChanged(file.copyOf, target);
    else await writeIfChanged(target, Buffer.from(file.content));
  }
  await writeIfChanged(join(folder, listName), Buffer.from(`${JSON.stringify(paths, null, 2)}\n`));
}

async function builtBefore(folder: string): Promise<readonly string[]> {
  try {
    return JSON.parse(await readFile(join(folder, listName), 'utf8')) as string[];
  } catch {
    return [];
  }
}

/** Removes a file, and the folders that are empty without it. */
async function remove(folder: string, path: string): Promise<void> {
  await rm(join(folder, path), { force: true });
  for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent)) {
    try {
      await rmdir(join(folder, parent));
    } catch {
      return;
    }
  }
}

async function writeIfChanged(target: string, content: Buffer): Promise<void> {
  const present = await readFile(target).catch(() => undefined);
  if (present === undefined || !present.equals(content)) await writeFile(target, content);
}

/** Files to copy may be large: their size and time tell whether they differ. */
async function copyIfChanged(source: string, target: string): Promise<void> {
  const wanted = await stat(source);
  const present = await stat(target).catch(() => undefined);
  if (present?.size === wanted.size && present.mtime.getTime() === wanted.mtime.getTime()) return;
  await copyFile(source, target);
  await utimes(target, wanted.atime, wanted.mtime);
}
