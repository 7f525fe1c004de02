import { join, relative, sep } from 'node:path';
import type { SourcePlace } from '../../contract/contract.js';
import type { ProblemCode } from '../../problems.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';
import { ProgramHost } from './program-host.js';
import { Reach } from './reach.js';

/** An app as TypeScript sees it. */
export interface AppProgram {
  readonly root: string;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The files of the app itself. */
  readonly files: ReadonlySet<ts.SourceFile>;
  readonly reach: Reach;
}

/**
 * Reads an app, and reads it again after an edit: files that have not changed are neither parsed nor
 * bound anew. One is made for each compile, or for each watch.
 */
export class ProgramReader {
  /** Whether to read the types of Node even if nothing of them seems to be used. */
  needsNodeTypes = false;
  private readonly host: ProgramHost;
  private last: { readonly app: AppProgram; readonly names: string; readonly nodeTypes: boolean } | undefined;

  constructor(private readonly root: string) {
    this.host = new ProgramHost(root);
  }

  /** The very same object as before where no file has changed. */
  read(code: readonly string[]): AppProgram {
    const names = code.join('\n');
    const rootNames = code.map((file) => join(this.root, file));
    const changed = this.host.refresh(rootNames, names !== this.last?.names);
    const wantsNodeTypes = this.needsNodeTypes || this.last?.nodeTypes || this.host.mentionsNode();
    const types = wantsNodeTypes ? this.host.typesFolder : undefined;
    const nodeTypes = types !== undefined;
    if (this.last && !changed && nodeTypes === this.last.nodeTypes) return this.last.app;
    const program = ts.createProgram({
      rootNames,
      options: compilerOptions(types),
      host: this.host.compilerHost,
      ...(this.last && { oldProgram: this.last.app.program }),
    });
    const files = new Set<ts.SourceFile>();
    for (const name of rootNames) {
      const source = program.getSourceFile(name);
      if (source) files.add(source);
    }
    const reach = new Reach(program, this.host.imports, this.host.mayChange);
    const app = { root: this.root, program, checker: program.getTypeChecker(), files, reach };
    this.last = { app, names, nodeTypes };
    return app;
  }

  /** Every file of the project that was read, from the project folder. */
  get projectFiles(): readonly string[] {
    const files = this.last?.app.program.getSourceFiles() ?? [];
    return files.flatMap(({ fileName }) => {
      return this.host.mayChange(fileName) ? relative(this.root, fileName).split(sep).join('/') : [];
    });
  }

  /** Whether the types of Node were left out although they are installed: nothing seemed to need them. */
  get lacksNodeTypes(): boolean {
    return this.host.typesFolder !== undefined && this.last?.nodeTypes === false;
  }
}

/**
 * Options of the compiler's own, whatever the app's tsconfig says: strict, so that `null` is seen, and
 * with few libraries, since reading them is most of the time.
 */
function compilerOptions(typesFolder: string | undefined): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'],
    ...(typesFolder === undefined ? { types: [] } : { types: ['node'], typeRoots: [typesFolder] }),
    strict: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    noEmit: true,
  };
}

/** Reports what is not TypeScript. */
export function reportSyntaxErrors(app: AppProgram, diagnostics: Diagnostics): void {
  for (const file of app.files) {
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

function placeAt(app: AppProgram, file: ts.SourceFile, position: number): SourcePlace {
  const { line, character } = file.getLineAndCharacterOfPosition(position);
  return {
    file: relative(app.root, file.fileName).split(sep).join('/'),
    line: line + 1,
    column: character + 1,
  };
}
