import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { repository } from '../support/repository.js';
import { run } from './rocket.js';

jest.setTimeout(30_000);

test('--help names every command, with examples', async () => {
  const { code, out } = await run(['--help'], repository);
  expect(code).toBe(0);
  for (const command of ['compile', 'build', 'start']) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(out).toContain('$ rocket build && rocket start');
});

test('help of a command tells its options and the environment that sets them', async () => {
  const { code, out } = await run(['help', 'start'], repository);
  expect(code).toBe(0);
  expect(out).toContain('--port <number>');
  expect(out).toContain('(env: PORT)');
});

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  expect(await run(['--version'], repository)).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('an older Node is told its age, and no syntax error', () => {
  const pretend = (version: string) =>
    spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`,
        join(repository, 'cli/rocket.js'),
        '--version',
      ],
      { encoding: 'utf8' },
    );
  for (const old of ['18.20.8', '20.18.3']) {
    expect(pretend(old)).toMatchObject({ status: 1, stdout: '' });
    expect(pretend(old).stderr).toContain('needs Node 20.19 or newer');
  }
  for (const current of ['20.19.0', '22.1.0']) expect(pretend(current).status).toBe(0);
});

test('an unknown command is told with the one that was meant', async () => {
  const { code, out, err } = await run(['biuld'], repository);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain("unknown command 'biuld'");
  expect(err).toContain('Did you mean build?');
});

test('no command at all shows the help as a mistake', async () => {
  const { code, out, err } = await run([], repository);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('Usage: rocket');
});

test.each([
  ['an unknown option', ['build', '--fast'], "unknown option '--fast'"],
  ['a folder that does not exist', ['compile', '--root', 'no/such/folder'], 'There is no such folder'],
  ['a port that is none', ['start', '--port', '99999'], 'a whole number from 0 to 65535'],
])('%s is a usage mistake', async (_name, args, sentence) => {
  const { code, err } = await run(args, repository);
  expect(code).toBe(2);
  expect(err).toContain(sentence);
});

test('PORT is checked as --port is', async () => {
  const { code, err } = await run(['start'], repository, { PORT: 'abc' });
  expect(code).toBe(2);
  expect(err).toContain("'abc' from env 'PORT'");
});
