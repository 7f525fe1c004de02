import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { staleness } from '../runtime/server/staleness.js';
import type { Diagnostic } from '../src/compiler/index.js';
import type { Problem } from '../src/problems.js';
import { diagnosticOf } from './problem-diagnostics.js';

/** After this time an app that is being loaded is taken to wait for something that does not come. */
const patience = 30_000;

/**
 * What would keep the built app from starting: dependencies that nothing provides, circles, captured users.
 * A build that is missing or out of date is told as a warning, since then nothing is known.
 */
export async function checkWiring(root: string): Promise<Diagnostic[]> {
  if (!existsSync(join(root, 'dist/rocket.config.js'))) {
    return [notChecked('not_built', 'the app has not been built')];
  }
  if (staleness(join(root, 'dist')) !== undefined) {
    return [notChecked('stale_output', 'dist is older than the sources')];
  }
  const problems = await problemsOfBuiltApp(root);
  return problems.map(diagnosticOf);
}

async function problemsOfBuiltApp(root: string): Promise<readonly Problem[]> {
  const child = fork(fileURLToPath(new URL('wiring-process.js', import.meta.url)), [root], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  try {
    return await new Promise((resolve) => {
      child.once('message', (problems) => resolve(problems as Problem[]));
      child.once('exit', (code) => resolve([brokenApp(code, printed)]));
    });
  } finally {
    clearTimeout(timer);
    // What the app's modules have opened would keep it alive.
    child.kill('SIGKILL');
  }
}

function brokenApp(code: number | null, printed: string): Problem {
  const reason =
    code === null ? `it was not loaded after ${patience / 1_000} s` : `the process ended with code ${code}`;
  return {
    code: 'broken_module',
    message: `The built app cannot be loaded: ${reason}${printed === '' ? '' : `\n${printed.trimEnd()}`}`,
    place: 'rocket.config.ts',
    cure: 'Mend what the error names; it comes from a module of the app that is being imported',
  };
}

function notChecked(code: 'not_built' | 'stale_output', reason: string): Diagnostic {
  return {
    ...{ severity: 'warning', code },
    message: `How the classes are put together was not checked: ${reason}`,
    cure: 'Run `npx rocket build` first.',
    ...{ file: 'dist', line: 1, column: 1, frame: '' },
  };
}
