import { resolve } from 'node:path';
import type { Contract } from '../contract/contract.js';
import { findSources, hasApp, hashSources } from '../sources.js';
import { readControllers } from './1-read/controllers.js';
import { type AppProgram, ProgramReader, reportSyntaxErrors } from './1-read/program.js';
import { TemplateReader } from './1-read/templates.js';
import { checkControllers } from './2-model/check-names.js';
import { TemplateChecker } from './2-model/check-templates.js';
import { ContractBuilder } from './2-model/contract-builder.js';
import { type NamedTemplate, nameTemplates } from './2-model/name-templates.js';
import { LocalsResolver } from './2-model/resolve-locals.js';
import { emit } from './3-emit/emit.js';
import type { OutputFile } from './3-emit/source-text.js';
import { writeFiles } from './3-emit/write-files.js';
import { type Diagnostic, Diagnostics } from './diagnostics.js';

export interface CompileOptions {
  /** The project folder: the one that holds `app`. */
  readonly root: string;
  /** Whether to write the files when there is no mistake. @default true */
  readonly write?: boolean;
}

export interface CompileResult {
  readonly contract: Contract;
  /** Every generated file. Empty when there are diagnostics. */
  readonly files: readonly OutputFile[];
  /** Every mistake that was found, by file and place. Nothing is written when there is one. */
  readonly diagnostics: readonly Diagnostic[];
  /** The files that were new or different, from the project folder. */
  readonly written: readonly string[];
  /** The files that are no longer generated and were removed. */
  readonly removed: readonly string[];
}

/**
 * Compiles an app: reads its controllers and templates, works out the contract, and writes `.rocket/`.
 *
 * @example
 * const { diagnostics } = compile({ root: process.cwd() });
 * for (const diagnostic of diagnostics) console.error(formatDiagnostic(diagnostic));
 */
export function compile(options: CompileOptions): CompileResult {
  return new Compiler(options).compile();
}

/** What the server code of an app says, and what is wrong with it. */
interface Model {
  readonly app: AppProgram;
  readonly contract: Contract;
  readonly diagnostics: Diagnostics;
}

/**
 * Compiles one app again and again: what an edit has not touched is kept from the time before.
 *
 * @example
 * const compiler = new Compiler({ root: process.cwd() });
 * compiler.compile();
 * // … and after an edit, in a fraction of the time:
 * compiler.compile();
 */
export class Compiler {
  private readonly root: string;
  private readonly write: boolean;
  private readonly programs: ProgramReader;
  private readonly templates: TemplateReader;
  private readonly contracts = new ContractBuilder();
  private readonly checker = new TemplateChecker();
  private last: Model | undefined;

  constructor({ root, write = true }: CompileOptions) {
    this.root = resolve(root);
    this.write = write;
    this.programs = new ProgramReader(this.root);
    this.templates = new TemplateReader(this.root);
  }

  /** Reads the sources as they are now. */
  compile(): CompileResult {
    const result = this.attempt();
    if (result.diagnostics.length === 0 || !this.programs.lacksNodeTypes) return result;
    // A type that says nothing may be one of Node's, which were left out: it is looked at with them.
    this.programs.needsNodeTypes = true;
    this.contracts.forget();
    return this.attempt();
  }

  private attempt(): CompileResult {
    const { root } = this;
    const { code, views } = findSources(root);
    const model = this.readModel(code);
    const { contract } = model;
    const diagnostics = new Diagnostics();
    diagnostics.add(model.diagnostics);
    reportMissingApp(root, diagnostics);
    const locals = new LocalsResolver(model.app, contract, diagnostics);
    const all = nameTemplates(this.templates.read(views, diagnostics), contract, locals, diagnostics);

    const files = model.diagnostics.isEmpty
      ? emit(contract, { all, types: locals.types }, hashSources(root, this.otherFiles))
      : [];
    if (model.diagnostics.isEmpty) this.checkTemplates(model, all, files, diagnostics);
    const found = diagnostics.sorted();
    if (found.length > 0) return { contract, files: [], diagnostics: found, written: [], removed: [] };
    const { written, removed } = this.write ? writeFiles(root, files) : { written: [], removed: [] };
    return { contract, files, diagnostics: found, written, removed };
  }

  /** Against the very declarations that are generated. */
  private checkTemplates(
    { app, contract }: Model,
    templates: readonly NamedTemplate[],
    files: readonly OutputFile[],
    diagnostics: Diagnostics,
  ): void {
    const textOf = (name: string) => files.find(({ path }) => path.endsWith(`/${name}`))?.text ?? '';
    const declarations = { client: textOf('client.d.ts'), templates: textOf('templates.d.ts') };
    this.checker.check({ app, contract, templates, declarations }, diagnostics);
  }

  /** The files outside of `app` that the app's code imports, from the project folder. */
  get otherFiles(): readonly string[] {
    return this.programs.projectFiles.filter((path) => !path.startsWith('app/'));
  }

  private readModel(code: readonly string[]): Model {
    const app = this.programs.read(code);
    if (app !== this.last?.app) this.last = this.modelOf(app);
    return this.last;
  }

  private modelOf(app: AppProgram): Model {
    const diagnostics = new Diagnostics();
    reportSyntaxErrors(app, diagnostics);
    const controllers = checkControllers(app, readControllers(app, diagnostics), diagnostics);
    return { app, contract: this.contracts.build(app, controllers, diagnostics), diagnostics };
  }
}

function reportMissingApp(root: string, diagnostics: Diagnostics): void {
  if (hasApp(root)) return;
  diagnostics.report({
    code: 'missing_app',
    message: 'There is no folder "app" in the project folder',
    cure: 'Run the command in the folder that holds app, or name it: rocket compile --root FOLDER.',
    ...{ file: 'app', line: 1, column: 1, text: '' },
  });
}
