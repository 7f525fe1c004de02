import type { Contract } from '../../contract/contract.js';
import {
  type ObjectShape,
  type PropertyShape,
  type Shape,
  type StringShape,
  shapesIn,
} from '../../contract/shape.js';

export type { ObjectShape };
export type LiteralValue = Extract<Shape, { kind: 'literal' }>['value'];

/** A shape with its name looked up. */
export function behind(contract: Contract, shape: Shape): Shape {
  let found = shape;
  while (found.kind === 'ref') {
    const named = contract.types[found.name];
    if (named === undefined) throw new Error(`The contract has no type "${found.name}"`);
    found = named;
  }
  return found;
}

/** The shapes directly inside a shape; of a named one, what stands behind the name. */
export function inside(contract: Contract, shape: Shape): readonly Shape[] {
  return shape.kind === 'ref' ? [behind(contract, shape)] : shapesIn(shape);
}

/** Whether `test` holds for a shape or anything inside it, however deep. */
export function reaches(contract: Contract, shape: Shape, test: (shape: Shape) => boolean): boolean {
  const seen = new Set<string>();
  const visit = (one: Shape): boolean => {
    if (test(one)) return true;
    if (one.kind === 'ref') {
      if (seen.has(one.name)) return false;
      seen.add(one.name);
    }
    return inside(contract, one).some(visit);
  };
  return visit(shape);
}

/** Whether a value may be nested as deep as its sender likes: JSON, or a type that contains itself. */
export function isUnbounded(contract: Contract, shape: Shape): boolean {
  return reaches(contract, shape, (one) => {
    if (one.kind === 'json') return true;
    if (one.kind !== 'ref') return false;
    return reaches(
      contract,
      behind(contract, one),
      (inner) => inner.kind === 'ref' && inner.name === one.name,
    );
  });
}

/** Whether an empty text is a value of its own, and not a field that was left empty. */
export function takesEmptyText(contract: Contract, shape: Shape): boolean {
  const found = behind(contract, shape);
  if (found.kind === 'union') return found.members.some((member) => takesEmptyText(contract, member));
  if (found.kind === 'string') return allowsEmptyText(found);
  return found.kind === 'json' || (found.kind === 'literal' && found.value === '');
}

/** Whether no constraint forbids to leave a field empty that has to be filled in otherwise. */
function allowsEmptyText({ constraints = {}, template }: StringShape): boolean {
  const { minLength = 0, format, patterns = [] } = constraints;
  const all = template ? [...patterns, template.pattern] : patterns;
  return (
    minLength === 0 &&
    format === undefined &&
    all.every((pattern) => new RegExp(`^(?:${pattern})$`, 'u').test(''))
  );
}

/** Whether a shape holds anything that `JSON.stringify` would not write, or not write right. */
export function needsEncoder(contract: Contract, shape: Shape): boolean {
  return reaches(contract, shape, ({ kind }) => ['bigint', 'bytes', 'map', 'set'].includes(kind));
}

/** Whether nothing has to be given: an object without required properties. */
export function mayBeEmpty(contract: Contract, shape: Shape): boolean {
  const found = behind(contract, shape);
  return found.kind === 'object' && found.properties.every((property) => property.optional);
}

/** A property whose value tells the members of a union apart, and which member has which values. */
export interface Discriminant {
  readonly name: string;
  readonly cases: readonly { readonly values: readonly LiteralValue[]; readonly shape: Shape }[];
}

export function discriminantOf(contract: Contract, members: readonly Shape[]): Discriminant | undefined {
  const objects = members.map((member) => behind(contract, member));
  if (members.length < 2 || !objects.every((one): one is ObjectShape => one.kind === 'object'))
    return undefined;
  for (const { name } of objects[0]?.properties ?? []) {
    const cases = objects.map((object, index) => ({
      values: literalsOf(
        contract,
        object.properties.find((property) => property.name === name),
      ),
      shape: members[index] as Shape,
    }));
    const all = cases.flatMap(({ values }) => values);
    if (cases.every(({ values }) => values.length > 0) && new Set(all).size === all.length)
      return { name, cases };
  }
  return undefined;
}

function literalsOf(contract: Contract, property: PropertyShape | undefined): readonly LiteralValue[] {
  if (property === undefined || property.optional) return [];
  const shape = behind(contract, property.shape);
  const members = shape.kind === 'union' ? shape.members : [shape];
  const values = members.flatMap((member) => (member.kind === 'literal' ? [member.value] : []));
  return values.length === members.length ? values : [];
}
