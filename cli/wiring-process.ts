/**
 * A process of its own that loads the built app and tells its parent what would keep it from starting: what
 * the app's modules do while they are imported is done to nobody else.
 */
import type { Problem } from '../src/problems.js';
import { loadBuiltApp } from './config.js';

const root = process.argv[2] ?? process.cwd();
process.chdir(root);
process.send?.(await findProblems());

async function findProblems(): Promise<readonly Problem[]> {
  try {
    const { options, createApp } = await loadBuiltApp(root);
    const app = createApp({ ...options, logLevel: 'silent' });
    const problems = await app.check();
    await app.close();
    return problems;
  } catch (error) {
    // By its property: the app may be built from another copy of the package, with a class of its own.
    if (error instanceof Error && 'problems' in error) return error.problems as Problem[];
    throw error;
  }
}
