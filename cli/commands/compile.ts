import { type Command, Option } from 'commander';
import type { CompileResult, WatchResult } from '../../src/compiler/index.js';
import type { Contract } from '../../src/contract/contract.js';
import { duration, exitCodes, type Output, plural } from '../output.js';
import { rootOption } from '../project.js';
import { Shutdown } from '../shutdown.js';

interface CompileOptions {
  readonly root: string;
  readonly json?: true;
  readonly check?: true;
}

interface CommandLine extends CompileOptions {
  readonly watch?: true;
}

export function addCompileCommand(program: Command, output: Output): void {
  program
    .command('compile')
    .summary('read the app and write .rocket/')
    .description(
      'Reads controllers, their contracts and the templates, and writes what server and client share into .rocket/.',
    )
    .addOption(rootOption())
    .option('--check', 'write nothing; fail when .rocket/ is not what the sources give')
    .addOption(
      new Option('--watch', 'compile again after every edit, until SIGINT or SIGTERM').conflicts('check'),
    )
    .option('--json', 'print the result as JSON, for programs; with --watch, one line for each compile')
    .addHelpText(
      'after',
      '\nExamples:\n  $ rocket compile\n  $ rocket compile --watch\n  $ rocket compile --root sample/hello --json',
    )
    .action(async (options: CommandLine) => {
      if (options.watch) await watchCommand(options, output);
      else process.exitCode = await compileCommand(options, output);
    });
}

/** Also the first step of a build. */
export async function compileCommand({ root, json, check }: CompileOptions, output: Output): Promise<number> {
  const start = performance.now();
  // Imported here: it brings two compilers along, which `rocket start` and `rocket --help` can do without.
  const { compile, staleOutput } = await import('../../src/compiler/index.js');
  const { contract, files, diagnostics: mistakes, written, removed } = compile({ root, write: !check });
  const diagnostics = check && mistakes.length === 0 ? staleOutput(root, files) : mistakes;
  const milliseconds = performance.now() - start;
  const isFine = diagnostics.length === 0;
  if (json) {
    output.json(compileReport({ contract, files, diagnostics, written, removed }, milliseconds));
  } else if (isFine) {
    const outcome = check ? ' (up to date)' : changes(written.length, removed.length);
    output.line(`Compiled ${contents(contract)} in ${duration(milliseconds)}${outcome}`);
  } else {
    output.diagnostics(diagnostics);
    const verdict = mistakes.length === 0 ? 'Not up to date' : 'Not compiled';
    output.verdict(`${verdict}: ${plural(diagnostics.length, 'error')}; nothing was written`);
  }
  return isFine ? exitCodes.fine : exitCodes.problems;
}

/** Compiles until the process is asked to end. */
async function watchCommand({ root, json }: CommandLine, output: Output): Promise<void> {
  const { watch } = await import('../../src/compiler/index.js');
  const report = (result: WatchResult): void => {
    if (json) output.jsonLine({ ...compileReport(result, result.milliseconds), changed: result.changed });
    else showWatched(result, output);
  };
  const watching = await watch({ root, onFailure: (error) => output.failure(error) }, report);
  new Shutdown(watching, output);
}

function showWatched(result: WatchResult, output: Output): void {
  const { contract, diagnostics, milliseconds, changed, written, removed } = result;
  const time = duration(milliseconds);
  output.diagnostics(diagnostics);
  if (diagnostics.length > 0) {
    output.verdict(`Not compiled: ${plural(diagnostics.length, 'error')} (${time}); nothing was written`);
  } else if (changed.length === 0) {
    output.line(
      `Compiled ${contents(contract)} in ${time}${changes(written.length, removed.length)}; watching for edits`,
    );
  } else {
    const edit = changed.length === 1 ? changed[0] : plural(changed.length, 'file');
    output.line(`Compiled ${edit} in ${time}${changes(written.length, removed.length)}`);
  }
}

/** What programs are told of a compile; docs/guides/contracts.md promises it. */
function compileReport({ diagnostics, written, removed }: CompileResult, milliseconds: number) {
  const ok = diagnostics.length === 0;
  return { ok, milliseconds: Math.round(milliseconds), diagnostics, written, removed };
}

function contents({ controllers }: Contract): string {
  const actions = controllers.reduce((sum, controller) => sum + controller.actions.length, 0);
  const clientActions = controllers.reduce((sum, controller) => sum + controller.clientActions.length, 0);
  return `${plural(controllers.length, 'controller')} with ${plural(actions, 'action')} and ${plural(clientActions, 'client action')}`;
}

function changes(written: number, removed: number): string {
  const parts = [
    ...(written > 0 ? [`${plural(written, 'file')} written`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return parts.length === 0 ? ' (nothing changed)' : ` (${parts.join(', ')})`;
}
