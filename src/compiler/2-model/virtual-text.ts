import type { TemplateSource } from '../1-read/templates.js';

/** A place in a template or in what it includes. */
export interface SourceOffset {
  readonly source: TemplateSource;
  readonly offset: number;
}

/** A piece of the virtual text that is, letter by letter, a piece of a template. */
interface Segment {
  readonly start: number;
  readonly length: number;
  readonly source: TemplateSource;
  readonly offset: number;
  /** The expansion of a mixin that it belongs to. */
  readonly expansion: Expansion | undefined;
}

/** A mixin, put in where it is called. */
export interface Expansion {
  /** The same for every expansion of one definition. */
  readonly mixin: string;
}

/** TypeScript that is made of a template, with the way back from each piece of code to where it was written. */
export class VirtualText {
  text = '';
  private readonly segments: Segment[] = [];
  private expansion: Expansion | undefined;

  /** Text of the compiler's own. */
  raw(text: string): void {
    this.text += text;
  }

  /** Code of the template, which stands there at `offset`. */
  code(code: string, { source, offset }: SourceOffset): void {
    this.segments.push({
      start: this.text.length,
      length: code.length,
      source,
      offset,
      expansion: this.expansion,
    });
    this.text += code;
  }

  /** Marks what `write` writes as part of the expansion of a mixin. */
  within(expansion: Expansion, write: () => void): void {
    const outer = this.expansion;
    this.expansion = expansion;
    write();
    this.expansion = outer;
  }

  /** Where a position of the text was written; of the compiler's own text, the code nearest before it. */
  origin(position: number): (SourceOffset & { readonly expansion: Expansion | undefined }) | undefined {
    let nearest = this.segments[0];
    for (const segment of this.segments) {
      if (segment.start > position) break;
      nearest = segment;
    }
    if (nearest === undefined) return undefined;
    const { source, offset, length, start, expansion } = nearest;
    const inside = position - start;
    return { source, offset: offset + (inside > 0 && inside <= length ? inside : 0), expansion };
  }
}

/** The line and column of an offset, both from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** The offset of a line and column. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return Math.min(start + column - 1, text.length);
}
