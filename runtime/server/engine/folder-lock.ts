import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemsError } from '../../../src/problems.js';

/** Folders that this process has: a lock with its own pid is another's of earlier, unless it stands here. */
const held = new Set<string>();

/**
 * Keeps other processes off a folder. The lock of a process that is gone is taken over.
 *
 * @returns the function that gives the folder back
 * @throws ProblemsError where a living process has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'lock');
  const mine = `${process.pid} ${startOf(process.pid)}\n`;
  for (;;) {
    if (held.has(folder)) throw taken(folder, process.pid);
    // Linked, so that a lock has its pid from the moment it is there.
    const beside = `${file}.${process.pid}`;
    await writeFile(beside, mine);
    const isMine = await link(beside, file).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    );
    await rm(beside, { force: true });
    if (isMine) {
      held.add(folder);
      return async () => {
        held.delete(folder);
        await rm(file, { force: true });
      };
    }
    const theirs = await readFile(file, 'utf8').catch(() => '');
    const [pid = '', start = ''] = theirs.trim().split(' ');
    if (Number(pid) !== process.pid && isAlive(Number(pid), start)) throw taken(folder, Number(pid));
    // Renamed, not removed: of two that find it stale one gets it, and the other looks again.
    await rename(file, beside).catch(() => undefined);
    await rm(beside, { force: true });
  }
}

function isAlive(pid: number, start: string): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A pid is given again; the moment at which its process began is not.
  return start === '' || startOf(pid) === start;
}

/** When a process began, where the system tells: Linux does. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function taken(folder: string, pid: number): ProblemsError {
  return new ProblemsError('The engine cannot start', [
    {
      code: 'engine_locked',
      message: `The process ${pid} uses the folder`,
      place: folder,
      cure: 'Stop that process, or give each its own folder: several nodes share a server, not a folder.',
    },
  ]);
}
