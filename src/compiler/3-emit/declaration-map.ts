import { posix } from 'node:path';
import type { SourcePlace } from '../../contract/contract.js';
import type { OutputFile } from './source-text.js';

/**
 * Marks names in the text of a declaration file while it is put together, so that a source map can lead
 * from each to where the app declares it. A mark stands before its name; `width` does not count it, and
 * `mappedFiles` takes it out again.
 */
export class Marks {
  readonly places: SourcePlace[] = [];

  /** What to write before a name. Nothing where its place is not known. */
  before(place: SourcePlace | undefined): string {
    return place === undefined ? '' : `\0${this.places.push(place) - 1}\0`;
  }

  /** Words and the name behind them, marked both: TypeScript 7 goes by where a declaration begins. */
  declare(words: string, name: string, place: SourcePlace | undefined): string {
    return `${this.before(place)}${words} ${this.before(place)}${name}`;
  }
}

/** The length that a text has without its marks. */
export function width(text: string): number {
  return withoutMarks(text).length;
}

export function withoutMarks(text: string): string {
  // No source has this character, hence it is the mark.
  return text.includes('\0') ? text.replace(/\0\d+\0/g, '') : text;
}

/** The declaration file and its map, from a text with marks. */
export function mappedFiles(path: string, marked: string, { places }: Marks): [OutputFile, OutputFile] {
  const name = posix.basename(path);
  const folder = posix.dirname(path);
  const files = [...new Set(places.map(({ file }) => file))].sort();
  const sources = new Map(files.map((file, index) => [file, index]));
  const mappings = new Mappings();
  for (const line of marked.split('\n')) {
    for (const { 1: mark, index } of line.matchAll(/\0(\d+)\0/g)) {
      const place = places[Number(mark)] as SourcePlace;
      const rest = withoutMarks(line.slice(index));
      // Of a name in quotes the first of them alone: a rename of what is between them must not be led anywhere.
      const length = /^[\w$]+/.exec(rest)?.[0].length ?? 1;
      mappings.add(width(line.slice(0, index)), length, sources.get(place.file) as number, place);
    }
    mappings.endLine();
  }
  const map = {
    version: 3,
    file: name,
    sourceRoot: '',
    sources: files.map((file) => posix.relative(folder, file)),
    names: [],
    mappings: mappings.text(),
  };
  return [
    { path, text: `${withoutMarks(marked)}//# sourceMappingURL=${name}.map\n` },
    { path: `${path}.map`, text: `${JSON.stringify(map)}\n` },
  ];
}

/**
 * The field `mappings` of a source map. Before and after each name stands a segment that leads nowhere: a
 * reader that looks for the next or the last segment must not take a neighbour for the name's own.
 */
class Mappings {
  private readonly lines: string[] = [];
  private segments: string[] = [];
  private column = 0;
  private end = 0;
  private readonly last = { source: 0, line: 0, column: 0 };

  add(column: number, length: number, source: number, place: SourcePlace): void {
    if (column > this.end) this.segment(column - 1);
    this.segment(
      column,
      source - this.last.source,
      place.line - 1 - this.last.line,
      place.column - 1 - this.last.column,
    );
    this.last.source = source;
    this.last.line = place.line - 1;
    this.last.column = place.column - 1;
    this.segment(column + length);
    this.end = column + length;
  }

  endLine(): void {
    this.lines.push(this.segments.join(','));
    this.segments = [];
    this.column = 0;
    this.end = 0;
  }

  text(): string {
    return this.lines.join(';').replace(/;+$/, '');
  }

  private segment(column: number, ...rest: readonly number[]): void {
    this.segments.push([column - this.column, ...rest].map(variableLength).join(''));
    this.column = column;
  }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A number in base 64, five bits a digit, the sign last of the first. */
function variableLength(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const more = rest > 31 ? 32 : 0;
    text += digits[(rest & 31) | more];
    rest >>>= 5;
  } while (rest > 0);
  return text;
}
