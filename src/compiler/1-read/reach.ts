import type { ts } from '../typescript.js';

/** What an import of a file finds: recorded while a program is made, by path. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Declarations that count in every file: nobody imports them. */
const ambient = /\bdeclare\s+(?:global|module)\b/;

/**
 * The files of the project that have a say in what a file declares: the file itself, what it imports, what
 * those import, and what declares things for all. While none of them changes, neither do its types.
 */
export class Reach {
  private readonly ambient: readonly ts.SourceFile[];
  private readonly known = new Map<ts.SourceFile, ReadonlySet<ts.SourceFile>>();

  constructor(
    private readonly program: ts.Program,
    private readonly imports: Imports,
    private readonly mayChange: (path: string) => boolean,
  ) {
    this.ambient = program
      .getSourceFiles()
      .filter((file) => mayChange(file.fileName) && (!isModule(file) || ambient.test(file.text)));
  }

  of(file: ts.SourceFile): ReadonlySet<ts.SourceFile> {
    const known = this.known.get(file);
    if (known !== undefined) return known;
    const reached = new Set([file, ...this.ambient]);
    // A set goes on to what is added to it meanwhile.
    for (const one of reached) {
      for (const path of this.imports.get(one.fileName) ?? []) {
        const target = this.mayChange(path) ? this.program.getSourceFile(path) : undefined;
        if (target !== undefined) reached.add(target);
      }
    }
    this.known.set(file, reached);
    return reached;
  }
}

/** A file without imports and exports is a script: what it declares is there for all. */
function isModule(file: ts.SourceFile): boolean {
  return 'externalModuleIndicator' in file && file.externalModuleIndicator !== undefined;
}
