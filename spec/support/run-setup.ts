import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './repository.js';

/** A program that specs start, and what it must find in its environment. */
export interface Installed {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs `scripts/setup-<name>.mjs`, which finds the program or gets it and prints where it is.
 *
 * @throws the one sentence it prints when the program cannot be had
 */
export async function runSetup(name: 'chromium' | 'postgres' | 'redis'): Promise<Installed> {
  const script = join(repository, `scripts/setup-${name}.mjs`);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script], {
      // Jest gives each spec a copy of the environment, which a child process does not get by itself.
      env: process.env,
    });
    return JSON.parse(stdout) as Installed;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(stderr?.trim() || `${script} failed`, { cause: error });
  }
}
