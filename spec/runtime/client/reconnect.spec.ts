import { expect, test } from '@jest/globals';
import { Reconnect, reconnectDelay } from '../../../runtime/client/reconnect.js';
import { ManualClock } from '../../../runtime/testing/manual-clock.js';

test('the bound doubles from 250 ms to 10 s', () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 7, 50, 2000].map((attempt) => reconnectDelay(attempt, () => 1));
  expect(bounds).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
});

test('the delay is anything below the bound', () => {
  expect(reconnectDelay(3, () => 0)).toBe(0);
  expect(reconnectDelay(3, () => 0.5)).toBe(1000);
});

function started() {
  const clock = new ManualClock();
  const runs: number[] = [];
  const reconnect = new Reconnect(
    clock,
    () => 1,
    () => runs.push(clock.now()),
  );
  return { clock, runs, reconnect };
}

test('attempts are further and further apart', async () => {
  const { clock, runs, reconnect } = started();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    reconnect.schedule(0);
    await clock.advance(10_000);
  }
  expect(runs).toEqual([250, 10_500, 21_000]);
});

test('a connection that lasted starts the series anew, one that did not does not', async () => {
  const { clock, runs, reconnect } = started();
  reconnect.schedule(0);
  await clock.advance(1_000);
  reconnect.schedule(500);
  await clock.advance(1_000);
  reconnect.schedule(60_000);
  await clock.advance(1_000);
  expect(runs).toEqual([250, 1_500, 2_250]);
});

test('wake runs at once, and only while waiting', async () => {
  const { clock, runs, reconnect } = started();
  reconnect.wake();
  expect(runs).toEqual([]);
  reconnect.schedule(0);
  reconnect.wake();
  expect(runs).toEqual([0]);
  await clock.advance(10_000);
  expect(runs).toEqual([0]);
});

test('stop cancels', async () => {
  const { clock, runs, reconnect } = started();
  reconnect.schedule(0);
  reconnect.stop();
  expect(clock.pending).toBe(0);
  await clock.advance(10_000);
  expect(runs).toEqual([]);
});
