import type { Constraints } from '../../contract/constraints.js';
import type { Shape } from '../../contract/shape.js';
import { ts } from '../typescript.js';
import { resolveList } from './resolve-list.js';
import { bothConstraints, leavesValues, mayStandOn, tagMeanings } from './tag-meanings.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

/** `string & MinLength<1>`. Undefined: there is no tag in it. */
export function resolveConstrained(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape | undefined {
  const members = type.isIntersection() ? type.types : [type];
  const tags = members.filter((member) => isTag(resolver, member));
  if (tags.length === 0) return undefined;
  const others = members.filter((member) => !tags.includes(member));
  const bare = others.find((member) => member.flags & primitive) ?? others[0];
  if (bare === undefined) {
    const name = resolver.app.checker.typeToString(type);
    return resolver.refuseTag(at, `${name} stands alone`, `Write it behind a type: string & ${name}.`);
  }
  // A list with a name of its own is written out, since the name stands for one without these constraints.
  const shape = resolveList(resolver, bare, at) ?? resolver.resolve(bare, at);
  const constraints = readTags(resolver, tags, shape, at);
  // A literal is checked as what it is.
  if (constraints === undefined || shape.kind === 'literal') return shape;
  return { ...shape, constraints } as Shape;
}

const { StringLike, NumberLike, BooleanLike, BigIntLike } = ts.TypeFlags;
const primitive = StringLike | NumberLike | BooleanLike | BigIntLike;

function isTag(resolver: TypeResolver, type: ts.Type): boolean {
  if (!(type.flags & ts.TypeFlags.Object)) return false;
  return resolver.app.checker
    .getPropertiesOfType(type)
    .some(({ escapedName }) => escapedName.toString().startsWith('__@rocketConstraint@'));
}

/** Undefined: one of them is wrong, which has been told. */
function readTags(
  resolver: TypeResolver,
  tags: readonly ts.Type[],
  shape: Shape,
  at: TypePlace,
): Constraints | undefined {
  let all: Constraints | undefined = {};
  for (const tag of tags) {
    const { name } = tag.symbol;
    const text = resolver.app.checker.typeToString(tag);
    const meaning = tagMeanings[name];
    if (meaning === undefined || !mayStandOn(shape, meaning.on)) {
      const on = meaning?.on ?? 'anything';
      resolver.refuseTag(at, `${text} stands on what is not ${on}`, `Put it on ${on}, or take it away.`);
      return undefined;
    }
    const read = meaning.read(literalOf(resolver, tag));
    if (read === undefined) {
      resolver.refuseTag(at, `${text} says nothing that can be checked`, `Write it like ${meaning.example}.`);
      return undefined;
    }
    all = all && bothConstraints(all, read);
  }
  if (all !== undefined && leavesValues(all)) return all;
  const names = tags.map((tag) => resolver.app.checker.typeToString(tag)).join(' & ');
  resolver.refuseTag(at, `${names} cannot be met together`, 'Correct one of them.');
  return undefined;
}

function literalOf(resolver: TypeResolver, tag: ts.Type): string | number | undefined {
  const [argument] = resolver.app.checker.getTypeArguments(tag as ts.TypeReference);
  return argument?.isStringLiteral() || argument?.isNumberLiteral() ? argument.value : undefined;
}
