import { resolve } from 'node:path';
import type { Contract } from '../contract/contract.js';
import { readControllers } from './1-read/controllers.js';
import { readProgram } from './1-read/program.js';
import { findSources, hasApp, sourcesHash } from './1-read/sources.js';
import { readTemplates } from './1-read/templates.js';
import { buildContract } from './2-model/build-contract.js';
import { checkControllers } from './2-model/check-names.js';
import { nameTemplates } from './2-model/name-templates.js';
import { emit } from './3-emit/emit.js';
import type { OutputFile } from './3-emit/source-text.js';
import { writeFiles } from './3-emit/write-files.js';
import { type Diagnostic, Diagnostics } from './diagnostics.js';

export interface CompileOptions {
  /** The project folder: the one that holds `app`. */
  readonly root: string;
  /** Whether to write the files when there is no mistake. @default true */
  readonly write?: boolean;
}

export interface CompileResult {
  readonly contract: Contract;
  /** Every generated file. Empty when there are diagnostics. */
  readonly files: readonly OutputFile[];
  /** Every mistake that was found, by file and place. Nothing is written when there is one. */
  readonly diagnostics: readonly Diagnostic[];
  /** The files that were new or different, from the project folder. */
  readonly written: readonly string[];
  /** The files that are no longer generated and were removed. */
  readonly removed: readonly string[];
}

/**
 * Compiles an app: reads its controllers and templates, works out the contract, and writes `.rocket/`.
 *
 * @example
 * const { diagnostics } = compile({ root: process.cwd() });
 * for (const diagnostic of diagnostics) console.error(formatDiagnostic(diagnostic));
 */
export function compile({ root: folder, write = true }: CompileOptions): CompileResult {
  const root = resolve(folder);
  const diagnostics = new Diagnostics();
  if (!hasApp(root)) {
    diagnostics.report({
      code: 'missing_app',
      message: 'There is no folder "app" in the project folder',
      cure: 'Run the command in the folder that holds app, or name it: rocket compile --root FOLDER.',
      ...{ file: 'app', line: 1, column: 1, text: '' },
    });
  }

  const { code, views } = findSources(root);
  const app = readProgram(root, code, diagnostics);
  const controllers = readControllers(app, diagnostics);
  const parsed = readTemplates(root, views, diagnostics);

  const contract = buildContract(app, checkControllers(app, controllers, diagnostics), diagnostics);
  const templates = nameTemplates(parsed, contract, diagnostics);

  const found = diagnostics.sorted();
  if (found.length > 0) return { contract, files: [], diagnostics: found, written: [], removed: [] };
  const files = emit(contract, templates, sourcesHash(root));
  const { written, removed } = write ? writeFiles(root, files) : { written: [], removed: [] };
  return { contract, files, diagnostics: found, written, removed };
}
