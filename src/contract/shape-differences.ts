import { canonicalText } from './canonical.js';
import { constraintsImply } from './constraint-fit.js';
import type { ObjectShape, PropertyShape, Shape, TupleShape } from './shape.js';
import { Fit, type Types } from './shape-fit.js';
import { shapeText } from './shape-text.js';

/** One place where two shapes differ. */
export interface ShapeDifference {
  /** The named type that it is in. Undefined: it is in no named type. */
  readonly type?: string;
  /** From that type, or else from the whole: `song.tags[]`, or empty. */
  readonly path: string;
  /** What follows the path: `is new and required`. */
  readonly what: string;
  /** Whether what an old writer sends is taken by a new reader. */
  readonly forward: boolean;
  /** Whether what a new writer sends is taken by an old reader. */
  readonly backward: boolean;
}

/** A shape at one of two times. */
export interface ShapeAt {
  readonly shape: Shape;
  readonly types: Types;
  /** Whether its reader refuses properties that it does not know. */
  readonly refusesUnknown?: boolean;
}

/** Every place where two shapes differ, in their order, with what that means for either direction. */
export function shapeDifferences(before: ShapeAt, after: ShapeAt): ShapeDifference[] {
  const comparison = new ShapeComparison(before, after);
  comparison.compare(before.shape, after.shape, { path: '' });
  return comparison.found;
}

interface Place {
  readonly type?: string;
  readonly path: string;
}

class ShapeComparison {
  readonly found: ShapeDifference[] = [];
  /** Pairs of names that have been looked at: a difference inside is told once. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly before: ShapeAt,
    private readonly after: ShapeAt,
  ) {}

  compare(before: Shape, after: Shape, at: Place): void {
    if (before.kind === 'ref' || after.kind === 'ref') return this.compareNamed(before, after, at);
    if (before.kind === 'union' || after.kind === 'union')
      return this.compareUnions(membersOf(before), membersOf(after), at);
    if (
      before.kind === 'object' &&
      after.kind === 'object' &&
      isSame(before.rest?.key, after.rest?.key) &&
      !before.rest === !after.rest
    )
      return this.compareObjects(before, after, at);
    if ('element' in before && 'element' in after && before.kind === after.kind) {
      this.compareConstraints(before, after, at);
      return this.compare(before.element, after.element, inside(at, '[]'));
    }
    if (before.kind === 'map' && after.kind === 'map') {
      this.compareConstraints(before, after, at);
      this.compare(before.key, after.key, inside(at, '[key]'));
      return this.compare(before.value, after.value, inside(at, '[value]'));
    }
    if (before.kind === 'record' && after.kind === 'record' && isSame(before.key, after.key))
      return this.compare(before.value, after.value, inside(at, '[key]'));
    if (before.kind === 'tuple' && after.kind === 'tuple' && isSame(formOf(before), formOf(after))) {
      const elements = [...before.elements.entries()];
      for (const [index, element] of elements) {
        this.compare(element, after.elements[index] ?? element, inside(at, `[${index}]`));
      }
      if (before.rest && after.rest) this.compare(before.rest, after.rest, inside(at, '[…]'));
      return;
    }
    if (!isSame(before, after)) this.tellChange(before, after, at);
  }

  private compareNamed(before: Shape, after: Shape, at: Place): void {
    if (before.kind === 'ref' && after.kind === 'ref') {
      const pair = `${before.name} ${after.name}`;
      if (this.seen.has(pair)) return;
      this.seen.add(pair);
      if (before.name === after.name) at = { type: before.name, path: '' };
    }
    const old = resolved(before, this.before.types);
    const now = resolved(after, this.after.types);
    this.compare(old, now, at);
  }

  private compareObjects(before: ObjectShape, after: ObjectShape, at: Place): void {
    const added = new Map(after.properties.map((property) => [property.name, property]));
    for (const property of before.properties) {
      const now = added.get(property.name);
      added.delete(property.name);
      if (now) this.compareProperty(property, now, inside(at, `.${property.name}`));
      else this.tellProperty(property.name, 'is gone', only(before, property), only(after), at);
    }
    for (const property of added.values()) {
      const what = property.optional ? 'is new and may be left out' : 'is new and required';
      this.tellProperty(property.name, what, only(before), only(after, property), at);
    }
    if (before.rest && after.rest) this.compare(before.rest.value, after.rest.value, inside(at, '[key]'));
  }

  private compareProperty(before: PropertyShape, after: PropertyShape, at: Place): void {
    if (before.optional && !after.optional)
      this.tell('may no longer be left out', { forward: false, backward: true }, at);
    if (!before.optional && after.optional)
      this.tell('may be left out now', { forward: true, backward: false }, at);
    this.compare(before.shape, after.shape, at);
  }

  private compareUnions(before: readonly Shape[], after: readonly Shape[], at: Place): void {
    const removed = before.filter((shape) => !after.some((other) => isSame(shape, other)));
    const added = after.filter((shape) => !before.some((other) => isSame(shape, other)));
    for (const shape of before) {
      // What a name inside of it stands for may have changed.
      if (!removed.includes(shape)) this.compare(shape, shape, at);
    }
    for (const shape of [...removed]) {
      const twin = this.twinOf(shape, removed, added);
      if (twin === undefined) continue;
      removed.splice(removed.indexOf(shape), 1);
      added.splice(added.indexOf(twin), 1);
      this.compare(shape, twin, at);
    }
    const forward = removed.every((shape) => this.fitsForward(shape, union(after)));
    const backward = added.every((shape) => this.fitsBackward(shape, union(before)));
    if (removed.length > 0 && added.length > 0 && ![...removed, ...added].every(isValue)) {
      return this.tell(changeText(union(removed), union(added)), { forward, backward }, at);
    }
    if (removed.length > 0) this.tell(`can no longer be ${orText(removed)}`, { forward, backward: true }, at);
    if (added.length > 0) this.tell(`can also be ${orText(added)}`, { forward: true, backward }, at);
  }

  /** The member that has taken the place of another: the only one left on either side, or with the same mark. */
  private twinOf(shape: Shape, removed: readonly Shape[], added: readonly Shape[]): Shape | undefined {
    const old = (other: Shape) => resolved(other, this.before.types);
    const now = (other: Shape) => resolved(other, this.after.types);
    const { kind } = old(shape);
    if (isValue({ kind })) return undefined;
    const alike = added.filter((other) => now(other).kind === kind);
    const isOnly = removed.filter((other) => old(other).kind === kind).length === 1;
    if (isOnly && alike.length === 1) return alike[0];
    const mark = markOf(old(shape));
    return mark === undefined ? undefined : alike.find((other) => markOf(now(other)) === mark);
  }

