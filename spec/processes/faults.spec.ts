import { expect, test } from '@jest/globals';
import { check } from '../simulation/checker.js';
import { Counts } from '../simulation/counts.js';
import { runFaults } from './fault-run.js';
import { grounds } from './grounds.js';

const seconds = 35;

test(`${seconds} seconds of real sockets that break and a server that is killed: what is promised holds`, async () => {
  const seed = 1;
  const started = performance.now();
  const history = await runFaults(seed, seconds, grounds.file());
  const violations = check(history);
  const counts = new Counts();
  counts.add(history, violations);
  console.log(counts.print((performance.now() - started) / 1000));
  const again = `npm run faults -- --seed ${seed} --seconds ${seconds} --history`;
  expect(violations.map(({ invariant, sentence }) => `${invariant}: ${sentence} (again: ${again})`)).toEqual(
    [],
  );
  expect(history.of('died').length).toBeGreaterThan(0);
  expect(history.of('delivered').length).toBeGreaterThan(100);
}, 240_000);
