import type { Shape } from '../../contract/shape.js';
import { ts } from '../typescript.js';
import { resolvePresent } from './resolve-union.js';
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
  let optional = 0;
  for (const [index, element] of types.entries()) {
    const flags = elementFlags[index] ?? ts.ElementFlags.Required;
    if (rest !== undefined || flags & ts.ElementFlags.Variadic) {
      const cure = 'Write ...rest only at the end, or write an array.';
      return resolver.refuse(at, type, 'has places that move', cure);
    }
    const place = { ...at, path: `${at.path}[${index}]` };
    if (flags & ts.ElementFlags.Rest) rest = resolver.resolve(element, place);
    else if (flags & ts.ElementFlags.Optional) {
      elements.push(resolvePresent(resolver, element, place));
      optional++;
    } else elements.push(resolver.resolve(element, place));
  }
  return { kind: 'tuple', elements, ...(optional > 0 && { optional }), ...(rest && { rest }) };
}
