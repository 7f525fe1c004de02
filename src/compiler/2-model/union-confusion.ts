import { canonicalText } from '../../contract/canonical.js';
import type { ObjectShape, Shape } from '../../contract/shape.js';
import type { TypeResolver } from './type-resolver.js';

/**
 * Two members of a union that JSON writes alike although the other end has to make different things of them, such
 * as `string | bigint`, in words. Undefined: all can be told apart. `string | Date` is let pass: the other end
 * leaves it text.
 */
export function findConfusion(resolver: TypeResolver, members: readonly Shape[]): string | undefined {
  for (const [first, second] of pairs(members)) {
    const kinds = [first.kind, second.kind];
    if (kinds.every((kind) => plain.has(kind))) continue;
    if (kinds.includes('date') && (kinds.includes('string') || kinds.includes('literal'))) continue;
    const found = new Confusion(resolver).between(first, second, '');
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Kinds of which nobody has to make anything: a union may have hundreds of these. */
const plain: ReadonlySet<Shape['kind']> = new Set(['literal', 'string', 'number', 'boolean', 'null']);

class Confusion {
  private readonly seen = new Set<string>();

  constructor(private readonly resolver: TypeResolver) {}

  between(first: Shape, second: Shape, path: string): string | undefined {
    const key = `${canonicalText(first)} ${canonicalText(second)}`;
    if (this.seen.has(key)) return undefined;
    this.seen.add(key);
    const a = this.resolver.behind(first);
    const b = this.resolver.behind(second);
    if (a === undefined || b === undefined || canonicalText(a) === canonicalText(b)) return undefined;
    const inner = this.inside(a, b, path);
    if (inner !== 'here') return inner;
    return path === ''
      ? `${nameOf(a)} and ${nameOf(b)}`
      : `${nameOf(a)} and ${nameOf(b)} in ${path.slice(1)}`;
  }

  /** `here`: these two are confused themselves. */
  private inside(a: Shape, b: Shape, path: string): string | undefined {
    if (a.kind === 'union')
      return this.any(
        a.members.map((member) => [member, b]),
        path,
      );
    if (b.kind === 'union')
      return this.any(
        b.members.map((member) => [a, member]),
        path,
      );
    if (isText(a) && isText(b)) return confusesText(a, b) ? 'here' : undefined;
    if (isList(a) && isList(b)) return this.lists(a, b, path);
    if (a.kind === 'object' && b.kind === 'object') return this.objects(a, b, path);
    if (a.kind === 'record' && b.kind === 'record') return this.between(a.value, b.value, `${path}[key]`);
    if (a.kind === 'record' && b.kind === 'object') return this.inside(b, a, path);
    if (a.kind === 'object' && b.kind === 'record') {
      return this.any(
        a.properties.map(({ shape }) => [shape, b.value]),
        `${path}[key]`,
      );
    }
    return undefined;
  }

  private any(all: readonly (readonly [Shape, Shape])[], path: string): string | undefined {
    for (const [first, second] of all) {
      const found = this.between(first, second, path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private lists(a: ListShape, b: ListShape, path: string): string | undefined {
    const special = [a, b].filter(({ kind }) => kind === 'map' || kind === 'set');
    if (special.length > 0 && a.kind !== b.kind) return 'here';
    if (a.kind === 'map' && b.kind === 'map') {
      return this.between(a.key, b.key, `${path}[key]`) ?? this.between(a.value, b.value, `${path}[value]`);
    }
    const all = elementsOf(a).flatMap((one) => elementsOf(b).map((other) => [one, other] as const));
    return this.any(all, `${path}[]`);
  }

  private objects(a: ObjectShape, b: ObjectShape, path: string): string | undefined {
    const common = a.properties.flatMap((one) => {
      const other = b.properties.find(({ name }) => name === one.name);
      return other ? [[one, other] as const] : [];
    });
    const apart = common.some(([one, other]) => {
      if (one.optional || other.optional) return false;
      const values = literalsOf(this.resolver, one.shape);
      const others = literalsOf(this.resolver, other.shape);
      return values.length > 0 && others.length > 0 && !values.some((value) => others.includes(value));
    });
    if (apart) return undefined;
    for (const [one, other] of common) {
      const found = this.between(one.shape, other.shape, `${path}.${one.name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

type ListShape = Extract<Shape, { kind: 'array' | 'set' | 'map' | 'tuple' }>;

function isList(shape: Shape): shape is ListShape {
  return ['array', 'set', 'map', 'tuple'].includes(shape.kind);
}

function elementsOf(list: ListShape): readonly Shape[] {
  if (list.kind === 'tuple') return list.rest ? [...list.elements, list.rest] : list.elements;
  return list.kind === 'map' ? [] : [list.element];
}

function isText({ kind, ...shape }: Shape): boolean {
  if (kind === 'literal') return typeof (shape as { value?: unknown }).value === 'string';
  return ['string', 'date', 'bigint', 'bytes', 'json'].includes(kind);
}

/** Both are text on the wire. Dates and whole numbers have forms of their own. */
function confusesText(a: Shape, b: Shape): boolean {
  const [kinds, ways] = [[a.kind, b.kind], new Set([wayOf(a), wayOf(b)])];
  if (ways.size === 1) return false;
  if (kinds.includes('bytes')) return true;
  const literal = a.kind === 'literal' ? a : b.kind === 'literal' ? b : undefined;
  if (literal && ways.has('bigint')) return /^-?\d+$/.test(String(literal.value));
  if (literal && ways.has('date')) return !Number.isNaN(Date.parse(String(literal.value)));
  return !(kinds.includes('date') && kinds.includes('bigint'));
}

/** What the other end makes of a text. */
function wayOf(shape: Shape): string {
  return shape.kind === 'bytes'
    ? `bytes${shape.as ?? ''}`
    : ['date', 'bigint'].includes(shape.kind)
      ? shape.kind
      : 'text';
}

function nameOf(shape: Shape): string {
  switch (shape.kind) {
    case 'bytes':
      return shape.as ?? 'Uint8Array';
    case 'date':
      return 'Date';
    case 'map':
      return 'a Map';
    case 'set':
      return 'a Set';
    case 'array':
    case 'tuple':
      return 'an array';
    case 'json':
      return 'unknown';
    case 'literal':
      return JSON.stringify(shape.value);
    default:
      return shape.kind;
  }
}

function literalsOf(resolver: TypeResolver, shape: Shape): readonly unknown[] {
  const found = resolver.behind(shape);
  const members = found?.kind === 'union' ? found.members : found ? [found] : [];
  const values = members.flatMap((member) => (member.kind === 'literal' ? [member.value] : []));
  return values.length === members.length ? values : [];
}

function pairs(members: readonly Shape[]): (readonly [Shape, Shape])[] {
  return members.flatMap((first, index) =>
    members.slice(index + 1).map((second) => [first, second] as const),
  );
}
