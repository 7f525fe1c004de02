import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ProblemsError } from '../src/problems.js';
import { addAsyncApiCommand } from './commands/asyncapi.js';
import { addBuildCommand } from './commands/build.js';
import { addCheckCommand } from './commands/check.js';
import { addCompileCommand } from './commands/compile.js';
import { addRoutesCommand } from './commands/routes.js';
import { addSdkCommand } from './commands/sdk.js';
import { addStartCommand } from './commands/start.js';
import { exitCodes, Output } from './output.js';

/** The program `rocket`: a command line in, an exit code out. */
async function main(argv: readonly string[]): Promise<void> {
  const output = new Output();
  const program = new Command('rocket')
    .description('Builds and runs apps made with Rocket.io.')
    .version(packageVersion(), '-v, --version')
    .helpCommand(true)
    .showHelpAfterError('(rocket --help shows what can be asked)')
    .addHelpText('after', '\nExamples:\n  $ rocket build && rocket start\n  $ rocket help build')
    .exitOverride();
  addCompileCommand(program, output);
  addBuildCommand(program, output);
  addStartCommand(program, output);
  addCheckCommand(program, output);
  addRoutesCommand(program, output);
  addAsyncApiCommand(program, output);
  addSdkCommand(program, output);

  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has been printed. Help that was asked for is no mistake; help instead of an answer is.
      process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    } else {
      if (error instanceof ProblemsError && argv.includes('--json')) output.problems(error);
      else output.failure(error);
      process.exitCode = exitCodes.problems;
    }
  }
}

function packageVersion(): string {
  const { version } = JSON.parse(
    readFileSync(new URL(import.meta.resolve('rocket-io/package.json')), 'utf8'),
  ) as { version: string };
  return version;
}

await main(process.argv);
