import { expect, test } from '@jest/globals';
import { check } from './checker.js';
import { plantedBugs } from './mutants.js';
import { scheduleOf } from './schedule.js';
import { run } from './world.js';

/** Schedules in which a planted bug has to show itself. */
const patience = 300;

test.each(plantedBugs)('a planted bug is caught: $name', async (bug) => {
  for (let seed = 1; seed <= patience; seed += 1) {
    const found = check(await run(scheduleOf(seed), bug));
    const catching = found.find(({ invariant }) => bug.caughtBy.includes(invariant));
    if (catching !== undefined) return;
  }
  expect(`caught within ${patience} schedules`).toBe('not caught');
});
