import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Options } from '@swc/core';
import type { TransformFailure } from 'esbuild';
import type { Diagnostics } from '../../src/compiler/diagnostics.js';
import { reportSyntaxMessages } from './esbuild-messages.js';
import { filesBelow, filesIn } from './files.js';
import type { OutputFile } from './output-folder.js';

/** Translates the server's TypeScript, file by file. What is not TypeScript is reported. */
export async function buildServerCode(root: string, diagnostics: Diagnostics): Promise<OutputFile[]> {
  const sources = await serverSources(root);
  const files = await Promise.all(
    sources.map((path) =>
      path.endsWith('.ts') ? translate(root, path, diagnostics) : [{ path, copyOf: join(root, path) }],
    ),
  );
  return files.flat();
}

/** `app` less what is the browser's, `config`, and the files beside rocket.config.ts; data and plain modules as they are. */
async function serverSources(root: string): Promise<string[]> {
  const [app, config, top] = await Promise.all([
    filesBelow(root, 'app'),
    filesBelow(root, 'config'),
    filesIn(root, '.'),
  ]);
  return [
    ...app.filter((path) => isCode(path) && !path.startsWith('app/client/')),
    ...config.filter(isCode),
    ...top.filter((path) => path.endsWith('.ts') && isCode(path)),
  ];
}

function isCode(path: string): boolean {
  return /\.(?:ts|js|json)$/.test(path) && !path.endsWith('.d.ts');
}

/** As TypeScript translates legacy decorators: with the types of constructor parameters, for the container. */
const swcOptions: Options = {
  swcrc: false,
  configFile: false,
  sourceMaps: true,
  inlineSourcesContent: false,
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

async function translate(root: string, path: string, diagnostics: Diagnostics): Promise<OutputFile[]> {
  const swc = await import('@swc/core');
  const source = await readFile(join(root, path), 'utf8');
  const output = path.replace(/ts$/, 'js');
  const sourceFileName = posix.relative(posix.dirname(`dist/${output}`), path);
  try {
    const { code, map = '' } = await swc.transform(source, {
      ...swcOptions,
      filename: join(root, path),
      sourceFileName,
    });
    const link = `//# sourceMappingURL=${posix.basename(output)}.map\n`;
    return [
      { path: output, content: code + link },
      { path: `${output}.map`, content: map },
    ];
  } catch (error) {
    await reportSyntax(path, source, error, diagnostics);
    return [];
  }
}

/** swc tells the line of a mistake only; esbuild, asked again, the column too. */
async function reportSyntax(
  path: string,
  source: string,
  error: unknown,
  diagnostics: Diagnostics,
): Promise<void> {
  const esbuild = await import('esbuild');
  const settings = {
    loader: 'ts',
    sourcefile: path,
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  } as const;
  const failure = await esbuild.transform(source, settings).then(
    () => undefined,
    (found: TransformFailure) => found,
  );
  if (failure !== undefined) return reportSyntaxMessages(failure.errors, diagnostics);
  const [, sentence = 'The file cannot be translated', line = '1'] =
    /^\s*[x×] (.*)\n.*:(\d+):\d+\]/.exec(String((error as Error).message)) ?? [];
  diagnostics.report({
    code: 'source_syntax',
    message: sentence,
    cure: 'Correct the syntax.',
    file: path,
    line: Number(line),
    column: 1,
    text: source,
  });
}
