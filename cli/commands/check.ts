import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Diagnostic } from '../../src/compiler/index.js';
import {
  type ContractComparison,
  type ContractDifference,
  compareContracts,
  type Verdict,
} from '../../src/contract/compare.js';
import { readContract } from '../contract.js';
import { duration, exitCodes, type Output, plural } from '../output.js';
import { rootOption } from '../project.js';
import { checkWiring } from '../wiring.js';

interface CheckOptions {
  readonly root: string;
  readonly against?: string;
  readonly json?: true;
}

export function addCheckCommand(program: Command, output: Output): void {
  program
    .command('check')
    .summary('find mistakes without running the app')
    .description(
      'Checks contracts, templates, the types of all code, stale generated files, how the classes of the built app are put together, and client actions that nobody transmits. Writes nothing.',
    )
    .addOption(rootOption())
    .option('--against <file>', "another version's .rocket/contract.json: who gets on with whom?")
    .option('--json', 'print the result as JSON, for programs')
    .addHelpText(
      'after',
      '\nIt fails on errors, and with --against where clients of the other version break.\n\nExamples:\n  $ rocket check\n  $ git show v1.2.0:.rocket/contract.json > old.json && rocket check --against old.json',
    )
    .action(async (options: CheckOptions) => {
      process.exitCode = await checkCommand(options, output);
    });
}

async function checkCommand({ root, against, json }: CheckOptions, output: Output): Promise<number> {
  const start = performance.now();
  const other = against === undefined ? undefined : readContract(resolve(against));
  // Imported here: it brings two compilers along, which `rocket start` and `rocket --help` can do without.
  const { check } = await import('../../src/compiler/index.js');
  const { contract, diagnostics: found } = check({ root });
  const diagnostics = [...found, ...(await checkWiring(root))];
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const comparison = other && contract && compareContracts(other, contract);
  const ok = errors === 0 && comparison?.oldClients !== 'breaking';
  const milliseconds = performance.now() - start;
  if (json) {
    output.json({
      ...{ ok, milliseconds: Math.round(milliseconds), diagnostics },
      ...(comparison && { comparison }),
    });
  } else {
    output.diagnostics(diagnostics);
    if (comparison) showComparison(comparison, output);
    showVerdict(diagnostics, errors, milliseconds, output);
  }
  return ok ? exitCodes.fine : exitCodes.problems;
}

function showVerdict(
  diagnostics: readonly Diagnostic[],
  errors: number,
  milliseconds: number,
  output: Output,
): void {
  const warnings = diagnostics.length - errors;
  const beside = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`;
  if (errors > 0) output.verdict(`${plural(errors, 'error')}${beside}`);
  else output.line(`Checked in ${duration(milliseconds)}: no errors${beside}`);
}

function showComparison({ differences, oldClients, newClients, step }: ContractComparison, output: Output) {
  for (const difference of differences) {
    output.line(`${output.strong(difference.subject)} ${difference.what}`);
    output.line(`    ${output.dim(detail(difference))}`);
  }
  if (differences.length === 0) {
    output.line('The contract promises what the other one does.\n');
    return;
  }
  output.line('');
  output.line(`Old clients, this server:  ${oldClients}`);
  output.line(`New clients, old server:   ${newClients}`);
  output.line(`${advice(oldClients, newClients)} The next version is a ${output.strong(step)} one.\n`);
}

function detail({ subject, calls, oldClients, newClients }: ContractDifference): string {
  const verdicts = `old clients: ${oldClients}, new clients with an old server: ${newClients}`;
  // A difference of a named type does not say by itself what it concerns.
  return calls.every((call) => subject.includes(call)) ? verdicts : `${verdicts}; in ${calls.join(', ')}`;
}

function advice(oldClients: Verdict, newClients: Verdict): string {
  if (oldClients === 'breaking') {
    return newClients === 'breaking'
      ? 'Neither the server nor the clients can go first.'
      : 'Let the clients go first, then the server.';
  }
  return newClients === 'breaking'
    ? 'Let the server go first, then the clients.'
    : 'Server and clients can go in any order.';
}
