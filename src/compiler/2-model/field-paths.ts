import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';

/** What the path of a field leads to: a value, a group of fields, or nothing. */
export type FieldKind = 'field' | 'group' | 'unknown';

/** How far names are listed into types that contain themselves. */
const deepest = 4;

/** Follows `song.title`, `tags[]` or `items.0.name` into the params of an action. */
export function fieldAt(contract: Contract, params: Shape, path: string): FieldKind {
  const steps = stepsOf(path);
  let kinds = [params];
  for (const step of steps) kinds = kinds.flatMap((shape) => inside(contract, shape, step));
  if (kinds.length === 0) return 'unknown';
  return kinds.some((shape) => isValue(contract, shape)) ? 'field' : 'group';
}

/** Every path that leads to a value, in the order of declaration; a place in a list is written `0`. */
export function fieldPaths(contract: Contract, params: Shape): string[] {
  const paths = new Set<string>();
  const visit = (shape: Shape, path: string, depth: number): void => {
    for (const one of members(contract, shape)) {
      if (one.kind === 'object' && depth < deepest) {
        for (const { name, shape: inner } of one.properties)
          visit(inner, path === '' ? name : `${path}.${name}`, depth + 1);
      } else if (one.kind === 'array' || one.kind === 'set') {
        const isList = isValue(contract, one.element);
        if (isList) paths.add(`${path}[]`);
        else visit(one.element, `${path}.0`, depth + 1);
      } else if (one.kind === 'tuple') {
        for (const [index, element] of one.elements.entries()) visit(element, `${path}.${index}`, depth + 1);
      } else if (isValue(contract, one) && path !== '') paths.add(path);
    }
  };
  visit(params, '', 0);
  return [...paths];
}

/** `song[title]` is how the page writes `song.title`. The last `[]` of a list is the step `[]`. */
function stepsOf(path: string): string[] {
  const dotted = path.replace(/\[([^[\]]+)\]/g, '.$1');
  return dotted.endsWith('[]') ? [...dotted.slice(0, -2).split('.'), '[]'] : dotted.split('.');
}

function inside(contract: Contract, shape: Shape, step: string): Shape[] {
  const isIndex = /^\d+$/.test(step);
  return members(contract, shape).flatMap((one): Shape[] => {
    switch (one.kind) {
      case 'object': {
        const property = one.properties.find(({ name }) => name === step);
        if (property) return [property.shape];
        return one.rest ? [one.rest.value] : [];
      }
      case 'record':
        return step === '[]' ? [] : [one.value];
      case 'array':
      case 'set':
        return isIndex || step === '[]' ? [one.element] : [];
      case 'tuple': {
        const element = step === '[]' ? one.rest : (one.elements[Number(step)] ?? one.rest);
        return element && (isIndex || step === '[]') ? [element] : [];
      }
      case 'json':
        return [one];
      default:
        return [];
    }
  });
}

/** Whether one input can hold it; a list of values, as a choice of several does. */
function isValue(contract: Contract, shape: Shape): boolean {
  return members(contract, shape).some((one) => {
    if (one.kind === 'array' || one.kind === 'set') {
      return members(contract, one.element).some(({ kind }) => !groups.has(kind));
    }
    return !groups.has(one.kind);
  });
}

const groups: ReadonlySet<Shape['kind']> = new Set([
  'object',
  'record',
  'tuple',
  'map',
  'array',
  'set',
  'null',
]);

/** The members of a union, names looked up; of anything else, itself. */
function members(contract: Contract, shape: Shape, seen: readonly string[] = []): readonly Shape[] {
  if (shape.kind === 'union') return shape.members.flatMap((member) => members(contract, member, seen));
  if (shape.kind !== 'ref') return [shape];
  const named = contract.types[shape.name];
  return named === undefined || seen.includes(shape.name)
    ? []
    : members(contract, named, [...seen, shape.name]);
}
