import ts from 'typescript6';
import type { Shape } from '../../contract/shape.js';
import { resolveUnion } from './resolve-union.js';
import type { TypeResolver } from './type-resolver.js';

/**
 * What an action answers with: its return type, awaited. Nothing for `void`, and nothing for a
 * `Redirect`, which the server follows itself.
 */
export function resolveResult(
  resolver: TypeResolver,
  node: ts.MethodDeclaration,
  call: string,
): Shape | undefined {
  const { checker } = resolver.app;
  const signature = checker.getSignatureFromDeclaration(node);
  if (signature === undefined) return undefined;
  const place = { node: node.type ?? node.name, owner: `The result of ${call}`, path: '' };
  const returned = checker.getReturnTypeOfSignature(signature);
  const types = unwrap(resolver, returned);
  const values = types.filter((type) => !isNothing(type) && !isRedirect(resolver, type));
  if (values.length === 0) return undefined;
  const missing = types.find(isNothing);
  if (missing) {
    return resolver.refuse(
      place,
      missing,
      'beside a value is ambiguous',
      'Return null where there is no value.',
    );
  }
  const [only] = values;
  if (only && types.length === 1) return resolver.resolve(only, place);
  return values.length === types.length
    ? resolver.resolve(checker.getAwaitedType(returned) ?? returned, place)
    : resolveUnion(resolver, values, place);
}

/** The members of the awaited type. `Promise<A> | B` is awaited member by member. */
function unwrap(resolver: TypeResolver, type: ts.Type): readonly ts.Type[] {
  const awaited = resolver.app.checker.getAwaitedType(type) ?? type;
  return awaited.isUnion() ? awaited.types : [awaited];
}

function isNothing(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Never)) !== 0;
}

/** By name, and not of the app: the class is the package's, wherever that is installed. */
function isRedirect(resolver: TypeResolver, type: ts.Type): boolean {
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol?.name !== 'Redirect' || !(symbol.flags & ts.SymbolFlags.Class)) return false;
  return !symbol.declarations?.some((one) => resolver.app.files.has(one.getSourceFile()));
}
