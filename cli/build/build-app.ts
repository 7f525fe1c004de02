import { join } from 'node:path';
import { type Diagnostic, Diagnostics } from '../../src/compiler/diagnostics.js';
import { compiledSources, currentSources, stampFile } from '../../src/sources.js';
import { buildClientCode } from './client-code.js';
import { filesBelow } from './files.js';
import { type OutputFile, writeOutput } from './output-folder.js';
import { buildServerCode } from './server-code.js';

export interface BuildResult {
  readonly diagnostics: readonly Diagnostic[];
  /** The browser's files, by path from `dist/`. */
  readonly client: readonly OutputFile[];
  readonly server: readonly OutputFile[];
}

/** Builds `dist/` from an app that is compiled. With any mistake in it nothing is written. */
export async function buildApp(root: string): Promise<BuildResult> {
  const diagnostics = new Diagnostics();
  const [server, client, copies] = await Promise.all([
    buildServerCode(root, diagnostics),
    buildClientCode(root, diagnostics),
    copiedFiles(root),
  ]);
  const files = [...server, ...client, ...copies, stamp(root)];
  reportConflicts(files, diagnostics);
  const found = diagnostics.sorted();
  if (found.length === 0) await writeOutput(join(root, 'dist'), files);
  return { diagnostics: found, client, server };
}

/** What a running app needs as it is: the files for the public, and the generated ones. */
async function copiedFiles(root: string): Promise<OutputFile[]> {
  const generated = (await filesBelow(root, '.rocket')).filter((path) => /\.(?:js|json)$/.test(path));
  const paths = [...(await filesBelow(root, 'public')), ...generated];
  return paths.map((path) => ({ path, copyOf: join(root, path) }));
}

/** Which sources were built, for a start where they are not at hand: in an image, say. */
function stamp(root: string): OutputFile {
  const { whole } = currentSources(root, compiledSources(root));
  return { path: stampFile, content: `${JSON.stringify({ sources: whole })}\n` };
}

function reportConflicts(files: readonly OutputFile[], diagnostics: Diagnostics): void {
  const seen = new Set<string>();
  for (const file of files) {
    if (seen.has(file.path)) {
      diagnostics.report({
        code: 'output_conflict',
        message: `dist/${file.path} would be built twice: from this file, and from the code of the app`,
        cure: 'Give one of them another name.',
        file: file.path,
        line: 1,
        column: 1,
        text: '',
      });
    }
    seen.add(file.path);
  }
}
