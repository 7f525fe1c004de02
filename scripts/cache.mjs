import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const cache = join(root, 'node_modules/.cache/rocket-io');

/**
 * A folder that is filled once and then kept under `node_modules/.cache`, where `npm ci` clears it away.
 *
 * `fill` works in a draft, which gets the folder's name only when it is complete: whoever sees the folder
 * sees all of it, though several processes may fill drafts at once. The first to finish wins.
 *
 * @param {string} name what the folder holds, with its version
 * @param {(draft: string, folder: string) => Promise<void>} fill
 * @returns {Promise<string>} the folder
 */
export async function cachedFolder(name, fill) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, `${name}.draft-`));
  try {
    await fill(draft, folder);
    await rename(draft, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
