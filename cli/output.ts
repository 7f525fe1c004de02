import { inspect, styleText } from 'node:util';
import { type Diagnostic, formatDiagnostic } from '../src/compiler/diagnostics.js';
import { ProblemsError } from '../src/problems.js';
import { diagnosticOf } from './problem-diagnostics.js';

/** What the shell is told. `usage` is a command line that makes no sense. */
export const exitCodes = { fine: 0, problems: 1, usage: 2 } as const;

/**
 * What commands write: results on standard output, what is wrong on standard error. `styleText` leaves
 * colours out where nobody looks, or where NO_COLOR is set.
 */
export class Output {
  constructor(
    private readonly out: NodeJS.WriteStream = process.stdout,
    private readonly err: NodeJS.WriteStream = process.stderr,
  ) {}

  line(text: string): void {
    this.out.write(`${text}\n`);
  }

  /** A result for programs. */
  json(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  /** One of many results for programs: each is a line. */
  jsonLine(value: unknown): void {
    this.line(JSON.stringify(value));
  }

  /** Bold where people look at it on a screen. */
  strong(text: string): string {
    return styleText('bold', text, { stream: this.out });
  }

  /** What matters less, where people look at it on a screen. */
  dim(text: string): string {
    return styleText('dim', text, { stream: this.out });
  }

  diagnostics(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const [head = '', ...rest] = formatDiagnostic(diagnostic).split('\n');
      const colour = diagnostic.severity === 'warning' ? 'yellow' : 'red';
      this.err.write(`${[styleText(colour, head, { stream: this.err }), ...rest].join('\n')}\n\n`);
    }
  }

  /** The last line of something that went wrong. */
  verdict(text: string): void {
    this.err.write(`${styleText('bold', text, { stream: this.err })}\n`);
  }

  /** Problems for programs, as the result of any command that takes `--json`. */
  problems({ problems }: ProblemsError): void {
    this.json({ ok: false, diagnostics: problems.map(diagnosticOf) });
  }

  /** Anything that was thrown: a report of problems as it stands, everything else with its stack. */
  failure(error: unknown): void {
    this.err.write(`${describe(error)}\n`);
  }
}

/** Anything can be thrown, a thing that throws when it is read included. */
function describe(error: unknown): string {
  try {
    return error instanceof ProblemsError ? error.message : inspect(error);
  } catch {
    return 'An error that cannot be described: reading it throws';
  }
}

/** `1 error`, `2 errors`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function duration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}

export function fileSize(bytes: number): string {
  return bytes < 1_000 ? `${bytes} bytes` : `${(bytes / 1_000).toFixed(1)} kB`;
}
