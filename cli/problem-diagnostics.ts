import type { Diagnostic } from '../src/compiler/diagnostics.js';
import type { Problem } from '../src/problems.js';

/** A problem as programs are told of mistakes: by file, line and column, as far as they are known. */
export function diagnosticOf({ code, message, place = 'rocket.config.ts', cure }: Problem): Diagnostic {
  const [, file = place, line = '1', column = '1'] = /^(.+?)(?::(\d+))?(?::(\d+))?$/.exec(place) ?? [];
  return {
    severity: 'error',
    code,
    message,
    cure,
    file,
    line: Number(line),
    column: Number(column),
    frame: '',
  };
}
