import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import lex from 'pug-lexer';
import ts from 'typescript6';
import type { Diagnostics } from '../diagnostics.js';

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

/** Tells what is wrong with a template, at the line of the file where it is: the template's or an included one's. */
export function reportTemplateError(
  root: string,
  file: string,
  text: string,
  thrown: unknown,
  diagnostics: Diagnostics,
): void {
  const error = thrown as PugError;
  const report = (
    message: string,
    cure: string,
    place: { file: string; line: number; column: number },
    from = text,
  ) => diagnostics.report({ code: 'template_syntax', message, cure, ...place, text: from });
  if (error.line !== undefined) {
    const source = error.filename ?? resolve(root, file);
    const named = relative(root, source).split(sep).join('/');
    const place = { file: named, line: error.line, column: error.column ?? 1 };
    const from = existsSync(source) ? readFileSync(source, 'utf8') : text;
    report(sentence(error), 'Correct the template.', place, from);
    return;
  }
  if (error.code === 'ENOENT') {
    const missing = relative(root, error.path ?? '')
      .split(sep)
      .join('/');
    const place = { file, ...placeOfInclude(text, missing) };
    report(`There is no file ${missing}`, 'Correct the path after include or extends.', place);
    return;
  }
  const code = brokenCode(text);
  if (code)
    report(`The code is not JavaScript: ${code.problem}`, 'Correct the code after the dash.', {
      file,
      ...code,
    });
  else report(sentence(error), 'Correct the template.', { file, line: 1, column: 1 });
}

function sentence({ msg, message = 'Pug cannot compile it' }: PugError): string {
  return (msg ?? message.split('\n')[0] ?? message).trim().replace(/\.$/, '');
}

/** Pug checks `= code` itself; `- code` only fails when everything is put together, without a place. */
function brokenCode(text: string): { line: number; column: number; problem: string } | undefined {
  for (const token of lex(text)) {
    if (token.type !== 'code' || token.buffer !== false) continue;
    // A head such as `for (…)` or `else` is completed by the block below it.
    const candidates = [
      token.val,
      `${token.val} {}`,
      `if (1) {} ${token.val} {}`,
      `${token.val} }`,
      `{ ${token.val}`,
    ];
    const problem = syntaxProblem(token.val);
    if (problem !== undefined && candidates.every((code) => syntaxProblem(code) !== undefined)) {
      return { line: token.loc.start.line, column: token.loc.start.column, problem };
    }
  }
  return undefined;
}

function syntaxProblem(code: string): string | undefined {
  const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true, fileName: 'template.js' });
  const [first] = diagnostics ?? [];
  return first && ts.flattenDiagnosticMessageText(first.messageText, ' ').replace(/\.$/, '');
}

function placeOfInclude(text: string, missing: string): { line: number; column: number } {
  const name =
    missing
      .split('/')
      .at(-1)
      ?.replace(/\.pug$/, '') ?? '';
  const lines = text.split('\n');
  const line = lines.findIndex((one) => /^\s*(include|extends)\b/.test(one) && one.includes(name));
  if (line < 0) return { line: 1, column: 1 };
  return { line: line + 1, column: (lines[line] as string).search(/\S/) + 1 };
}
