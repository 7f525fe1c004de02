import ts from 'typescript6';
import type { Shape } from '../../contract/shape.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

/** Arrays and tuples, read-only or not. Undefined: the type is neither. */
export function resolveList(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape | undefined {
  const { checker } = resolver.app;
  if (checker.isTupleType(type)) return resolveTuple(resolver, type as ts.TypeReference, at);
  if (!checker.isArrayType(type)) return undefined;
  const [element] = checker.getTypeArguments(type as ts.TypeReference);
  if (element === undefined) return undefined;
  return { kind: 'array', element: resolver.resolve(element, { ...at, path: `${at.path}[]` }) };
}

function resolveTuple(resolver: TypeResolver, type: ts.TypeReference, at: TypePlace): Shape {
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
