import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pug from 'pug';
import type { Diagnostics } from '../diagnostics.js';
import { reportTemplateError } from './template-errors.js';

/** A template, compiled by Pug. */
export interface Template {
  /** `app/views/song/index.pug` */
  readonly file: string;
  /** The path below `app/views`, without the ending: `['song', 'index']`. */
  readonly path: readonly string[];
  /** The names that it uses without declaring them, in the order of the body's parameters. */
  readonly names: readonly string[];
  /** Statements that build `pug_html`. */
  readonly body: string;
}

const viewsFolder = 'app/views';

/** What templates may use of JavaScript. Anything else that they name is a local or a helper: never a global of the page. */
const builtIns = [
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

/** Compiles every template of the app; files and folders that begin with `_` are partials and only included. */
export function readTemplates(root: string, views: readonly string[], diagnostics: Diagnostics): Template[] {
  const templates: Template[] = [];
  for (const file of views) {
    const path = file.slice(viewsFolder.length + 1, -'.pug'.length).split('/');
    if (!file.endsWith('.pug') || path.some((part) => part.startsWith('_'))) continue;
    const text = readFileSync(join(root, file), 'utf8');
    try {
      templates.push({ file, path, ...compileTemplate(root, file, text) });
    } catch (error) {
      reportTemplateError(root, file, views, error, diagnostics);
    }
  }
  return templates;
}

/**
 * Pug wraps the statements in a function whose parameters are the names that they use, and fills them
 * from the locals or else from whatever global has the name. The wrapper is taken off here; the emitter
 * makes its own, in which no local can turn out to be `window.name`.
 */
function compileTemplate(root: string, file: string, text: string): { names: string[]; body: string } {
  const compiled = pug.compileClient(text, {
    // Pug writes file names into no output, but the includes are found from it.
    filename: join(root, file),
    basedir: join(root, viewsFolder),
    compileDebug: false,
    inlineRuntimeFunctions: false,
    globals: builtIns,
    name: 'template',
  });
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
