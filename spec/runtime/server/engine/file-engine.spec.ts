import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import { fileEngine } from '../../../../runtime/server/engine/file-engine.js';
import { readLines, toLine } from '../../../../runtime/server/engine/journal-lines.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import { systemClock } from '../../../../src/clock.js';
import { Events } from '../../../../src/events.js';
import { startChild } from '../../../support/child.js';
import { repository } from '../../../support/repository.js';
import { eventually } from './conformance/trial.js';
import { describeEngine, RecordingNode } from './conformance.js';

const settings = {
  ...{ clock: systemClock, window: 60_000, events: new Events() },
  history: { entries: 1e6, bytes: 1e9 },
};
const page = { entries: 1e6, bytes: 1e9 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocket-engine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describeEngine('a file engine', () => {
  const clock = new ManualClock();
  const own = mkdtempSync(join(tmpdir(), 'rocket-engine-'));
  const engine = () => fileEngine(own);
  return {
    ...{ clock, window: 1000, engine, reopen: engine },
    pass: (ms) => clock.advance(ms),
    end: () => rmSync(own, { recursive: true }),
  };
}, ['reopen']);

test('a kill loses nothing that was acknowledged, and no number is given twice', async () => {
  compileEngine(join(folder, 'js'));
  const url = pathToFileURL(join(folder, 'js/runtime/server/engine/file-engine.js')).href;
  const data = join(folder, 'data');
  const program = `
    const { fileEngine } = await import(${JSON.stringify(url)});
    const engine = fileEngine(${JSON.stringify(data)});
    const node = { id: 'child', deliver(_, entry) { console.log('got ' + entry.position[1]); } };
    const clock = { now: () => performance.now(), after: (ms, run) => { const t = setTimeout(run, ms); return () => clearTimeout(t); } };
    await engine.start(node, { clock, window: 60000, history: { entries: 1e6, bytes: 1e9 } });
    await engine.follow('all');
    for (let n = 1; ; n += 1) { const [g, p] = await engine.append('all', [{ body: '' + n }], n); console.log('acknowledged ' + g + ' ' + p); }`;
  const child = startChild(process.execPath, ['--input-type=module', '-e', program], {});
  await child.printed(/acknowledged \S+ 200\n/, 30_000);
  await child.end('SIGKILL');
  const told = [...child.output().matchAll(/acknowledged (\S+) (\d+)\n/g)].at(-1);
  const [generation, last] = [told?.[1] ?? '', Number(told?.[2])];
  const handed = Math.max(...[...child.output().matchAll(/got (\d+)\n/g)].map(([, n]) => Number(n)));
  const engine = fileEngine(data, { report: () => undefined });
  await engine.start(new RecordingNode('next'), settings);
  const read = await engine.range('all', [generation, 0], page);
  const bodies = 'entries' in read ? read.entries.map(({ body }) => body) : [];
  expect(bodies.length).toBeGreaterThanOrEqual(Math.max(last, handed));
  expect(bodies).toEqual(bodies.map((_, index) => `${index + 1}`));
  expect(await engine.append('all', [{ body: 'next' }], 1)).toEqual([generation, bodies.length + 1]);
  await engine.stop();
  expect(readdirSync(data)).toEqual(['journal']);
});

test('a torn last line is cut off and reported; damage before it is an error that names the line', async () => {
  const reports: string[] = [];
  const journal = join(folder, 'journal');
  const first = fileEngine(folder);
  await first.start(new RecordingNode('one'), settings);
  const [generation] = await first.append('all', [{ body: 'kept' }], 1);
  await first.stop();
  appendFileSync(journal, 'abcdefgh [["app');
  const second = fileEngine(folder, { report: (sentence) => reports.push(sentence) });
  await second.start(new RecordingNode('two'), settings);
  expect(await second.range('all', [generation, 0], page)).toMatchObject({ entries: [{ body: 'kept' }] });
  await second.stop();
  // Cut off, and with it the line that says the end was one in peace: the machine is the same, so nothing is lost.
  expect(reports).toEqual([expect.stringContaining('15 bytes')]);
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('kept', 'kebt'));
  const third = fileEngine(folder);
  await expect(third.start(new RecordingNode('three'), settings)).rejects.toThrow(
    /damaged_journal.*\n.*journal:3/,
  );
  expect(readdirSync(folder)).toEqual(['journal']);
});

