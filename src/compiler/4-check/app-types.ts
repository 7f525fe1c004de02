import { join, relative, sep } from 'node:path';
import { type OutputFile, outputFolder } from '../3-emit/source-text.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';

/** The options of an app that has no tsconfig.json: those that the package publishes, less what needs a folder. */
const standardOptions = {
  extends: 'rocket-io/tsconfig.json',
  include: ['app', 'config', '*.ts', '.rocket/**/*.d.ts'],
};

/**
 * The whole app, client code and specs included, as its own tsconfig.json says, with the generated files as
 * they should be in place of those that are there.
 */
export function readWholeApp(
  root: string,
  generated: readonly OutputFile[],
  diagnostics: Diagnostics,
): ts.Program {
  const { options, fileNames, errors } = readConfig(root);
  for (const error of errors) reportTypeError(root, error, diagnostics);
  const texts = new Map(generated.map(({ path, text }) => [posix(join(root, path)), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  return ts.createProgram({
    rootNames: [...new Set([...fileNames, ...[...texts.keys()].filter((path) => path.endsWith('.ts'))])],
    options: { ...options, noEmit: true },
    host: {
      ...host,
      // As tsc does: documentation is read by people.
      jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeErrors,
      fileExists: (path) => texts.has(path) || fileExists(path),
      readFile: (path) => texts.get(path) ?? readFile(path),
      getSourceFile: (path, settings) => {
        const text = texts.get(path) ?? readFile(path);
        return text === undefined ? undefined : ts.createSourceFile(path, text, settings);
      },
    },
  });
}

/**
 * Reports what TypeScript says of the app.
 *
 * @param isCompiled whether the generated files are what the sources give: what is said of others helps nobody
 */
export function reportTypeErrors(
  root: string,
  program: ts.Program,
  isCompiled: boolean,
  diagnostics: Diagnostics,
): void {
  for (const error of ts.getPreEmitDiagnostics(program)) {
    const isGenerated = error.file?.fileName.startsWith(`${posix(join(root, outputFolder))}/`) ?? false;
    if (error.category !== ts.DiagnosticCategory.Error || (isGenerated && !isCompiled)) continue;
    reportTypeError(root, error, diagnostics);
  }
}

function readConfig(root: string): ts.ParsedCommandLine {
  const file = join(root, 'tsconfig.json');
  const read = ts.sys.fileExists(file)
    ? ts.readConfigFile(file, ts.sys.readFile)
    : { config: standardOptions };
  const parsed = ts.parseJsonConfigFileContent(read.config ?? {}, ts.sys, root, undefined, file);
  return read.error === undefined ? parsed : { ...parsed, errors: [read.error] };
}

function reportTypeError(root: string, error: ts.Diagnostic, diagnostics: Diagnostics): void {
  const { file, start = 0 } = error;
  const place = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
  diagnostics.report({
    code: 'type_error',
    message: `${ts.flattenDiagnosticMessageText(error.messageText, '\n    ')} (TS${error.code})`,
    cure: 'Correct the code, or the type that it is held against.',
    file: file === undefined ? 'tsconfig.json' : posix(relative(root, file.fileName)),
    line: place.line + 1,
    column: place.character + 1,
    text: file?.text ?? '',
  });
}

function posix(path: string): string {
  return path.split(sep).join('/');
}
