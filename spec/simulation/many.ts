import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/repository.js';
import { check } from './checker.js';
import { Counts } from './counts.js';
import { scheduleOf } from './schedule.js';
import { run } from './world.js';

/** What a specification's run of many schedules found: a sentence for each that fails, with the command that replays it. */
export interface Findings {
  readonly failures: readonly string[];
  readonly counts: Counts;
  readonly seconds: number;
}

/** Runs the schedules of these seeds, one after the other. */
export async function simulate(seeds: Iterable<number>): Promise<Findings> {
  const started = performance.now();
  const counts = new Counts();
  const failures: string[] = [];
  for (const seed of seeds) {
    const history = await run(scheduleOf(seed));
    const violations = check(history);
    counts.add(history, violations);
    const [first] = violations;
    if (first === undefined) continue;
    failures.push(
      `Seed ${seed}: ${first.invariant}: ${first.sentence} (${violations.length} in all; npm run simulate -- --seed ${seed})`,
    );
  }
  return { failures, counts, seconds: (performance.now() - started) / 1000 };
}

/** Seeds that failed once. */
export function regressions(): number[] {
  return JSON.parse(readFileSync(join(repository, 'spec/simulation/regressions.json'), 'utf8')) as number[];
}

export function* seeds(from: number, count: number): Generator<number> {
  for (let seed = from; seed < from + count; seed += 1) yield seed;
}
