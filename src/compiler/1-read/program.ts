import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript6';
import type { SourcePlace } from '../../contract/contract.js';
import type { ProblemCode } from '../../problems.js';
import type { Diagnostics } from '../diagnostics.js';

/** An app as TypeScript sees it. */
export interface AppProgram {
  readonly root: string;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The files of the app itself. */
  readonly files: ReadonlySet<ts.SourceFile>;
}

/**
 * What an app's types need of the package where it is not installed yet, or not built: its own first
 * build compiles the samples. Decorators are read from the syntax and need no types.
 */
const standIn = {
  path: '/rocket-io.d.ts',
  text: [
    'export declare class Redirect { private readonly redirect: true }',
    'export declare function redirect(message: object): Redirect;',
    'export interface Identity { readonly id: string }',
    'export declare abstract class CurrentUser {',
    '  abstract readonly id: string;',
    '  abstract readonly identity: Identity;',
    '  abstract readonly sessionId: string;',
    '}',
  ].join('\n'),
};

/**
 * Options of the compiler's own, whatever the app's tsconfig says: strict, so that `null` is seen, and
 * with few libraries, since reading them is most of the time.
 */
function compilerOptions(root: string): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'],
    types: hasNodeTypes(root) ? ['node'] : [],
    strict: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    noEmit: true,
  };
}

export function readProgram(root: string, code: readonly string[], diagnostics: Diagnostics): AppProgram {
  const options = compilerOptions(root);
  const program = ts.createProgram({
    rootNames: code.map((file) => join(root, file)),
    options,
    host: compilerHost(root, options),
  });
  const files = new Set<ts.SourceFile>();
  for (const file of code) {
    const source = program.getSourceFile(join(root, file));
    if (source) files.add(source);
  }
  const app = { root, program, checker: program.getTypeChecker(), files };
  for (const file of files) reportSyntax(app, file, diagnostics);
  return app;
}

/** Where a node stands, as the contract and the diagnostics say it. */
export function placeOf(app: AppProgram, node: ts.Node): SourcePlace {
  return placeAt(app, node.getSourceFile(), node.getStart());
}

export function reportAt(
  app: AppProgram,
  diagnostics: Diagnostics,
  node: ts.Node,
  problem: { code: ProblemCode; message: string; cure: string },
): void {
  diagnostics.report({ ...problem, ...placeOf(app, node), text: node.getSourceFile().text });
}

function reportSyntax(app: AppProgram, file: ts.SourceFile, diagnostics: Diagnostics): void {
  for (const found of app.program.getSyntacticDiagnostics(file)) {
    diagnostics.report({
      code: 'source_syntax',
      message: ts.flattenDiagnosticMessageText(found.messageText, ' '),
      cure: 'Correct the syntax.',
      ...placeAt(app, file, found.start),
      text: file.text,
    });
  }
}

function placeAt(app: AppProgram, file: ts.SourceFile, position: number): SourcePlace {
  const { line, character } = file.getLineAndCharacterOfPosition(position);
  return {
    file: relative(app.root, file.fileName).split(sep).join('/'),
    line: line + 1,
    column: character + 1,
  };
}

function compilerHost(root: string, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const cache = ts.createModuleResolutionCache(root, (name) => host.getCanonicalFileName(name), options);
  const { fileExists, readFile, getSourceFile } = host;
  return {
    ...host,
    fileExists: (path) => path === standIn.path || fileExists(path),
    readFile: (path) => (path === standIn.path ? standIn.text : readFile(path)),
    getSourceFile: (path, language, ...rest) =>
      path === standIn.path
        ? ts.createSourceFile(path, standIn.text, language)
        : getSourceFile(path, language, ...rest),
    resolveModuleNameLiterals: (literals, containing, redirected, settings, source) =>
      literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(source, literal, settings);
        const found = ts.resolveModuleName(literal.text, containing, settings, host, cache, redirected, mode);
        if (found.resolvedModule || literal.text !== 'rocket-io') return found;
        return { resolvedModule: { resolvedFileName: standIn.path, extension: ts.Extension.Dts } };
      }),
  };
}

/** Without them an inferred type that comes from a Node module would be unknown. */
function hasNodeTypes(root: string): boolean {
  for (let folder = root; ; folder = join(folder, '..')) {
    if (existsSync(join(folder, 'node_modules/@types/node/package.json'))) return true;
    if (folder === join(folder, '..')) return false;
  }
}
