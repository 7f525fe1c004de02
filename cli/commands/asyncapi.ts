import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { asyncApiDocument } from '../../src/contract/asyncapi.js';
import { readApp } from '../contract.js';
import { exitCodes, type Output, plural } from '../output.js';
import { projectName, rootOption } from '../project.js';

interface AsyncApiOptions {
  readonly root: string;
  readonly out?: string;
  readonly url?: URL;
}

export function addAsyncApiCommand(program: Command, output: Output): void {
  program
    .command('asyncapi')
    .summary('write the contract as an AsyncAPI document')
    .description(
      'Writes the contract as an AsyncAPI 3 document in JSON: for generators, catalogues and clients in other languages.',
    )
    .addOption(rootOption())
    .option('--out <file>', 'the file to write; without it the document goes to standard output')
    .addOption(
      new Option('--url <url>', 'where the app runs, as in wss://example.com/rocket').argParser(socketUrl),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ rocket asyncapi --out asyncapi.json\n  $ rocket asyncapi --url wss://example.com/rocket',
    )
    .action(async (options: AsyncApiOptions) => {
      process.exitCode = await asyncApiCommand(options, output);
    });
}

async function asyncApiCommand({ root, out, url }: AsyncApiOptions, output: Output): Promise<number> {
  const { contract, diagnostics } = await readApp(root);
  if (diagnostics.length > 0) {
    output.diagnostics(diagnostics);
    output.verdict(`Nothing was written: ${plural(diagnostics.length, 'error')}`);
    return exitCodes.problems;
  }
  const document = asyncApiDocument(contract, {
    title: projectName(root),
    version: projectVersion(root),
    ...(url && { url }),
  });
  if (out === undefined) {
    output.json(document);
    return exitCodes.fine;
  }
  writeFileSync(resolve(out), `${JSON.stringify(document, null, 2)}\n`);
  output.line(`Wrote ${plural(Object.keys(document.operations).length, 'operation')} to ${out}`);
  return exitCodes.fine;
}

function projectVersion(root: string): string {
  try {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: unknown };
    if (typeof version === 'string') return version;
  } catch {
    // Without a package.json the app has no version: the document has to have one.
  }
  return '0.0.0';
}

function socketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^wss?:$/.test(url.protocol))
    throw new InvalidArgumentError('Give the URL of a socket, as in wss://example.com/rocket.');
  return url;
}
