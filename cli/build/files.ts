import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The files of a folder of the project and of all below it: paths from the project folder, with `/`, sorted. */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  return list(root, folder, true);
}

/** The files of a folder of the project alone. */
export async function filesIn(root: string, folder: string): Promise<string[]> {
  return list(root, folder, false);
}

async function list(root: string, folder: string, recursive: boolean): Promise<string[]> {
  try {
    const entries = await readdir(join(root, folder), { recursive, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
