import type { ProblemCode } from '../problems.js';

/** One mistake in the sources of an app. */
export interface Diagnostic {
  /** A warning says what is probably not meant: nothing is held up by it. */
  readonly severity: 'error' | 'warning';
  /** A row of the table in `problems.ts`, explained in `docs/errors.md`. */
  readonly code: ProblemCode;
  /** What is wrong, naming the thing. */
  readonly message: string;
  /** What to write instead. */
  readonly cure: string;
  /** The path from the project folder, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The line, and below it a caret under the column. Empty where there is no line to show. */
  readonly frame: string;
}

/** A diagnostic as it is found: the frame is cut from the text. */
export interface Finding extends Omit<Diagnostic, 'severity' | 'frame'> {
  /** @default 'error' */
  readonly severity?: 'warning';
  /** The whole text of the file. */
  readonly text: string;
}

/** What one compile has found so far. One is made for each compile and handed to every phase. */
export class Diagnostics {
  private readonly found = new Map<string, Diagnostic>();

  get isEmpty(): boolean {
    return this.found.size === 0;
  }

  report({ text, ...finding }: Finding): void {
    this.take({
      severity: 'error',
      ...finding,
      frame: codeFrame(text, finding.line, finding.column),
    });
  }

  take(diagnostic: Diagnostic): void {
    const { code, file, line, column, message } = diagnostic;
    // A type used in several places is looked at several times; its mistake is told once.
    this.found.set([file, line, column, code, message].join('\n'), diagnostic);
  }

  /** Takes over what another part has found. */
  add(others: Diagnostics): void {
    for (const [key, diagnostic] of others.found) this.found.set(key, diagnostic);
  }

  /** By file and place. */
  sorted(): readonly Diagnostic[] {
    return [...this.found.values()].sort(
      (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.code, b.code),
    );
  }
}

/**
 * A diagnostic as a terminal shows it: place, code and sentence, the line with a caret, and the cure.
 *
 * @example for (const diagnostic of result.diagnostics) console.error(formatDiagnostic(diagnostic));
 */
export function formatDiagnostic({ severity, code, message, cure, frame, ...place }: Diagnostic): string {
  const where = `${place.file}:${place.line}:${place.column}`;
  const parts = [`${where} - ${severity} ${code}: ${message}`, frame, `  ${cure}`];
  return parts.filter((part) => part !== '').join('\n');
}

function codeFrame(text: string, line: number, column: number): string {
  const source = text.split(/\r?\n/)[line - 1];
  if (source === undefined || source.trim() === '') return '';
  const shown = source.replace(/\t/g, ' ');
  return `  ${line} | ${shown}\n  ${' '.repeat(String(line).length)} | ${' '.repeat(column - 1)}^`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
