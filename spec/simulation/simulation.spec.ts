import { expect, test } from '@jest/globals';
import { regressions, seeds, simulate } from './many.js';

/** One half of the schedules; the other is in a file of its own, so that two processors can run them. */
const count = 1000;

test('seeds that failed once do not fail again', async () => {
  expect((await simulate(regressions())).failures).toEqual([]);
});

test(`${count} schedules of faults: nothing is lost, nothing comes twice, nothing out of order, never without a word`, async () => {
  const { failures, counts, seconds } = await simulate(seeds(1, count));
  console.log(counts.print(seconds));
  expect(failures).toEqual([]);
}, 300_000);