test('a second engine on a folder is refused, and the lock of a dead process taken over', async () => {
  const first = fileEngine(folder);
  await first.start(new RecordingNode('one'), settings);
  const second = fileEngine(folder);
  await expect(second.start(new RecordingNode('two'), settings)).rejects.toThrow(/engine_locked/);
  await first.stop();
  writeFileSync(join(folder, 'lock'), '999999999 1\n');
  await second.start(new RecordingNode('two'), settings);
  await second.stop();
  expect(readdirSync(folder)).toEqual(['journal']);
});

test('a journal that has outgrown the state is replaced by a summary', async () => {
  const small = { ...settings, history: { entries: 3, bytes: 1e9 } };
  const engine = fileEngine(folder);
  await engine.start(new RecordingNode('one'), small);
  const body = 'x'.repeat(100_000);
  for (let n = 1; n <= 30; n += 1) await engine.append('all', [{ body }], n);
  const [generation] = await engine.append('all', [{ body: 'last' }], 31);
  await engine.stop();
  expect(readFileSync(join(folder, 'journal')).length).toBeLessThan(2_000_000);
  const next = fileEngine(folder);
  await next.start(new RecordingNode('two'), small);
  expect(await next.range('all', [generation, 30], page)).toMatchObject({ entries: [{ body: 'last' }] });
  await next.stop();
});

test('a journal that cannot be written is told of, and what was asked can be asked again', async () => {
  const engine = fileEngine(folder);
  await engine.start(new RecordingNode('one'), settings);
  // Where its summary is to be written stands something else.
  mkdirSync(join(folder, 'journal.new'));
  const big = { body: 'x'.repeat(2_000_000) };
  const [generation] = await engine.append('all', [big], 1);
  expect(engine.trouble).toBeUndefined();
  const append = async () => engine.append('all', [{ body: 'kept' }], 2);
  await expect(append()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  expect(engine.trouble).toMatch(/journal" cannot be written: EISDIR/);
  rmdirSync(join(folder, 'journal.new'));
  expect(await eventually(append)).toEqual([generation, 2]);
  expect(engine.trouble).toBeUndefined();
  await engine.stop();
  const next = fileEngine(folder);
  await next.start(new RecordingNode('two'), settings);
  expect(await next.range('all', [generation, 1], page)).toMatchObject({ entries: [{ body: 'kept' }] });
  await next.stop();
});

test('a journal of another version is not read', async () => {
  const first = fileEngine(folder);
  await first.start(new RecordingNode('one'), settings);
  const [generation] = await first.append('all', [{ body: 'a' }], 1);
  await first.stop();
  const journal = join(folder, 'journal');
  const [head, ...facts] = readLines(readFileSync(journal), journal).values;
  const other = { ...(head as object), format: 1 };
  writeFileSync(journal, [other, ...facts].map(toLine).join(''));
  const reports: string[] = [];
  const next = fileEngine(folder, { report: (sentence) => reports.push(sentence) });
  await next.start(new RecordingNode('two'), settings);
  expect(await next.range('all', [generation, 0], page)).toEqual({ gap: 'unknown' });
  expect(reports).toEqual([expect.stringContaining('another version')]);
  await next.stop();
});

/** The engine as a process without a test runner can load it. */
function compileEngine(target: string): void {
  for (const room of ['src', 'src/protocol', 'runtime/server/engine']) {
    for (const name of readdirSync(join(repository, room)).filter((file) => file.endsWith('.ts'))) {
      const { code } = transformSync(readFileSync(join(repository, room, name), 'utf8'), {
        ...{ swcrc: false, configFile: false, module: { type: 'es6' } },
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      });
      const file = join(target, room, name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
    }
  }
  writeFileSync(join(target, 'package.json'), '{ "type": "module" }');
}
