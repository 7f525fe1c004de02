import { beforeEach, expect, test } from '@jest/globals';
import { Timeouts } from '../../../runtime/client/timeouts.js';
import { ManualClock } from '../../../runtime/testing/manual-clock.js';

let clock: ManualClock;
let timeouts: Timeouts;
let passed: string[];
const note = (name: string) => () => passed.push(`${name} ${clock.now()}`);

beforeEach(() => {
  clock = new ManualClock();
  timeouts = new Timeouts(clock);
  passed = [];
});

test('each passes after its own time, with one timer for all', async () => {
  timeouts.set(note('long'), 300);
  timeouts.set(note('short'), 100);
  timeouts.set(note('middle'), 200);
  expect(clock.pending).toBe(1);
  await clock.advance(1_000);
  expect(passed).toEqual(['short 100', 'middle 200', 'long 300']);
  expect(clock.pending).toBe(0);
});

test('what was cleared does not pass, and the last that is takes the timer along', async () => {
  const [first, second] = [note('first'), note('second')];
  timeouts.set(first, 100);
  timeouts.set(second, 200);
  timeouts.clear(first);
  await clock.advance(150);
  expect(passed).toEqual([]);
  timeouts.clear(second);
  timeouts.clear(second);
  expect(clock.pending).toBe(0);
});

test('one that sets another while it passes', async () => {
  timeouts.set(() => timeouts.set(note('second'), 50), 100);
  timeouts.set(note('other'), 400);
  await clock.advance(1_000);
  expect(passed).toEqual(['second 150', 'other 400']);
});

test('a time longer than a timer can be is waited for all the same', async () => {
  const month = 30 * 24 * 3_600_000;
  timeouts.set(note('month'), month);
  await clock.advance(month - 1);
  expect(passed).toEqual([]);
  await clock.advance(1);
  expect(passed).toEqual([`month ${month}`]);
});
