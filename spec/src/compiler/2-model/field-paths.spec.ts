import { describe, expect, test } from '@jest/globals';
import { fieldAt, fieldPaths } from '../../../../src/compiler/2-model/field-paths.js';
import type { Contract } from '../../../../src/contract/contract.js';
import type { Shape } from '../../../../src/contract/shape.js';

const text: Shape = { kind: 'string' };
const object = (properties: Record<string, Shape>): Shape => ({
  kind: 'object',
  properties: Object.entries(properties).map(([name, shape]) => ({ name, optional: false, shape })),
});
const contract: Contract = {
  version: 1,
  controllers: [],
  types: {
    Folder: object({ name: text, inner: { kind: 'array', element: { kind: 'ref', name: 'Folder' } } }),
  },
};
const params = object({
  song: object({
    title: text,
    year: { kind: 'union', members: [{ kind: 'number' }, { kind: 'null' }] },
    tags: { kind: 'array', element: text },
    parts: { kind: 'array', element: object({ name: text }) },
  }),
  folder: { kind: 'ref', name: 'Folder' },
  any: { kind: 'json' },
  labels: { kind: 'record', value: text },
});

describe('the path of a field', () => {
  test.each([
    ['song.title', 'field'],
    ['song[title]', 'field'],
    ['song.year', 'field'],
    ['song.tags', 'field'],
    ['song.tags[]', 'field'],
    ['song.tags.0', 'field'],
    ['song.parts.12.name', 'field'],
    ['song[parts][12][name]', 'field'],
    ['folder.inner.0.inner.1.name', 'field'],
    ['any.thing.at.all', 'field'],
    ['labels.en', 'field'],
    ['song', 'group'],
    ['song.parts', 'group'],
    ['song.parts.0', 'group'],
    ['folder.inner[]', 'group'],
    ['song.titel', 'unknown'],
    ['song.title.length', 'unknown'],
    ['song.parts.name', 'unknown'],
    ['song.tags.first', 'unknown'],
    ['', 'unknown'],
  ] as const)('%j leads to: %s', (path, kind) => {
    expect(fieldAt(contract, params, path)).toBe(kind);
  });
});

test('the fields are listed in the order of declaration, and of what has no end the first few', () => {
  const paths = fieldPaths(contract, params);
  expect(paths.slice(0, 5)).toEqual([
    'song.title',
    'song.year',
    'song.tags[]',
    'song.parts.0.name',
    'folder.name',
  ]);
  expect(paths).toContain('folder.inner.0.name');
  expect(paths.length).toBeLessThan(12);
  expect(paths.filter((path) => fieldAt(contract, params, path) !== 'field')).toEqual([]);
});
