import { constraintsImply, literalMeets } from './constraint-fit.js';
import type { ObjectShape, PropertyShape, RecordShape, Shape, TextTemplate, TupleShape } from './shape.js';

/** The named types of a contract. */
export type Types = Readonly<Record<string, Shape>>;

type ListShape = Extract<Shape, { readonly element: Shape }>;

/**
 * Whether everything that a writer may send is something that a reader takes. Properties that the reader does
 * not know do no harm, unless it refuses them. Where both could be argued, it does not fit.
 */
export class Fit {
  /** Pairs of names that are being looked at: a type that contains itself fits if the rest does. */
  private readonly assumed: string[] = [];

  constructor(
    private readonly writer: Types,
    private readonly reader: Types,
    private readonly refusesUnknown = false,
  ) {}

  fits(writer: Shape, reader: Shape): boolean {
    if (writer.kind === 'ref' && reader.kind === 'ref') {
      const pair = `${writer.name} ${reader.name}`;
      if (this.assumed.includes(pair)) return true;
      const before = this.assumed.push(pair) - 1;
      const fits = this.fits(named(this.writer, writer.name), named(this.reader, reader.name));
      // What was concluded from a wrong assumption is not known.
      if (!fits) this.assumed.length = before;
      return fits;
    }
    if (writer.kind === 'ref') return this.fits(named(this.writer, writer.name), reader);
    if (writer.kind === 'union') return writer.members.every((member) => this.fits(member, reader));
    if (reader.kind === 'ref') return this.fits(writer, named(this.reader, reader.name));
    if (reader.kind === 'json') return writer.kind !== 'file';
    if (reader.kind === 'union') return this.fitsUnion(writer, reader.members);
    return this.fitsPlain(writer, reader);
  }

  private fitsUnion(writer: Shape, members: readonly Shape[]): boolean {
    if (members.some((member) => this.fits(writer, member))) return true;
    return (
      writer.kind === 'boolean' &&
      [true, false].every((value) => this.fitsUnion({ kind: 'literal', value }, members))
    );
  }

  /** Neither is a name or a union any more. */
  private fitsPlain(writer: Shape, reader: Shape): boolean {
    switch (reader.kind) {
      case 'string':
        return this.fitsString(writer, reader);
      case 'number':
      case 'bigint':
        if (writer.kind === 'literal') return reader.kind === 'number' && literalMeets(writer.value, reader);
        return writer.kind === reader.kind && constraintsImply(writer, reader);
      case 'boolean':
        return writer.kind === 'boolean' || (writer.kind === 'literal' && typeof writer.value === 'boolean');
      case 'literal':
        return writer.kind === 'literal' && writer.value === reader.value;
      case 'array':
        return this.fitsArray(writer, reader);
      case 'set':
        return (
          writer.kind === 'set' &&
          this.fits(writer.element, reader.element) &&
          constraintsImply(writer, reader)
        );
      case 'map':
        return (
          writer.kind === 'map' &&
          this.fits(writer.key, reader.key) &&
          this.fits(writer.value, reader.value) &&
          constraintsImply(writer, reader)
        );
      case 'tuple':
        return writer.kind === 'tuple' && this.fitsTuple(writer, reader);
      case 'record':
        return this.fitsRecord(writer, reader);
      case 'object':
        return this.fitsObject(writer, reader);
      default:
        return writer.kind === reader.kind;
    }
  }

  /** Dates, big numbers and bytes travel as text. */
  private fitsString(writer: Shape, reader: Extract<Shape, { kind: 'string' }>): boolean {
    const isPlain = reader.template === undefined && reader.constraints === undefined;
    if (writer.kind === 'date' || writer.kind === 'bigint' || writer.kind === 'bytes') return isPlain;
    if (writer.kind === 'literal') {
      return literalMeets(writer.value, reader) && matches(reader.template, writer.value);
    }
    if (writer.kind !== 'string' || !constraintsImply(writer, reader)) return false;
    return reader.template === undefined || reader.template.pattern === writer.template?.pattern;
  }

