import { expect, test } from '@jest/globals';
import { checkArray, checkNull, checkNumber, checkRecord } from '../../../src/contract/validators.js';
import type { Issue } from '../../../src/errors.js';

test.each([
  ['a list', (issues: Issue[]) => checkArray(Array(500).fill(''), issues, false, checkNumber)],
  ['a list of nulls', (issues: Issue[]) => checkArray(Array(500).fill(1), issues, false, checkNull)],
  ['a record', (issues: Issue[]) => checkRecord({ ...Array(500).fill('') }, issues, false, checkNumber)],
])('a hundred mistakes of %s are told, each in its place, and no more', (_case, check) => {
  const issues: Issue[] = [];
  check(issues);
  expect(issues).toHaveLength(100);
  expect(issues.map(({ path }) => String(path))).toEqual(
    Array.from({ length: 100 }, (_, index) => `${index}`),
  );
});
