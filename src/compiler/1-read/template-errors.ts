import { readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import lex from 'pug-lexer';
import type { ProblemCode } from '../../problems.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';

/** What Pug throws: with a place where the lexer or parser found it, without where a later step did. */
interface PugError {
  readonly message?: string;
  readonly msg?: string;
  readonly filename?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly code?: string;
}

/** A filter, for which Pug would look for a package of its name. */
export class FilterError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(
    { val, loc }: lex.FilterToken,
    readonly filename: string,
  ) {
    super(`A template cannot use the filter ":${val}"`);
    this.line = loc.start.line;
    this.column = loc.start.column;
  }
}

/**
 * Tells what is wrong with a template, at the line of the file where it is: the template's own, or that of
 * a file which it includes.
 */
export function reportTemplateError(
  root: string,
  template: string,
  views: readonly string[],
  thrown: unknown,
  diagnostics: Diagnostics,
): void {
  const error = thrown as PugError;
  const {
    line,
    column,
    file = template,
    ...problem
  } = filter(root, thrown) ??
  placed(root, error) ??
  missingFile(root, error) ??
  brokenCode(root, [template, ...views]) ??
  unplaced(error);
  const text = readFileSync(resolve(root, file), 'utf8');
  diagnostics.report({ code: 'template_syntax', ...problem, file, ...shown(text, line, column), text });
}

/** What is missing at the end of a file is told at the last line that has anything to show. */
function shown(text: string, line: number, column: number): { line: number; column: number } {
  const lines = text.split(/\r?\n/);
  if (lines[line - 1]?.trim()) return { line, column };
  const last = lines.slice(0, line).findLastIndex((one) => one.trim() !== '');
  return last < 0 ? { line, column } : { line: last + 1, column: (lines[last] ?? '').length + 1 };
}

interface TemplateProblem {
  /** @default 'template_syntax' */
  readonly code?: ProblemCode;
  readonly message: string;
  readonly cure: string;
  /** Undefined: the template itself. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

function filter(root: string, error: unknown): TemplateProblem | undefined {
  if (!(error instanceof FilterError)) return undefined;
  const { message, filename, line, column } = error;
  const cure = 'Write the markup in Pug, or include it as a file: include text.html.';
  return { code: 'template_filter', message, cure, file: named(root, filename), line, column };
}

function placed(
  root: string,
  { line, column = 1, filename, ...error }: PugError,
): TemplateProblem | undefined {
  if (line === undefined) return undefined;
  const file = filename === undefined ? {} : { file: named(root, filename) };
  return { message: sentence(error), cure: 'Correct the template.', ...file, line, column };
}

/** An include or extends without its file: Pug names the place only in its message. */
function missingFile(root: string, { code, path = '', message = '' }: PugError): TemplateProblem | undefined {
  if (code !== 'ENOENT') return undefined;
  const [, source, number] = /\n\s+at (.+) line (\d+)/.exec(message) ?? [];
  const line = Number(number ?? 1);
  const text = source === undefined ? '' : (readFileSync(source, 'utf8').split('\n')[line - 1] ?? '');
  return {
    message: `There is no file ${named(root, path)}`,
    cure: 'Correct the path after include or extends.',
    ...(source !== undefined && { file: named(root, source) }),
    line,
    column: Math.max(text.search(/\S/), 0) + 1,
  };
}

/**
 * Pug checks `= code` itself; `- code` only fails when everything is put together, without a place. So
 * the code of the template, and then of what it may include, is looked at piece by piece.
 */
function brokenCode(root: string, files: readonly string[]): TemplateProblem | undefined {
  for (const file of files) {
    if (!file.endsWith('.pug')) continue;
    for (const { code, line, column } of codeIn(readFileSync(resolve(root, file), 'utf8'))) {
      const problem = syntaxProblem(code);
      if (problem === undefined || completions(code).some((whole) => syntaxProblem(whole) === undefined))
        continue;
      const cure = 'Correct the code after the dash.';
      return { message: `The code is not JavaScript: ${problem}`, cure, file, line, column };
    }
  }
  return undefined;
}

function unplaced(error: PugError): TemplateProblem {
  return { message: sentence(error), cure: 'Correct the template.', line: 1, column: 1 };
}

function codeIn(text: string): { code: string; line: number; column: number }[] {
  try {
    return lex(text).flatMap((token) => {
      return token.type === 'code' && token.buffer === false ? [{ code: token.val, ...token.loc.start }] : [];
    });
  } catch {
    // What the lexer cannot read is told when that file's own turn comes.
    return [];
  }
}

/** A head such as `for (…)` or `else` is completed by the block below it, and braces may span lines. */
function completions(code: string): string[] {
  // An operator at the end would take the braces for its operand.
  if (/[-+*/%=&|?:,.<>!~^]\s*$/.test(code)) return [];
  return [`${code} {}`, `if (1) {} ${code} {}`, `${code} }`, `{ ${code}`, `if (1) { ${code} }`];
}

function named(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function sentence({ msg, message = 'Pug cannot compile it' }: PugError): string {
  return (msg ?? message.split('\n')[0] ?? message).trim().replace(/\.$/, '');
}

function syntaxProblem(code: string): string | undefined {
  const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true, fileName: 'template.js' });
  const [first] = diagnostics ?? [];
  return first && ts.flattenDiagnosticMessageText(first.messageText, ' ').replace(/\.$/, '');
}
