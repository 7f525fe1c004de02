import { parseArgs } from 'node:util';
import { check } from '../simulation/checker.js';
import { Counts } from '../simulation/counts.js';
import { runFaults } from './fault-run.js';

/** `npm run faults`: real processes for `--seconds`, with the workload and the faults of `--seed`; `--history` prints what was seen. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    history: { type: 'boolean', default: false },
  },
});
const started = performance.now();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const history = await runFaults(Number(values.seed), Number(values.seconds), stop.signal);
const violations = check(history);
if (values.history) console.log(history.print());
for (const { invariant, sentence } of violations) console.log(`${invariant}: ${sentence}`);
const counts = new Counts();
counts.add(history, violations);
console.log(counts.print((performance.now() - started) / 1000));
if (violations.length > 0)
  console.log(`Again: npm run faults -- --seed ${values.seed} --seconds ${values.seconds} --history`);
process.exitCode = violations.length === 0 ? 0 : 1;
