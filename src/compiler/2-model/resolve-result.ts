import type { Shape } from '../../contract/shape.js';
import { ts } from '../typescript.js';
import { resolveUnion } from './resolve-union.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

/** What an action answers with. */
export interface Answer {
  /** Undefined: nothing. */
  readonly result?: Shape;
  /** What it streams before that. Undefined: it does not stream. */
  readonly items?: Shape;
}

/**
 * What an action answers with: its return type, awaited. Nothing for `void`, and nothing for a
 * `Redirect`, which the server follows itself. An async generator streams what it yields and ends with what
 * it returns.
 */
export function resolveResult(resolver: TypeResolver, node: ts.MethodDeclaration, call: string): Answer {
  const { checker } = resolver.app;
  const signature = checker.getSignatureFromDeclaration(node);
  if (signature === undefined) return {};
  const place = { node: node.type ?? node.name, owner: `The result of ${call}`, path: '' };
  const returned = checker.getReturnTypeOfSignature(signature);
  const types = unwrap(resolver, returned);
  const stream = types.find((type) => isStream(resolver, type));
  if (stream === undefined) return answerOf(resolver, returned, types, place);
  const beside = types.find((type) => type !== stream);
  if (beside) {
    const cure = 'Let the action always stream, and throw where it cannot.';
    resolver.refuse(place, beside, 'beside a stream is ambiguous', cure);
    return {};
  }
  const [item, end] = checker.getTypeArguments(stream as ts.TypeReference);
  const items = item && resolver.resolve(item, { ...place, owner: `The items of ${call}` });
  // AsyncIterable<Row> leaves open what comes at the end: nothing does.
  const ends = end === undefined || end.flags & ts.TypeFlags.Any ? [] : unwrap(resolver, end);
  const answer = end && ends.length > 0 ? answerOf(resolver, end, ends, place) : {};
  return { ...answer, ...(items && { items }) };
}

function answerOf(
  resolver: TypeResolver,
  returned: ts.Type,
  types: readonly ts.Type[],
  place: TypePlace,
): Answer {
  const values = types.filter((type) => !isNothing(type) && !isRedirect(resolver, type));
  if (values.length === 0) return {};
  const missing = types.find(isNothing);
  if (missing) {
    resolver.refuse(place, missing, 'beside a value is ambiguous', 'Return null where there is no value.');
    return {};
  }
  const whole = resolver.app.checker.getAwaitedType(returned) ?? returned;
  const result =
    values.length === types.length ? resolver.resolve(whole, place) : resolveUnion(resolver, values, place);
  return { result };
}

/** What the dispatcher knows by its async iterator: a generator, or what is declared as one. */
function isStream(resolver: TypeResolver, type: ts.Type): boolean {
  const symbol = type.symbol as ts.Symbol | undefined;
  return symbol !== undefined && streams.has(symbol.name) && resolver.isLibrary(symbol);
}

const streams: ReadonlySet<string> = new Set([
  'AsyncGenerator',
  'AsyncIterable',
  'AsyncIterableIterator',
  'AsyncIteratorObject',
]);

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
