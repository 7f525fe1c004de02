import type { Shape, TextTemplate } from '../../contract/shape.js';
import { ts } from '../typescript.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

/**
 * Template literal types and `Uppercase<string>` and its kin, as text that a pattern describes. Where the values
 * are countable the checker has made a union of them, which never gets here.
 */
export function resolveText(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape | undefined {
  if (!(type.flags & (ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping))) return undefined;
  const template = textTemplate(resolver.app.checker, type);
  if (template) return { kind: 'string', template };
  return resolver.refuse(
    at,
    type,
    'depends on a type parameter that has no value here',
    'Write string, or list the values that are meant.',
  );
}

/** Undefined: a part of it is not known. */
export function textTemplate(checker: ts.TypeChecker, type: ts.Type): TextTemplate | undefined {
  const parts = partsOf(type);
  if (parts === undefined) return undefined;
  return {
    type: checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation),
    pattern: parts.map(({ pattern }) => pattern).join(''),
    form: parts.map(({ form }) => form).join(''),
  };
}

/** What the keys of `{ [key: number]: … }` are on the wire. */
export const numericKey: TextTemplate = {
  type: 'number',
  pattern: '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:e[+-]?\\d+)?',
  form: '(number)',
};

interface Part {
  readonly pattern: string;
  readonly form: string;
}

function partsOf(type: ts.Type): readonly Part[] | undefined {
  if (!(type.flags & ts.TypeFlags.TemplateLiteral)) {
    const part = partOf(type);
    return part && [part];
  }
  const { texts, types } = type as ts.TemplateLiteralType;
  const parts: Part[] = [fixed(texts[0] ?? '')];
  for (const [index, inner] of types.entries()) {
    const found = partsOf(inner);
    if (found === undefined) return undefined;
    parts.push(...found, fixed(texts[index + 1] ?? ''));
  }
  return parts;
}

function partOf(type: ts.Type): Part | undefined {
  if (type.flags & (ts.TypeFlags.String | ts.TypeFlags.Any)) return { pattern: '[\\s\\S]*', form: '…' };
  if (type.flags & ts.TypeFlags.Number) {
    return { pattern: '[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?', form: '(number)' };
  }
  if (type.flags & ts.TypeFlags.BigInt) return { pattern: '-?(?:0|[1-9]\\d*)', form: '(whole number)' };
  const { symbol, type: inner } = type as ts.StringMappingType;
  if (!(type.flags & ts.TypeFlags.StringMapping) || !(inner.flags & ts.TypeFlags.String)) return undefined;
  return mappings[symbol.name];
}

const mappings: Readonly<Record<string, Part>> = {
  Uppercase: { pattern: '\\P{Ll}*', form: '(capital letters)' },
  Lowercase: { pattern: '[^\\p{Lu}\\p{Lt}]*', form: '(small letters)' },
  Capitalize: { pattern: '(?:\\P{Ll}[\\s\\S]*)?', form: '(first letter a capital)' },
  Uncapitalize: { pattern: '(?:[^\\p{Lu}\\p{Lt}][\\s\\S]*)?', form: '(first letter small)' },
};

function fixed(text: string): Part {
  return { pattern: text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), form: text };
}
