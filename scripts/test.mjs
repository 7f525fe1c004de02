/**
 * `npm test`: builds the package and the samples, gets the browser and the servers that specs need, and
 * runs jest. What follows `--` goes to jest: `npm test -- spec/cli`. The last line counts the tests; a file
 * of specs that cannot be loaded, a spec that leaves something running and a failed build count as failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './cache.mjs';

const [passed, failed] = (await prepare()) ? await test(process.argv.slice(2)) : [0, 1];
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;

/** Everything is tried, so that one run tells all that is missing. */
async function prepare() {
  const ready = await Promise.all([
    node(['scripts/build.mjs']),
    ...['chromium', 'postgres', 'redis'].map((name) => node([`scripts/setup-${name}.mjs`], { quiet: true })),
  ]);
  if (!ready.every(Boolean)) return false;
  const samples = readdirSync(join(root, 'sample')).map((name) => join(root, 'sample', name));
  const rocket = join(root, 'cli/rocket.js');
  return (await Promise.all(samples.map((cwd) => node([rocket, 'build'], { cwd })))).every(Boolean);
}

/** @returns {Promise<[passed: number, failed: number]>} */
async function test(args) {
  const folder = mkdtempSync(join(tmpdir(), 'rocket-test-'));
  const results = join(folder, 'results.json');
  const stop = new AbortController();
  const watcher = watch(folder, () => {
    // Jest waits for ever for what a spec forgot to stop. By now it has printed what failed.
    setTimeout(() => stop.abort(), 20_000).unref();
    watcher.close();
  });
  try {
    const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, ...args];
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const ok = await node([...flags, ...jest], { signal: stop.signal });
    if (stop.signal.aborted) console.error('A spec has left something running, see above');
    return count(results, ok);
  } finally {
    watcher.close();
    rmSync(folder, { recursive: true });
  }
}

function count(file, ok) {
  if (!existsSync(file)) return [0, 1];
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const { numPassedTests, numFailedTests, numTotalTests, numRuntimeErrorTestSuites } = results;
  if (numTotalTests === 0) console.error('No test ran');
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return [numPassedTests, failed === 0 && !ok ? 1 : failed];
}

/** Runs a script to its end. Its standard output is shown unless it is meant for a program. */
function node(args, { cwd = root, quiet = false, signal } = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}
