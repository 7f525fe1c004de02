import { canonicalText } from '../../contract/canonical.js';
import type { Shape } from '../../contract/shape.js';
import { ts } from '../typescript.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';
import { findConfusion } from './union-confusion.js';

/**
 * A union from its members. `undefined` among them is for the caller to have seen: a property that may be
 * undefined is an optional one. The members are sorted, since the checker's own order depends on what it
 * happened to see first in the program.
 */
export function resolveUnion(resolver: TypeResolver, types: readonly ts.Type[], at: TypePlace): Shape {
  const booleans = types.filter((type) => type.flags & ts.TypeFlags.BooleanLiteral);
  const both = booleans.length === 2;
  const shapes = new Map<string, Shape>();
  const add = (shape: Shape): void => {
    if (shape.kind === 'union') shape.members.forEach(add);
    else shapes.set(canonicalText(shape), shape);
  };
  if (both) add({ kind: 'boolean' });
  for (const type of types) {
    if (!(both && booleans.includes(type))) add(resolver.resolve(type, at));
  }
  const members = [...shapes.entries()].sort(byRank).map(([, shape]) => shape);
  const confused = findConfusion(resolver, members);
  if (confused !== undefined) return resolver.refuseUnion(at, confused);
  const [only] = members;
  return only && members.length === 1 ? only : { kind: 'union', members };
}

/** The members that have a value: all but `undefined` and `void`. */
export function withValue(type: ts.Type): readonly ts.Type[] {
  const members = type.isUnion() ? type.types : [type];
  return members.filter((member) => !(member.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)));
}

/** A type without `undefined`: what a value is that may be missing, when it is there. */
export function resolvePresent(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape {
  const members = withValue(type);
  if (!type.isUnion() || members.length === type.types.length) return resolver.resolve(type, at);
  return resolveUnion(resolver, namedMembers(type) ?? members, at);
}

/**
 * `Song` and `null` of `Song | null | undefined` where `Song` is itself a union, whose members the checker has
 * put beside the others. Its name has to be kept: a type that contains itself ends by it. Undefined: there is no
 * such name.
 */
export function namedMembers(type: ts.UnionType): readonly ts.Type[] | undefined {
  // The checker keeps how a union was put together for its own messages.
  const { origin } = type as { origin?: ts.Type };
  if (!origin?.isUnion()) return undefined;
  const members = withValue(origin);
  const named = members.filter((member) => !(member.flags & ts.TypeFlags.Null));
  return named.length === 1 && named[0]?.isUnion() ? members : undefined;
}

/** As a person would write it: literals, plain values, objects, and `null` last. */
function byRank([textA, a]: [string, Shape], [textB, b]: [string, Shape]): number {
  if (
    a.kind === 'literal' &&
    b.kind === 'literal' &&
    typeof a.value === 'number' &&
    typeof b.value === 'number'
  ) {
    return a.value - b.value;
  }
  return rank(a) - rank(b) || (textA < textB ? -1 : 1);
}

function rank({ kind }: Shape): number {
  if (kind === 'null') return 9;
  const order: readonly Shape['kind'][] = ['literal', 'string', 'number', 'bigint', 'boolean', 'date', 'ref'];
  const place = order.indexOf(kind);
  return place < 0 ? order.length : place;
}
