import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AppOptions } from '../runtime/server/index.js';
import { type Problem, ProblemsError } from '../src/problems.js';
import { requireConfig } from './project.js';

type Framework = typeof import('../runtime/server/index.js');

/** A built app, loaded: its options, and the framework as the app itself imports it. */
export interface BuiltApp {
  readonly options: AppOptions;
  readonly createApp: Framework['createApp'];
}

/** @throws ProblemsError where the app is not built, or its configuration cannot be used */
export async function loadBuiltApp(root: string): Promise<BuiltApp> {
  const file = join(root, 'dist', 'rocket.config.js');
  if (!existsSync(file)) {
    requireConfig(root, 'The app cannot start');
    throw cannotStart({
      code: 'not_built',
      message: 'The app has not been built: there is no dist/rocket.config.js',
      cure: 'Run `npx rocket build` first',
    });
  }
  const { default: options } = await load<{ default?: AppOptions }>(file, 'rocket.config.ts');
  if (typeof options !== 'object' || options === null) {
    throw cannotStart({
      code: 'bad_config',
      message: `rocket.config.ts has ${options === undefined ? 'no default export' : 'a default export that is not an object'}`,
      place: 'rocket.config.ts',
      cure: 'Write "export default defineConfig({ root: import.meta.url })" and build again',
    });
  }
  // The command may come from another copy of the package, installed globally say. Controllers ask for
  // the classes of their own copy, so that the app must be built from that one.
  const { createApp } = await load<Framework>(createRequire(file).resolve('rocket-io'), 'rocket-io');
  return { options, createApp };
}

async function load<Module>(file: string, place: string): Promise<Module> {
  try {
    return (await import(pathToFileURL(file).href)) as Module;
  } catch (error) {
    throw cannotStart({
      code: 'broken_module',
      message: `${place} cannot be loaded: ${error instanceof Error ? ownStack(error) : String(error)}`,
      place,
      cure: isReadAsCommonJs(error)
        ? 'Write "type": "module" into package.json: it says "commonjs" or nothing, and Node takes the app\'s files for that'
        : 'Mend what the error names; it was thrown while the file was being imported',
    });
  }
}

/** An error with the lines of the app on its stack: those of Node and of this command lead nowhere. */
function ownStack(error: Error): string {
  const lines = (error.stack ?? String(error)).split('\n');
  return lines.filter((line) => !/^\s+at .*(?:node:internal|dist\/cli\/)/.test(line)).join('\n');
}

function isReadAsCommonJs(error: unknown): boolean {
  return error instanceof SyntaxError && error.message === 'Cannot use import statement outside a module';
}

function cannotStart(problem: Problem): ProblemsError {
  return new ProblemsError('The app cannot start', [problem]);
}
