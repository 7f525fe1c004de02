import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { staleness } from '../../../runtime/server/staleness.js';
import { hashSources } from '../../../src/sources.js';

const model = 'app/models/song.ts';

let project: string;
let dist: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'rocket-stale-'));
  dist = join(project, 'dist');
  put(project, model, 'export interface Song {}\n');
  put(dist, 'app/models/song.js', 'export {};\n');
  build();
});

afterEach(() => rmSync(project, { recursive: true }));

function put(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** As `rocket build` leaves it. */
function build(): void {
  const { whole, files } = hashSources(project);
  put(dist, '.rocket/contract.json', JSON.stringify({ sources: whole }));
  put(dist, '.rocket/sources.json', JSON.stringify({ files }));
  put(dist, '.stamp.json', JSON.stringify({ sources: whole }));
}

const removeSources = () => rmSync(join(project, 'app'), { recursive: true });

test('a built app is held against the sources beside it', () => {
  expect(staleness(dist)).toBeUndefined();
  put(project, model, 'export interface Song { title: string }\n');
  expect(staleness(dist)).toEqual({
    code: 'stale_output',
    message: `The generated files are older than the sources: ${model} has changed`,
    place: model,
    cure: 'Run `npx rocket build`',
  });
});

test('a built app without sources starts: nothing has changed that anybody could see', () => {
  removeSources();
  expect(staleness(dist)).toBeUndefined();
});

test('there the generated files have to be those of the build', () => {
  removeSources();
  put(dist, '.rocket/contract.json', JSON.stringify({ sources: 'of another compile' }));
  expect(staleness(dist)).toMatchObject({
    code: 'stale_output',
    message: 'The generated files are not those that the app was built with',
    cure: 'Run `npx rocket build`',
  });
});

test('sources in the folder itself go before those beside it', () => {
  put(dist, model, 'export interface Song {}\n');
  put(project, model, 'export interface Other {}\n');
  expect(staleness(dist)).toBeUndefined();
});

test('a folder of any other name has no sources beside it', () => {
  const image = join(project, 'srv');
  for (const file of ['.rocket/contract.json', '.stamp.json']) put(image, file, '{ "sources": "1" }');
  expect(staleness(image)).toBeUndefined();
});

test('without a contract nothing tells what was compiled', () => {
  rmSync(join(dist, '.rocket/contract.json'));
  expect(staleness(dist)).toMatchObject({ code: 'stale_output', cure: 'Run `npx rocket build`' });
});

test('where it is not known what was compiled, the changed files are not named', () => {
  rmSync(join(dist, '.rocket/sources.json'));
  put(project, model, 'export interface Song { title: string }\n');
  expect(staleness(dist)?.message).toBe('The generated files are older than the sources');
});
