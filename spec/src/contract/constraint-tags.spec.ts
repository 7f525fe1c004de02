import { expect, test } from '@jest/globals';
import ts from 'typescript6';
import type {
  Email,
  Integer,
  MaxLength,
  Min,
  MinItems,
  MinLength,
} from '../../../src/contract/constraint-tags.js';
import { repository } from '../../support/repository.js';

const tags = `${repository}/src/contract/constraint-tags.ts`;

/** Line by line: what may be given where a tag stands. A comment marks what may not. */
const uses = `
import type { Email, Integer, MaxLength, Min, MinItems, MinLength } from '${tags.replace(/\.ts$/, '.js')}';
type Title = string & MinLength<1> & MaxLength<100>;
interface Song { title: Title; year?: number & Integer & Min<1860>; tags: string[] & MinItems<1>; note: (string & Email) | null }
declare const text: string;
declare const count: number;
declare function take(title: Title): void;
const literal: string & MinLength<1> = 'a';
const variable: Title = text;
take(text);
take(\`\${text}!\`);
const back: string = literal;
const other: string & MinLength<2> = literal;
const song: Song = { title: text, year: count, tags: [text], note: text };
const plain: { title: string; year?: number; tags: string[]; note: string | null } = song;
const again: Song = plain;
const spread: Song = { ...song, title: song.title.trim().toUpperCase() };
const list: readonly Title[] = ['a', text];
const pushed = song.tags.push(text);
const shorter: string[] & MinItems<1> = song.tags.map((tag) => tag.trim());
const keyed: Record<Title, number> = { a: 1 };
const narrow: ('a' | 'b') & MinLength<1> = 'a';
const wrong: string & MinLength<1> = 1; // refused
const missing: Song = { title: 'a', tags: [] }; // refused
const unlike: ('a' | 'b') & MinLength<1> = 'c'; // refused
const tagged: number & MinLength<1> = text; // refused
`;

test.each([[{}], [{ exactOptionalPropertyTypes: true }]])(
  'a tag changes nothing for TypeScript: %j',
  (options) => {
    const path = `${repository}/spec/uses.ts`;
    const settings: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      ...options,
    };
    const host = ts.createCompilerHost(settings);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (name) => name === path || fileExists(name);
    host.getSourceFile = (name, language) =>
      name === path ? ts.createSourceFile(name, uses, language) : getSourceFile(name, language);
    const program = ts.createProgram([path], settings, host);
    const source = program.getSourceFile(path);
    const refused = program.getSemanticDiagnostics(source).map(({ start = 0 }) => {
      return uses.slice(0, start).split('\n').length;
    });
    const expected = uses
      .split('\n')
      .flatMap((line, index) => (line.endsWith('// refused') ? [index + 1] : []));
    expect(expected).toHaveLength(4);
    expect(refused).toEqual(expected);
  },
);

test('nor does it for the TypeScript that checks this file', () => {
  const text = String(1);
  const title: string & MinLength<1> & MaxLength<100> = text;
  const year: number & Integer & Min<1860> = title.length;
  const tags: string[] & MinItems<1> = [title];
  const contact: (string & Email) | null = tags[0] ?? null;
  const other: string & MinLength<5> = title;
  expect([title, year, tags, contact, other]).toEqual(['1', 1, ['1'], '1', '1']);
});
