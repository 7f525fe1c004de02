/**
 * Runs the sources as they are, without a build: module hooks that resolve and compile TypeScript as
 * `jest.config.mjs` does, so that a long run and a spec execute the same code.
 *
 * @example node --import ./scripts/typescript-hooks.mjs spec/simulation/main.ts
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from '@swc/core';
import config from '../jest.config.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [, options] = config.transform['^.+\\.ts$'];
const aliases = Object.entries(config.moduleNameMapper)
  .filter(([, target]) => target.startsWith('<rootDir>'))
  .map(([pattern, target]) => [new RegExp(pattern), target.replace('<rootDir>', root)]);

// Hooks run in a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  const fromSources = context.parentURL?.endsWith('.ts');
  const alias = fromSources && aliases.find(([pattern]) => pattern.test(specifier));
  if (alias) return { url: pathToFileURL(alias[1]).href, shortCircuit: true };
  if (fromSources && /^\.{1,2}\/.*\.js$/.test(specifier)) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { ...options, filename });
  return { format: 'module', source: code, shortCircuit: true };
}