  private compareConstraints(
    before: Shape & { constraints?: object },
    after: Shape & { constraints?: object },
    at: Place,
  ): void {
    if (isSame(before.constraints, after.constraints)) return;
    const verdict = { forward: constraintsImply(before, after), backward: constraintsImply(after, before) };
    this.tell(changeText(before, after), verdict, at);
  }

  /** With the index signature, which may have a say. */
  private tellProperty(name: string, what: string, before: ObjectShape, after: ObjectShape, at: Place): void {
    const verdict = {
      forward: this.fitsForward(before, after),
      backward: this.fitsBackward(after, before),
    };
    this.tell(what, verdict, inside(at, `.${name}`));
  }

  private tellChange(before: Shape, after: Shape, at: Place): void {
    const verdict = {
      forward: this.fitsForward(before, after),
      backward: this.fitsBackward(after, before),
    };
    this.tell(changeText(before, after), verdict, at);
  }

  private tell(what: string, verdict: { forward: boolean; backward: boolean }, { type, path }: Place): void {
    this.found.push({ ...(type !== undefined && { type }), path: path.replace(/^\./, ''), what, ...verdict });
  }

  private fitsForward(written: Shape, read: Shape): boolean {
    return new Fit(this.before.types, this.after.types, this.after.refusesUnknown).fits(written, read);
  }

  private fitsBackward(written: Shape, read: Shape): boolean {
    return new Fit(this.after.types, this.before.types, this.before.refusesUnknown).fits(written, read);
  }
}

/** `kind: 'song'` of a member of a union that is told apart by `kind`. */
function markOf(shape: Shape): string | undefined {
  if (shape.kind !== 'object') return undefined;
  const marks = shape.properties.filter((property) => property.shape.kind === 'literal');
  return marks.length === 0
    ? undefined
    : marks.map(({ name, shape: value }) => `${name}: ${shapeText(value)}`).join(', ');
}

function membersOf(shape: Shape): readonly Shape[] {
  return shape.kind === 'union' ? shape.members : [shape];
}

function union(members: readonly Shape[]): Shape {
  return { kind: 'union', members };
}

/** An object with one of its properties, or none, so that nothing else has a say in the verdict. */
function only({ rest }: ObjectShape, ...properties: readonly PropertyShape[]): ObjectShape {
  return { kind: 'object', properties, ...(rest && { rest }) };
}

/** How many elements there may be. */
function formOf({ elements, optional = 0, rest }: TupleShape) {
  return { length: elements.length, optional, open: rest !== undefined };
}

/** One value, and no type of several. */
function isValue({ kind }: Pick<Shape, 'kind'>): boolean {
  return kind === 'literal' || kind === 'null';
}

function orText(shapes: readonly Shape[]): string {
  return shapes.map(shapeText).join(' or ');
}

function resolved(shape: Shape, types: Types): Shape {
  return shape.kind === 'ref' ? (types[shape.name] ?? { kind: 'json' }) : shape;
}

function inside({ type, path }: Place, step: string): Place {
  return { ...(type !== undefined && { type }), path: path + step };
}

function changeText(before: Shape, after: Shape): string {
  return `was ${shapeText(before)} and is ${shapeText(after)}`;
}

function isSame(before: unknown, after: unknown): boolean {
  return canonicalText(undocumented(before ?? null)) === canonicalText(undocumented(after ?? null));
}

/** Documentation is no promise. */
function undocumented(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(undocumented);
  if (typeof value !== 'object' || value === null) return value;
  const isProperty = 'optional' in value && 'shape' in value;
  const entries = Object.entries(value).filter(([name]) => !(isProperty && name === 'doc'));
  return Object.fromEntries(entries.map(([name, inner]) => [name, undocumented(inner)]));
}
