import { parseArgs } from 'node:util';
import { check } from './checker.js';
import { Counts } from './counts.js';
import { scheduleOf } from './schedule.js';
import { run } from './world.js';

/**
 * `npm run simulate`: many schedules, each from its seed. `--seed 123` replays one and prints its history; `--seeds`
 * and `--from` say how many and from which on, `--seconds` how long.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: 'Infinity' },
  },
});

if (values.seed !== undefined) await replay(Number(values.seed));
else await runMany(Number(values.from), Number(values.seeds), Number(values.seconds));

async function replay(seed: number): Promise<void> {
  const history = await run(scheduleOf(seed));
  console.log(history.print());
  for (const { invariant, sentence } of check(history)) {
    console.log(`${invariant}: ${sentence}`);
    process.exitCode = 1;
  }
}

async function runMany(from: number, count: number, seconds: number): Promise<void> {
  const counts = new Counts();
  const started = performance.now();
  const deadline = started + seconds * 1000;
  for (let seed = from; seed < from + count && performance.now() < deadline; seed += 1) {
    const history = await run(scheduleOf(seed));
    const violations = check(history);
    counts.add(history, violations);
    if (violations.length === 0) continue;
    process.exitCode = 1;
    console.log(`Seed ${seed} fails: npm run simulate -- --seed ${seed}`);
    for (const { invariant, sentence } of violations.slice(0, 5)) console.log(`  ${invariant}: ${sentence}`);
  }
  console.log(counts.print((performance.now() - started) / 1000));
}
