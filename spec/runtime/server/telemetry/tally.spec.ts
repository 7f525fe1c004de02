import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { Tally } from '../../../../runtime/server/telemetry/tally.js';

async function samples(register: Registry): Promise<string[]> {
  const text = await register.metrics();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('what has no labels is there from the start', async () => {
  const register = new Registry();
  const tally = new Tally(register, 'falls_total', 'Falls');
  expect(await samples(register)).toEqual(['falls_total 0']);
  tally.add();
  tally.add();
  expect(await samples(register)).toEqual(['falls_total 2']);
  // Reading changes nothing.
  expect(await samples(register)).toEqual(['falls_total 2']);
});

test('what has labels is counted by them', async () => {
  const register = new Registry();
  const tally = new Tally(register, 'falls_total', 'Falls', ['from', 'onto']);
  tally.add('a chair', 'the floor');
  tally.add('a chair', 'grass');
  tally.add('a chair', 'grass', 3);
  expect(await samples(register)).toEqual([
    'falls_total{from="a chair",onto="the floor"} 1',
    'falls_total{from="a chair",onto="grass"} 4',
  ]);
});

test('a label of too many values has one more for the rest', async () => {
  const register = new Registry();
  const tally = new Tally(register, 'falls_total', 'Falls', ['from', 'onto']);
  for (let n = 0; n < 1_000; n += 1) {
    tally.add(`chair ${n}`, 'grass');
    tally.add('a table', `floor ${n}`);
  }
  const lines = await samples(register);
  expect(lines.length).toBeLessThan(510);
  const total = lines.map((line) => Number(line.split(' ').at(-1))).reduce((sum, count) => sum + count);
  expect(total).toBe(2_000);
  expect(lines.filter((line) => line.includes('"other"')).length).toBeGreaterThan(0);
});
