import { expect, test } from '@jest/globals';
import { seeds, simulate } from './many.js';

/** The other half of the schedules; see simulation.spec.ts. */
const count = 1000;

test(`${count} schedules of faults: nothing is lost, nothing comes twice, nothing out of order, never without a word`, async () => {
  const { failures, counts, seconds } = await simulate(seeds(1_000_001, count));
  console.log(counts.print(seconds));
  expect(failures).toEqual([]);
}, 300_000);
