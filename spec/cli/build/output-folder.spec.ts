import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeOutput } from '../../../cli/build/output-folder.js';

let folder: string;
const longAgo = new Date('2001-02-03T04:05:06Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocket-output-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (path: string) => join(folder, 'dist', path);
const read = (path: string) => readFileSync(pathOf(path), 'utf8');
const build = (...files: Parameters<typeof writeOutput>[1]) => writeOutput(join(folder, 'dist'), files);

test('makes folders, writes texts and bytes, and copies files with their time', async () => {
  const source = join(folder, 'movie.mp4');
  writeFileSync(source, 'frames');
  utimesSync(source, longAgo, longAgo);
  await build(
    { path: 'app/models/song.js', content: 'export {};' },
    { path: 'public/app.js', content: new Uint8Array([104, 105]) },
    { path: 'public/movie.mp4', copyOf: source },
  );
  expect(read('app/models/song.js')).toBe('export {};');
  expect(read('public/app.js')).toBe('hi');
  expect(read('public/movie.mp4')).toBe('frames');
  expect(statSync(pathOf('public/movie.mp4')).mtime).toEqual(longAgo);
});

test('leaves alone what did not change, so that browsers need not fetch it again', async () => {
  await build({ path: 'same.js', content: 'same' }, { path: 'other.js', content: 'one' });
  utimesSync(pathOf('same.js'), longAgo, longAgo);
  await build({ path: 'same.js', content: 'same' }, { path: 'other.js', content: 'two' });
  expect(statSync(pathOf('same.js')).mtime).toEqual(longAgo);
  expect(read('other.js')).toBe('two');
});

test('copies a file again when its time or size differs', async () => {
  const source = join(folder, 'style.css');
  writeFileSync(source, 'a{}');
  utimesSync(source, longAgo, longAgo);
  await build({ path: 'style.css', copyOf: source });
  writeFileSync(source, 'b{}');
  await build({ path: 'style.css', copyOf: source });
  expect(read('style.css')).toBe('b{}');
});

test('removes what an earlier build wrote, with the folders that it leaves empty', async () => {
  await build({ path: 'app/old/gone.js', content: '' }, { path: 'app/kept.js', content: '' });
  await build({ path: 'app/kept.js', content: '' });
  expect(existsSync(pathOf('app/old'))).toBe(false);
  expect(existsSync(pathOf('app/kept.js'))).toBe(true);
});

test('leaves what others put into the folder', async () => {
  await build({ path: 'public/index.html', content: '' });
  mkdirSync(pathOf('public/uploads'));
  writeFileSync(pathOf('public/uploads/song.mp3'), 'music');
  await build({ path: 'rocket.config.js', content: '' });
  expect(read('public/uploads/song.mp3')).toBe('music');
  expect(existsSync(pathOf('public/index.html'))).toBe(false);
});
