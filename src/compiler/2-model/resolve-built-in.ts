import ts from 'typescript6';
import type { Shape } from '../../contract/shape.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

const bytes = 'Bytes do not travel yet: write string and encode them as base64.';

/** Classes that everybody knows and that JSON does not: the reason is the same for all, the cure is not. */
const cures: Readonly<Record<string, string>> = {
  Promise: 'Await it first, and write the type of what it gives.',
  PromiseLike: 'Await it first, and write the type of what it gives.',
  Map: 'Write Record<string, …>, or an array of [key, value] pairs.',
  ReadonlyMap: 'Write Record<string, …>, or an array of [key, value] pairs.',
  Set: 'Write an array.',
  ReadonlySet: 'Write an array.',
  Buffer: bytes,
  ArrayBuffer: bytes,
  Uint8Array: bytes,
  Error: 'Throw it: the caller gets a typed error. As a value, write { message: string }.',
  RegExp: 'Write string, the source of the expression.',
  URL: 'Write string.',
};

/**
 * Dates, and the classes of the language that cannot travel. Undefined: an array, or the type is the app's
 * own, or has no name, or is a mapped type such as `Partial` whose result is the app's.
 */
export function resolveBuiltIn(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape | undefined {
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol === undefined || !(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)))
    return undefined;
  if (resolver.app.checker.isArrayType(type)) return undefined;
  const library = resolver.isLibrary(symbol);
  if (library && symbol.name === 'Date') return { kind: 'date' };
  const own = symbol.declarations?.some((one) => resolver.app.files.has(one.getSourceFile()));
  if (library || (symbol.name === 'Buffer' && !own)) {
    const cure = cures[symbol.name] ?? 'Write an object with the properties that the other end needs.';
    return resolver.refuse(at, type, 'is a built-in class that JSON cannot write', cure);
  }
  return undefined;
}
