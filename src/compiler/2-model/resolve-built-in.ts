import ts from 'typescript6';
import type { Shape } from '../../contract/shape.js';
import type { ShapeResolver, TypePlace } from './resolve-shape.js';

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
 * Arrays, tuples, dates, and what else the language brings along. Undefined: the type is the app's own,
 * or has no name, or is a mapped type such as `Partial` whose result is the app's.
 */
export function resolveBuiltIn(resolver: ShapeResolver, type: ts.Type, at: TypePlace): Shape | undefined {
  const { checker } = resolver.app;
  if (checker.isTupleType(type)) {
    return resolver.names.get(type) ? undefined : resolveTuple(resolver, type as ts.TypeReference, at);
  }
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    if (element === undefined) return undefined;
    return { kind: 'array', element: resolver.resolve(element, { ...at, path: `${at.path}[]` }) };
  }
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol === undefined || !(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)))
    return undefined;
  const library = resolver.isLibrary(symbol);
  if (library && symbol.name === 'Date') return { kind: 'date' };
  if (library || symbol.name === 'Buffer') {
    const cure = cures[symbol.name] ?? 'Write an object with the properties that the other end needs.';
    return resolver.refuse(at, type, 'is a built-in class that JSON cannot write', cure);
  }
  return undefined;
}

function resolveTuple(resolver: ShapeResolver, type: ts.TypeReference, at: TypePlace): Shape {
  const { elementFlags } = type.target as ts.TupleType;
  const types = resolver.app.checker.getTypeArguments(type);
  const elements: Shape[] = [];
  let rest: Shape | undefined;
  for (const [index, element] of types.entries()) {
    const flags = elementFlags[index] ?? ts.ElementFlags.Required;
    const isRest = flags === ts.ElementFlags.Rest && index === types.length - 1;
    if (flags !== ts.ElementFlags.Required && !isRest) {
      const cure = 'Write | null instead of a question mark, and ...rest only at the end; or write an array.';
      return resolver.refuse(at, type, 'has places that may be missing', cure);
    }
    const shape = resolver.resolve(element, { ...at, path: `${at.path}[${index}]` });
    if (isRest) rest = shape;
    else elements.push(shape);
  }
  return rest ? { kind: 'tuple', elements, rest } : { kind: 'tuple', elements };
}
