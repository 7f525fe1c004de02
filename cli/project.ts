import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { type Problem, ProblemsError } from '../src/problems.js';

/** `--root`, as all commands take it: an absolute path. */
export function rootOption(): Option {
  return new Option('--root <folder>', 'the project folder')
    .default(process.cwd(), 'the current folder')
    .argParser(existingFolder);
}

/** What the app is called: the `name` of its package.json, else its folder. */
export function projectName(root: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name?: unknown };
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // No package.json, or a broken one, whose own tools say so: the folder has a name too.
  }
  return basename(root);
}

/** @throws ProblemsError where the folder is not a project */
export function requireConfig(root: string, intent: string): void {
  if (existsSync(join(root, 'rocket.config.ts'))) return;
  const problem: Problem = {
    code: 'missing_config',
    message: `The folder ${root} has no rocket.config.ts`,
    cure: 'Run the command in the project folder, or name it with --root, or write the file: export default defineConfig({ root: import.meta.url })',
  };
  throw new ProblemsError(intent, [problem]);
}

function existingFolder(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InvalidArgumentError('There is no such folder.');
  return resolve(path);
}
