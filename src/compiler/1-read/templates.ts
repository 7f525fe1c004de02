import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import pug from 'pug';
import type lex from 'pug-lexer';
import type { Diagnostics } from '../diagnostics.js';
import { hoistMixins } from './hoist-mixins.js';
import type { PugBlock } from './pug-nodes.js';
import { FilterError, reportTemplateError } from './template-errors.js';
import { type FoundLocals, readLocals } from './template-locals.js';

/** A template, compiled by Pug. */
export interface Template {
  /** `app/views/song/index.pug` */
  readonly file: string;
  /** The path below `app/views`, without the ending: `['song', 'index']`. */
  readonly path: readonly string[];
  /** The declaration in its first line. */
  readonly declared: FoundLocals | undefined;
  /** What it consists of, includes and blocks put in. */
  readonly root: PugBlock;
  /** The template and all that it includes or extends, by the `filename` of the nodes. */
  readonly sources: ReadonlyMap<string, TemplateSource>;
  /** Every file that was read for it, plain text that it includes too: path → text. */
  readonly reads: ReadonlyMap<string, string>;
  /** The names that it uses without declaring them, in the order of the body's parameters. */
  readonly names: readonly string[];
  /** Statements that build `pug_html`. */
  readonly body: string;
}

export interface TemplateSource {
  /** The path from the project folder. */
  readonly file: string;
  /** As Pug reads it: lines end in `\n`. */
  readonly text: string;
}

const viewsFolder = 'app/views';

/** What templates may use of JavaScript. Anything else that they name is a local or a helper: never a global of the page. */
export const templateBuiltIns: readonly string[] = [
  ...[
    'Array',
    'Boolean',
    'Date',
    'Intl',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'RegExp',
    'Set',
    'String',
  ],
  ...['BigInt', 'Infinity', 'NaN', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'console'],
  ...['decodeURIComponent', 'encodeURIComponent', 'encodeURI', 'decodeURI', 'Error', 'Symbol'],
];

/**
 * Compiles the templates of an app, again and again; files and folders that begin with `_` are partials and
 * only included. A template whose files are as they were is the very same object as before.
 */
export class TemplateReader {
  private known = new Map<string, Template>();

  constructor(private readonly root: string) {}

  read(views: readonly string[], diagnostics: Diagnostics): Template[] {
    const before = this.known;
    this.known = new Map();
    for (const file of views) {
      const path = file.slice(viewsFolder.length + 1, -'.pug'.length).split('/');
      if (!file.endsWith('.pug') || path.some((part) => part.startsWith('_'))) continue;
      try {
        const known = before.get(file);
        const template =
          known && isAsItWas(known) ? known : { file, path, ...compileTemplate(this.root, file) };
        this.known.set(file, template);
      } catch (error) {
        reportTemplateError(this.root, file, views, error, diagnostics);
      }
    }
    return [...this.known.values()];
  }
}

function isAsItWas({ reads }: Template): boolean {
  return [...reads].every(([path, text]) => existsSync(path) && readFileSync(path, 'utf8') === text);
}

/** Pug's own hooks; its types lack them. */
interface PugPlugin {
  read(filename: string): Buffer;
  preLex(text: string, options: { readonly filename: string }): string;
  postLex(tokens: lex.Token[], options: { readonly filename: string }): lex.Token[];
  preCodeGen(root: PugBlock): PugBlock;
}

/**
 * Pug wraps the statements in a function whose parameters are the names that they use, and fills them
 * from the locals or else from whatever global has the name. The wrapper is taken off here; the emitter
 * makes its own, in which no local can turn out to be `window.name`.
 */
function compileTemplate(root: string, file: string): Omit<Template, 'file' | 'path'> {
  const text = readFileSync(join(root, file), 'utf8');
  const sources = new Map<string, TemplateSource>();
  const reads = new Map([[join(root, file), text]]);
  let linked: PugBlock = { type: 'Block' };
  const plugin: PugPlugin = {
    read: (filename) => {
      const content = readFileSync(filename);
      reads.set(filename, content.toString());
      return content;
    },
    preLex: (source, { filename }) => {
      const path = relative(root, filename).split(sep).join('/');
      sources.set(filename, { file: path, text: normalized(source) });
      return source;
    },
    postLex: (tokens, { filename }) => {
      const filter = tokens.find((token): token is lex.FilterToken => token.type === 'filter');
      if (filter) throw new FilterError(filter, filename);
      return tokens;
    },
    preCodeGen: (linkedRoot) => {
      linked = hoistMixins(linkedRoot);
      return linked;
    },
  };
  const options: pug.Options & { plugins: readonly PugPlugin[] } = {
    // Pug writes file names into no output, but the includes are found from it.
    filename: join(root, file),
    basedir: join(root, viewsFolder),
    // So that an attribute without a value is written as its bare name.
    doctype: 'html',
    compileDebug: false,
    inlineRuntimeFunctions: false,
    globals: [...templateBuiltIns],
    name: 'template',
    plugins: [plugin],
  };
  const compiled = pug.compileClient(text, options);
  return {
    ...unwrapped(file, compiled),
    declared: readLocals(normalized(text)),
    root: linked,
    sources,
    reads,
  };
}

/** As Pug reads it: it counts lines and columns in this. */
function normalized(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

function unwrapped(file: string, compiled: string): { names: string[]; body: string } {
  const opening = /^function template\(locals\) \{var pug_html = "", pug_mixins = \{\}, pug_interp;/.exec(
    compiled,
  );
  const closing = compiled.lastIndexOf(';return pug_html;}');
  if (opening === null || closing < 0) throw unexpected(file);
  const inner = compiled.slice(opening[0].length, closing);
  const wrapper = /^;?\s*var locals_for_with = \(locals \|\| \{\}\);\s*\(function \(([^)]*)\) \{\n/.exec(
    inner,
  );
  if (wrapper === null) return { names: [], body: statements(inner) };
  const end = inner.lastIndexOf('}.call(this');
  if (end < 0) throw unexpected(file);
  const names = (wrapper[1] ?? '').split(',').map((name) => name.trim());
  return {
    names: names.filter((name) => name !== ''),
    body: statements(inner.slice(wrapper[0].length, end)),
  };
}

function statements(text: string): string {
  return text.replace(/^[;\s]+/, '').trimEnd();
}

function unexpected(file: string): Error {
  return new Error(`Pug compiled ${file} in an unexpected form`);
}
