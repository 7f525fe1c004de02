import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../../src/problems.js';
import {
  compiledSources,
  currentSources,
  findSources,
  type SourceHashes,
  sourceChanges,
  stampFile,
} from '../../src/sources.js';

/** How many of the changed files are named. */
const named = 5;

/**
 * Whether the generated files in `root` fit the sources: those beside them, or of a built app those that it
 * was built from. An image may hold no sources at all; there the stamp of the build has to agree.
 *
 * @returns undefined where they fit, or there is nothing to compare with
 */
export function staleness(root: string): Problem | undefined {
  const compiled = readJson<{ sources: string }>(root, '.rocket/contract.json')?.sources;
  if (compiled === undefined) {
    return stale('There is no .rocket/contract.json that says what was compiled', cureOf(root));
  }
  const project = projectOf(root);
  if (project !== undefined) {
    const before = compiledSources(root);
    const now = currentSources(project, before);
    return now.whole === compiled ? undefined : changed(root, before, now);
  }
  const stamp = readJson<{ sources: string }>(root, stampFile)?.sources;
  if (stamp === undefined || stamp === compiled) return undefined;
  return stale('The generated files are not those that the app was built with', cureOf(root));
}

/** Where the TypeScript is: in the folder itself, or beside the `dist` that was built from it. */
function projectOf(root: string): string | undefined {
  const folders = basename(root) === 'dist' ? [root, dirname(root)] : [root];
  return folders.find((folder) => findSources(folder).code.length > 0);
}

function changed(root: string, before: SourceHashes['files'] | undefined, now: SourceHashes): Problem {
  const changes = before === undefined ? [] : sourceChanges(before, now.files);
  const rest = changes.length > named ? [`${changes.length - named} more`] : [];
  const list = [...changes.slice(0, named).map(({ file, what }) => `${file} ${what}`), ...rest].join(', ');
  const message = `The generated files are older than the sources${list === '' ? '' : `: ${list}`}`;
  return stale(message, cureOf(root), changes[0]?.file);
}

function cureOf(root: string): string {
  return basename(root) === 'dist' ? 'Run `npx rocket build`' : 'Run `npx rocket compile`';
}

function stale(message: string, cure: string, place?: string): Problem {
  return { code: 'stale_output', message, cure, ...(place !== undefined && { place }) };
}

/** Undefined: the file is not there, or not JSON. */
function readJson<Content>(root: string, file: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')) as Content;
  } catch {
    return undefined;
  }
}
