import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Rocket, run } from '../cli/rocket.js';
import { type Project, tempProject } from '../support/project.js';
import { repository } from '../support/repository.js';

// One build, and programs started, on a machine that does other things too.
jest.setTimeout(60_000);

const program = promisify(execFile);
let project: Project;
let rocket: Rocket;

beforeAll(async () => {
  const files = filesOf(readFileSync(join(repository, 'docs/guide.md'), 'utf8'));
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['rocket.config.ts', 'add.mjs']));
  project = tempProject(
    {
      'package.json': '{ "name": "todo", "type": "module", "imports": { "#rocket/*": "./.rocket/*.js" } }',
      ...files,
    },
    ['inversify', '@types/node'],
  );
  expect(await run(['build'], project.root)).toMatchObject({ code: 0, err: '' });
  rocket = new Rocket(['start', '--port', '0', '--host', '127.0.0.1'], project.root);
  await rocket.says('todo listening on');
});

afterAll(async () => {
  rocket?.signal('SIGKILL');
  await rocket?.exit;
  project?.remove();
});

test('the app of the guide fits its types', async () => {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const { stdout } = await program(process.execPath, [tsc, '-p', project.root]).catch((error) => error);
  expect(stdout).toBe('');
});

test('its program prints what the guide says', async () => {
  const url = /listening on (\S+)/.exec(rocket.out)?.[1]?.replace('http', 'ws');
  const { stdout } = await program(process.execPath, ['add.mjs', `${url}/rocket`], { cwd: project.root });
  expect(stdout.trim().split('\n')).toEqual([
    'changed: Read the guide true',
    'done: true true',
    "invalid_arguments [ { path: [ 'todo', 'title' ], message: 'says nothing' } ]",
  ]);
});

/** The blocks of a page whose first line is a comment that names a file. */
function filesOf(page: string): Record<string, string> {
  const blocks = page.matchAll(/^```\w+\n(?:\/\/-? |<!-- )([\w./-]+)(?: -->)?\n([\s\S]*?)^```$/gm);
  return Object.fromEntries([...blocks].map(([, path = '', content = '']) => [path, content]));
}
