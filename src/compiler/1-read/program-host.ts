import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { ts } from '../typescript.js';

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
    'export interface UploadedFile { readonly name: string; readonly size: number; readonly type: string }',
    'declare const rocketConstraint: unique symbol;',
    'interface Constraint { readonly [rocketConstraint]?: unknown }',
    ...['Email', 'Url', 'Uuid', 'Integer', 'UniqueItems'].map(
      (name) => `export interface ${name} extends Constraint {}`,
    ),
    ...[
      ...['MinLength', 'MaxLength', 'Min', 'Max', 'ExclusiveMin', 'ExclusiveMax', 'MultipleOf'],
      ...['MinItems', 'MaxItems', 'Pattern'],
    ].map((name) => `export interface ${name}<Value> extends Constraint {}`),
  ].join('\n'),
};

/**
 * The names by which Node's own types come into a program: without them `x instanceof URL` would narrow
 * nothing. Of functions such as `setTimeout` at most a result is missed, and that is noticed.
 */
const nodeNames = new RegExp(
  [
    '[\'"]node:',
    String.raw`from\s+['"](?:${builtinModules.filter((name) => !name.startsWith('_')).join('|')})['"]`,
    String.raw`<reference\s+types=`,
    String.raw`\b(?:NodeJS|Buffer|URL|URLSearchParams|Blob|File|FormData|Headers|Request|Response|DOMException)\b`,
    String.raw`\b(?:WebSocket|Event|EventTarget|EventSource|MessageEvent|MessageChannel|MessagePort|Crypto|CryptoKey)\b`,
    String.raw`\b(?:AbortController|AbortSignal|BroadcastChannel|process|crypto|performance|globalThis)\b`,
    String.raw`\b(?:(?:Readable|Writable|Transform|TextDecoder|TextEncoder)(?:Stream)?)\b`,
  ].join('|'),
);

/**
 * The files of a program, each read and parsed once for as long as it stays the same. Those of installed
 * packages are not looked at again.
 */
export class ProgramHost {
  readonly compilerHost: ts.CompilerHost;
  /** The folder that has Node's types, as far as they are installed. */
  readonly typesFolder: string | undefined;
  private readonly parsed = new Map<string, ts.SourceFile | undefined>();
  /** What the imports of each file found. */
  readonly imports = new Map<string, ReadonlySet<string>>();
  /** The texts of the app's files as they were at the last refresh. */
  private texts = new Map<string, string>();
  private resolutions: ts.ModuleResolutionCache;
  private isResolvedAnew = false;
  /** The folder of the package `rocket-io`, when it has been found. */
  private framework: string | undefined;

  private readonly root: string;

  constructor(root: string) {
    this.root = ts.sys.resolvePath(root);
    this.typesFolder = typesAbove(root);
    this.resolutions = this.newResolutions();
    this.compilerHost = this.makeHost();
  }

  /**
   * Reads the files of the app again.
   *
   * @param regrouped whether there are other files than before: what an import finds may have changed
   * @returns whether anything has changed
   */
  refresh(files: readonly string[], regrouped: boolean): boolean {
    const before = this.texts;
    const known = new Set([...files, ...[...this.parsed.keys()].filter((path) => this.mayChange(path))]);
    this.texts = new Map();
    let changed = regrouped;
    for (const path of known) {
      const text = ts.sys.readFile(path);
      if (text === undefined) changed ||= before.has(path);
      else this.texts.set(path, text);
      if (text === before.get(path)) continue;
      changed = true;
      this.parsed.delete(path);
    }
    this.isResolvedAnew = regrouped;
    if (regrouped) this.resolutions = this.newResolutions();
    return changed;
  }

  /** Whether the app says anything that only Node's types explain. */
  mentionsNode(): boolean {
    return [...this.texts.values()].some((text) => nodeNames.test(text));
  }

  private makeHost(): ts.CompilerHost {
    const host = ts.createCompilerHost({});
    return {
      ...host,
      fileExists: (path) => path === standIn.path || this.texts.has(path) || host.fileExists(path),
      readFile: (path) => (path === standIn.path ? standIn.text : host.readFile(path)),
      getSourceFile: (path, settings) => this.sourceFile(path, settings),
      getModuleResolutionCache: () => this.resolutions,
      hasInvalidatedResolutions: (path) => this.isResolvedAnew && this.mayChange(path),
      resolveModuleNameLiterals: (literals, containing, redirected, settings, source) => {
        const found = literals.map((literal) => {
          if (this.isOutsideOfFramework(literal.text, containing)) return { resolvedModule: undefined };
          const mode = ts.getModeForUsageLocation(source, literal, settings);
          return this.resolve(literal.text, containing, settings, redirected, mode);
        });
        const paths = found.flatMap(({ resolvedModule }) => resolvedModule?.resolvedFileName ?? []);
        this.imports.set(containing, new Set(paths));
        return found;
      },
    };
  }

  private sourceFile(
    path: string,
    settings: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile | undefined {
    if (this.parsed.has(path)) return this.parsed.get(path);
    const text = path === standIn.path ? standIn.text : (this.texts.get(path) ?? ts.sys.readFile(path));
    if (text !== undefined && this.mayChange(path)) this.texts.set(path, text);
    const file = text === undefined ? undefined : ts.createSourceFile(path, text, forParsing(path, settings));
    this.parsed.set(path, file);
    return file;
  }

  private resolve(
    name: string,
    containing: string,
    settings: ts.CompilerOptions,
    redirected: ts.ResolvedProjectReference | undefined,
    mode: ts.ResolutionMode,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    const { compilerHost, resolutions } = this;
    const found = ts.resolveModuleName(
      name,
      containing,
      settings,
      compilerHost,
      resolutions,
      redirected,
      mode,
    );
    if (name !== 'rocket-io') return found;
    const { resolvedModule } = found;
    if (resolvedModule === undefined)
      return { resolvedModule: { resolvedFileName: standIn.path, extension: ts.Extension.Dts } };
    const inside = resolvedModule.packageId?.subModuleName ?? '';
    this.framework = resolvedModule.resolvedFileName.slice(0, -inside.length);
    return found;
  }

  /** Neither Fastify's types nor inversify's say anything about what crosses the wire. */
  private isOutsideOfFramework(name: string, containing: string): boolean {
    if (this.framework === undefined || name.startsWith('.')) return false;
    // An app may stand inside of the package, as the samples do.
    return containing.startsWith(this.framework) && !this.mayChange(containing);
  }

  /** Whether a file is one of the project, and not of an installed package. */
  readonly mayChange = (path: string): boolean =>
    path.startsWith(`${this.root}/`) && !path.includes('/node_modules/');

  private newResolutions(): ts.ModuleResolutionCache {
    const canonical = (name: string) => (ts.sys.useCaseSensitiveFileNames ? name : name.toLowerCase());
    return ts.createModuleResolutionCache(this.root, canonical);
  }
}

/** The documentation in TypeScript's libraries and Node's types is long, and nobody sees it here. */
function forParsing(
  path: string,
  settings: ts.ScriptTarget | ts.CreateSourceFileOptions,
): ts.ScriptTarget | ts.CreateSourceFileOptions {
  if (typeof settings !== 'object' || !/\/(?:lib\.[^/]+|@types\/node\/.+)\.d\.ts$/.test(path))
    return settings;
  return { ...settings, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
}

function typesAbove(root: string): string | undefined {
  for (let folder = root; ; folder = join(folder, '..')) {
    const types = join(folder, 'node_modules/@types');
    if (existsSync(join(types, 'node/package.json'))) return types;
    if (folder === join(folder, '..')) return undefined;
  }
}
