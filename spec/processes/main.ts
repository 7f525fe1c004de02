import { parseArgs } from 'node:util';
import { check } from '../simulation/checker.js';
import { Counts } from '../simulation/counts.js';
import { runFaults } from './fault-run.js';
import { grounds, isGround } from './grounds.js';

/**
 * `npm run faults`: real processes for `--seconds`, with the workload and the faults of `--seed`; `--on` says what they stand on, and
 * `--servers` how many they are, where it can have several; `--history` prints what was seen.
 */
const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'file' },
    servers: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    history: { type: 'boolean', default: false },
  },
});
const { on } = values;
if (!isGround(on)) throw new Error(`--on ${on}: give one of ${Object.keys(grounds).join(', ')}`);
const started = performance.now();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const ground = grounds[on](Number(values.servers));
const history = await runFaults(Number(values.seed), Number(values.seconds), ground, stop.signal);
const violations = check(history);
if (values.history) console.log(history.print());
for (const { invariant, sentence } of violations) console.log(`${invariant}: ${sentence}`);
const counts = new Counts();
counts.add(history, violations);
console.log(counts.print((performance.now() - started) / 1000));
if (violations.length > 0)
  console.log(
    `Again: npm run faults -- --on ${on} --servers ${values.servers} --seed ${values.seed} --seconds ${values.seconds} --history`,
  );
process.exitCode = violations.length === 0 ? 0 : 1;