  private fitsArray(writer: Shape, reader: ListShape): boolean {
    if (writer.kind === 'array' || writer.kind === 'set') {
      return this.fits(writer.element, reader.element) && constraintsImply(writer, reader);
    }
    if (writer.kind === 'map') {
      const pair: Shape = { kind: 'tuple', elements: [writer.key, writer.value] };
      return this.fits(pair, reader.element) && constraintsImply(writer, reader);
    }
    if (writer.kind !== 'tuple') return false;
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems } = reader.constraints ?? {};
    const elements = writer.rest ? [...writer.elements, writer.rest] : writer.elements;
    return (
      !uniqueItems &&
      leastOf(writer) >= minItems &&
      mostOf(writer) <= maxItems &&
      elements.every((element) => this.fits(element, reader.element))
    );
  }

  private fitsTuple(writer: TupleShape, reader: TupleShape): boolean {
    if (leastOf(writer) < leastOf(reader) || mostOf(writer) > mostOf(reader)) return false;
    const length = Math.max(writer.elements.length, reader.elements.length);
    for (let index = 0; index <= length; index++) {
      const written = writer.elements[index] ?? writer.rest;
      const read = reader.elements[index] ?? reader.rest;
      if (written && (read === undefined || !this.fits(written, read))) return false;
    }
    return true;
  }

  private fitsRecord(writer: Shape, reader: RecordShape): boolean {
    if (writer.kind === 'record') return this.fitsOpen(writer, reader);
    if (writer.kind !== 'object') return false;
    if (writer.rest && !this.fitsOpen(writer.rest, reader)) return false;
    return writer.properties.every(
      ({ name, shape }) => matches(reader.key, name) && this.fits(shape, reader.value),
    );
  }

  private fitsOpen(writer: RecordShape, reader: RecordShape): boolean {
    const keysFit = reader.key === undefined || reader.key.pattern === writer.key?.pattern;
    return keysFit && this.fits(writer.value, reader.value);
  }

  private fitsObject(writer: Shape, reader: ObjectShape): boolean {
    if (writer.kind === 'record')
      return this.fitsObject({ kind: 'object', properties: [], rest: writer }, reader);
    if (writer.kind !== 'object') return false;
    const written = new Map(writer.properties.map((property) => [property.name, property]));
    for (const property of reader.properties) {
      if (!this.fitsProperty(written.get(property.name), property, writer.rest)) return false;
      written.delete(property.name);
    }
    return this.fitsUnknown([...written.values()], writer.rest, reader.rest);
  }

  private fitsProperty(
    written: PropertyShape | undefined,
    read: PropertyShape,
    rest: RecordShape | undefined,
  ): boolean {
    if (written === undefined)
      return read.optional && (rest === undefined || this.fits(rest.value, read.shape));
    return (read.optional || !written.optional) && this.fits(written.shape, read.shape);
  }

  /** What the reader has no property for. */
  private fitsUnknown(
    written: readonly PropertyShape[],
    rest: RecordShape | undefined,
    taken: RecordShape | undefined,
  ): boolean {
    if (taken !== undefined) {
      return this.fitsRecord({ kind: 'object', properties: written, ...(rest && { rest }) }, taken);
    }
    return !this.refusesUnknown || (written.length === 0 && rest === undefined);
  }
}

function named(types: Types, name: string): Shape {
  return types[name] ?? { kind: 'json' };
}

function matches(template: TextTemplate | undefined, value: string | number | boolean): boolean {
  return template === undefined || new RegExp(`^(?:${template.pattern})$`, 'u').test(String(value));
}

function leastOf({ elements, optional = 0 }: TupleShape): number {
  return elements.length - optional;
}

function mostOf({ elements, rest }: TupleShape): number {
  return rest ? Number.POSITIVE_INFINITY : elements.length;
}
