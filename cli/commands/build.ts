import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import type { OutputFile } from '../build/output-folder.js';
import { duration, exitCodes, fileSize, type Output, plural } from '../output.js';
import { requireConfig, rootOption } from '../project.js';
import { compileCommand } from './compile.js';

export function addBuildCommand(program: Command, output: Output): void {
  program
    .command('build')
    .summary('compile the app and build dist/')
    .description(
      'Compiles the app, then builds what "rocket start" runs: server code, bundled client code and public files in dist/.',
    )
    .addOption(rootOption())
    .option('--json', 'print the result as JSON, for programs')
    .addHelpText('after', '\nExamples:\n  $ rocket build\n  $ rocket build --root sample/hello')
    .action(async ({ root, json }: { root: string; json?: true }) => {
      process.exitCode = await (json ? buildJson(root, output) : buildCommand(root, output));
    });
}

async function buildCommand(root: string, output: Output): Promise<number> {
  requireConfig(root, 'The app cannot be built');
  const compiled = await compileCommand({ root }, output);
  if (compiled !== exitCodes.fine) return compiled;

  const start = performance.now();
  const { buildApp } = await import('../build/build-app.js');
  const { diagnostics, server, client } = await buildApp(root);
  if (diagnostics.length > 0) {
    output.diagnostics(diagnostics);
    output.verdict(`Not built: ${plural(diagnostics.length, 'error')}; dist/ was left as it was`);
    return exitCodes.problems;
  }
  const modules = server.filter(({ path }) => path.endsWith('.js')).length;
  output.line(
    `Built ${plural(modules, 'server module')} and ${clientSize(client)} in ${duration(performance.now() - start)}`,
  );
  return exitCodes.fine;
}

/** The same for programs, in one result. */
async function buildJson(root: string, output: Output): Promise<number> {
  requireConfig(root, 'The app cannot be built');
  const start = performance.now();
  const { compile } = await import('../../src/compiler/index.js');
  const { diagnostics: mistakes, written, removed } = compile({ root });
  const { buildApp } = await import('../build/build-app.js');
  const built = mistakes.length === 0 ? await buildApp(root) : undefined;
  const diagnostics = built?.diagnostics ?? mistakes;
  const ok = diagnostics.length === 0;
  output.json({ ok, milliseconds: Math.round(performance.now() - start), diagnostics, written, removed });
  return ok ? exitCodes.fine : exitCodes.problems;
}

/** What a browser fetches at the most, maps left out. */
function clientSize(files: readonly OutputFile[]): string {
  const scripts = files.flatMap((file) =>
    'content' in file && !file.path.endsWith('.map') ? [file.content] : [],
  );
  if (scripts.length === 0) return 'no client code';
  const total = (sizes: number[]) => fileSize(sizes.reduce((sum, size) => sum + size, 0));
  const plain = total(scripts.map((content) => content.length));
  return `${plain} of client code (${total(scripts.map((content) => gzipSync(content).length))} gzipped)`;
}
