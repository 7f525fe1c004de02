import { resolve } from 'node:path';
import type { Contract } from '../contract/contract.js';
import { readWholeApp, reportTypeErrors } from './4-check/app-types.js';
import { reportUnusedClientActions } from './4-check/unused-client-actions.js';
import { compile } from './compile.js';
import { type Diagnostic, Diagnostics } from './diagnostics.js';
import { staleOutput } from './stale-output.js';

export interface CheckResult {
  /** Undefined: the server code has mistakes that leave it open what it promises. */
  readonly contract: Contract | undefined;
  /** Errors and warnings, by file and place. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Everything that can be found out about an app without running it: what the compiler says, the types of all of
 * its code as its own tsconfig.json has it, generated files that are not what the sources give, and client
 * actions that nobody transmits. Nothing is written.
 *
 * @example const { diagnostics } = check({ root: process.cwd() });
 */
export function check({ root: folder }: { readonly root: string }): CheckResult {
  const root = resolve(folder);
  const { contract, files, diagnostics: mistakes } = compile({ root, write: false });
  const diagnostics = new Diagnostics();
  const isCompiled = mistakes.length === 0;
  for (const found of isCompiled ? staleOutput(root, files) : mistakes) diagnostics.take(found);
  const program = readWholeApp(root, files, diagnostics);
  reportTypeErrors(root, program, isCompiled, diagnostics);
  reportUnusedClientActions(root, program, contract, diagnostics);
  // What is wrong with a template changes no promise.
  const isClear = mistakes.every(({ file }) => file.startsWith('app/views/'));
  return { contract: isClear ? contract : undefined, diagnostics: diagnostics.sorted() };
}
