import { compiledSources, currentSources, type SourceChange, sourceChanges } from '../sources.js';
import type { OutputFile } from './3-emit/source-text.js';
import { generatedFiles, readGenerated } from './3-emit/write-files.js';
import { type Diagnostic, Diagnostics } from './diagnostics.js';

/**
 * What stands in `.rocket/` held against what a compile gives now. Writes nothing.
 *
 * @param files what `compile` gives, with `write: false`
 * @returns one diagnostic for each source that has changed since; where none has, one for each generated
 * file that differs all the same
 * @example const stale = staleOutput(root, compile({ root, write: false }).files);
 */
export function staleOutput(root: string, files: readonly OutputFile[]): readonly Diagnostic[] {
  const different = differences(root, files);
  const found = new Diagnostics();
  const report = (file: string, message: string): void =>
    found.report({
      code: 'stale_output',
      message,
      cure: 'Run `npx rocket compile`.',
      file,
      line: 1,
      column: 1,
      text: '',
    });
  const changes = different.length === 0 ? [] : changedSources(root);
  for (const { file, what } of changes) report(file, `${file} ${what} since the app was compiled`);
  if (changes.length === 0) for (const { path, reason } of different) report(path, `${path} ${reason}`);
  return found.sorted();
}

interface Difference {
  readonly path: string;
  readonly reason: string;
}

function differences(root: string, files: readonly OutputFile[]): Difference[] {
  const found: Difference[] = [];
  for (const { path, text } of files) {
    const present = readGenerated(root, path);
    if (present === undefined) found.push({ path, reason: 'has not been generated' });
    else if (present !== text) found.push({ path, reason: 'is not what the sources give' });
  }
  const expected = new Set(files.map(({ path }) => path));
  for (const path of generatedFiles(root)) {
    if (!expected.has(path)) found.push({ path, reason: 'is not generated any more' });
  }
  return found;
}

/** None where it is not known what was compiled. */
function changedSources(root: string): SourceChange[] {
  const compiled = compiledSources(root);
  return compiled === undefined ? [] : sourceChanges(compiled, currentSources(root, compiled).files);
}
