import { ts } from '../typescript.js';
import { templateSupport } from './template-support.js';
import { clientModule, templatesModule } from './virtual-opening.js';

/** The declarations that templates are checked against, as they are generated for the app. */
export interface TemplateDeclarations {
  /** The text of `client.d.ts`. */
  readonly client: string;
  /** The text of `templates.d.ts`. */
  readonly templates: string;
}

const paths = {
  support: '/rocket/support.d.ts',
  client: '/rocket/client.d.ts',
  templates: '/rocket/templates.d.ts',
};

const modules: Readonly<Record<string, string>> = {
  [clientModule]: paths.client,
  './client.js': paths.client,
  [templatesModule]: paths.templates,
};

/** JavaScript alone: no name of a page's is known in a template. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

/**
 * A program of templates as TypeScript. It holds nothing of the app but the generated declarations, which
 * makes it small, and it can be made anew with other texts while the rest is kept.
 */
export class TemplateProgram {
  private readonly files = new Map<string, ts.SourceFile>();
  private readonly host: ts.CompilerHost;
  private program: ts.Program | undefined;

  /** @param parsed files of TypeScript's own libraries that have been read already */
  constructor(private parsed: (path: string) => ts.SourceFile | undefined) {
    const host = ts.createCompilerHost(options);
    const { getSourceFile } = host;
    this.put(paths.support, templateSupport());
    this.host = {
      ...host,
      fileExists: (path) => this.files.has(path),
      readFile: (path) => this.files.get(path)?.text,
      getSourceFile: (path, ...rest) => {
        const known = this.files.get(path) ?? this.parsed(path) ?? getSourceFile(path, ...rest);
        if (known) this.files.set(path, known);
        return known;
      },
      resolveModuleNameLiterals: (literals) =>
        literals.map(({ text }) => {
          const resolvedFileName = modules[text];
          if (resolvedFileName === undefined) return { resolvedModule: undefined };
          return { resolvedModule: { resolvedFileName, extension: ts.Extension.Dts } };
        }),
    };
  }

  /** Where libraries come from, once the program of the app has been read anew. */
  shareFrom(parsed: (path: string) => ts.SourceFile | undefined): void {
    this.parsed = parsed;
  }

  /** @param texts of the templates, by their path in the app */
  update({ client, templates }: TemplateDeclarations, texts: ReadonlyMap<string, string>): ts.Program {
    this.put(paths.client, client);
    this.put(paths.templates, templates);
    for (const [file, text] of texts) this.put(pathOf(file), text);
    this.program = ts.createProgram({
      rootNames: [paths.support, ...[...texts.keys()].map(pathOf)],
      options,
      host: this.host,
      ...(this.program && { oldProgram: this.program }),
    });
    return this.program;
  }

  sourceFile(file: string): ts.SourceFile {
    const source = this.program?.getSourceFile(pathOf(file));
    if (source === undefined) throw new Error(`${file} is not in the program of templates`);
    return source;
  }

  private put(path: string, text: string): void {
    if (this.files.get(path)?.text === text) return;
    const settings: ts.CreateSourceFileOptions = {
      languageVersion: ts.ScriptTarget.ES2022,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    };
    this.files.set(path, ts.createSourceFile(path, text, settings));
  }
}

/** Whether a symbol is one of the helpers, and no local or variable of the same name. */
export function isSupport(symbol: ts.Symbol | undefined): boolean {
  const declaration = symbol?.declarations?.[0];
  if (declaration === undefined) return false;
  // The helpers for links are declared above the template, with the calls that it names.
  return declaration.getSourceFile().fileName === paths.support || isAmbient(declaration);
}

function isAmbient(declaration: ts.Declaration): boolean {
  return ts.isFunctionDeclaration(declaration) && declaration.body === undefined;
}

function pathOf(file: string): string {
  return `/rocket/${file}.ts`;
}
