import type { Command } from 'commander';
import type { Contract } from '../../src/contract/contract.js';
import { duration, exitCodes, type Output, plural } from '../output.js';
import { rootOption } from '../project.js';

interface CompileOptions {
  readonly root: string;
  readonly json?: true;
}

export function addCompileCommand(program: Command, output: Output): void {
  program
    .command('compile')
    .summary('read the app and write .rocket/')
    .description(
      'Reads controllers, their contracts and the templates, and writes what server and client share into .rocket/.',
    )
    .addOption(rootOption())
    .option('--json', 'print the result as JSON, for programs')
    .addHelpText('after', '\nExamples:\n  $ rocket compile\n  $ rocket compile --root sample/hello --json')
    .action(async (options: CompileOptions) => {
      process.exitCode = await compileCommand(options, output);
    });
}

/** Also the first step of a build. */
export async function compileCommand({ root, json }: CompileOptions, output: Output): Promise<number> {
  const start = performance.now();
  // Imported here: it brings two compilers along, which `rocket start` and `rocket --help` can do without.
  const { compile } = await import('../../src/compiler/index.js');
  const { contract, diagnostics, written, removed } = compile({ root });
  const milliseconds = performance.now() - start;
  const isFine = diagnostics.length === 0;
  if (json) {
    output.json({ ok: isFine, milliseconds: Math.round(milliseconds), diagnostics, written, removed });
  } else if (isFine) {
    output.line(
      `Compiled ${contents(contract)} in ${duration(milliseconds)}${changes(written.length, removed.length)}`,
    );
  } else {
    output.diagnostics(diagnostics);
    output.verdict(`Not compiled: ${plural(diagnostics.length, 'error')}; nothing was written`);
  }
  return isFine ? exitCodes.fine : exitCodes.problems;
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
