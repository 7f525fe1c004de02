import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readApp } from '../contract.js';
import { duration, exitCodes, fileSize, type Output, plural } from '../output.js';
import { projectName, rootOption } from '../project.js';

interface SdkOptions {
  readonly root: string;
  readonly out: string;
  readonly name?: string;
}

export function addSdkCommand(program: Command, output: Output): void {
  program
    .command('sdk')
    .summary('write an npm package that calls the app')
    .description(
      'Writes an npm package with the typed client of the app: for Node (ES module and CommonJS) and for browsers, with or without a bundler. It depends on no other package.',
    )
    .addOption(rootOption())
    .requiredOption('--out <folder>', 'the folder of the package')
    .addOption(
      new Option(
        '--name <name>',
        'the name of the package (default: that of the app with -client)',
      ).argParser(packageName),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ rocket sdk --out sdk\n  $ rocket sdk --out sdk --name @example/songs && npm pack ./sdk',
    )
    .action(async (options: SdkOptions) => {
      process.exitCode = await sdkCommand(options, output);
    });
}

async function sdkCommand({ root, out, name }: SdkOptions, output: Output): Promise<number> {
  const start = performance.now();
  const { contract, diagnostics } = await readApp(root);
  if (diagnostics.length > 0) {
    output.diagnostics(diagnostics);
    output.verdict(`Not compiled: ${plural(diagnostics.length, 'error')}; nothing was written`);
    return exitCodes.problems;
  }
  const { sdkSources } = await import('../../src/compiler/index.js');
  const { buildSdk } = await import('../build/sdk-package.js');
  const { writeOutput } = await import('../build/output-folder.js');
  const folder = resolve(out);
  const files = await buildSdk(sdkSources(contract), { folder, name, app: appOf(root) });
  await writeOutput(folder, files);

  const browser = files.find(({ path }) => path === 'browser.js');
  const code = browser && 'content' in browser ? browser.content : '';
  const sizes = `${fileSize(Buffer.byteLength(code))} in a browser (${fileSize(gzipSync(code).length)} gzipped)`;
  const place = relative(process.cwd(), folder) || '.';
  output.line(
    `Wrote ${plural(files.length, 'file')} to ${place}, ${sizes}, in ${duration(performance.now() - start)}`,
  );
  return exitCodes.fine;
}

function appOf(root: string): { name: string; version: string } {
  return { name: projectName(root), version: versionOf(root) ?? '0.1.0' };
}

function versionOf(root: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
}

function packageName(name: string): string {
  if (!/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name) || name.length > 214)
    throw new InvalidArgumentError(
      'This is not a name that npm takes, such as songs-client or @example/songs.',
    );
  return name;
}
