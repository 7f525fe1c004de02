import type { ProblemCode } from '../../problems.js';
import type { Diagnostics } from '../diagnostics.js';
import { lineAndColumn, type SourceOffset } from './virtual-text.js';

/** A mistake in a template, at its place. */
export interface TemplateFinding extends SourceOffset {
  readonly code: ProblemCode;
  readonly message: string;
  readonly cure: string;
}

/** One mistake at one place: an included file is looked at with every template that includes it. */
export function reportFindings(findings: readonly TemplateFinding[], diagnostics: Diagnostics): void {
  const told = new Set<string>();
  for (const { source, offset, code, message, cure } of findings) {
    const key = `${source.file}:${offset}:${code}`;
    if (told.has(key)) continue;
    told.add(key);
    const place = lineAndColumn(source.text, offset);
    diagnostics.report({ code, message, cure, file: source.file, ...place, text: source.text });
  }
}
