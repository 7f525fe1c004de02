import { describeConstraints } from '../../contract/constraints.js';
import type { Contract } from '../../contract/contract.js';
import type { ObjectShape, PropertyShape, RecordShape, Shape, TupleShape } from '../../contract/shape.js';
import { declarationOf } from '../2-model/declarations.js';
import { type Marks, width, withoutMarks } from './declaration-map.js';
import { docComment, key, quote } from './source-text.js';

/** Which end a declaration is for. */
export interface Side {
  /** The server may pass read-only arrays, and `undefined` for what it leaves out. The client owns what it is given. */
  readonly writes: boolean;
  /** Marks the names that the app declares. Undefined: nothing leads back to the app. */
  readonly marks?: Marks;
}

/** A shape as TypeScript. `indent` is that of the line it begins on. */
export function typeText(shape: Shape, side: Side, indent = ''): string {
  switch (shape.kind) {
    case 'string':
      return shape.template?.type ?? 'string';
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'null':
      return shape.kind;
    case 'bytes':
      return shape.as === 'ArrayBuffer' ? 'ArrayBuffer' : 'Uint8Array';
    case 'file':
      return side.writes ? 'UploadedFile' : 'Blob';
    case 'set':
      return `${readonlyClass(side)}Set<${typeText(shape.element, side, indent)}>`;
    case 'map':
      return `${readonlyClass(side)}Map<${typeText(shape.key, side, indent)}, ${typeText(shape.value, side, indent)}>`;
    case 'date':
      return 'Date';
    case 'json':
      return 'unknown';
    case 'literal':
      return typeof shape.value === 'string' ? quote(shape.value) : String(shape.value);
    case 'ref':
      return shape.name;
    case 'array': {
      const element = typeText(shape.element, side, indent);
      const inner =
        shape.element.kind === 'union' || element.startsWith('readonly ') ? `(${element})` : element;
      return `${readonlyText(side)}${inner}[]`;
    }
    case 'tuple':
      return `${readonlyText(side)}[${placesText(shape, side, indent)}]`;
    case 'record':
      // Not Record<string, …>: an alias may contain itself only in a type literal.
      return `{ ${indexText(shape, side, indent)} }`;
    case 'union':
      return unionTexts(shape.members, side, indent).join(' | ');
    case 'object':
      return objectText(shape, side, indent);
  }
}

/** The named types of a contract, each declared once. */
export function typeDeclarations({ types }: Pick<Contract, 'types'>, side: Side): string | undefined {
  const texts = Object.entries(types).map(([name, shape]) => {
    const { place, doc = '' } = declarationOf(shape);
    const declared = (words: string): string => side.marks?.declare(words, name, place) ?? `${words} ${name}`;
    const comment = docComment(paragraphs(doc, constraintsText(shape)));
    if (shape.kind === 'object') {
      const head = `${comment}${declared('export interface')}`;
      if (side.marks === undefined || !isTied(shape)) return `${head} ${block(shape, side, '')}`;
      return `${head} extends Tied<${quote(name)}, ${block(shape, side, '')}> {}`;
    }
    const line = `${declared('export type')} = ${typeText(shape, side)};`;
    if (shape.kind !== 'union' || (width(line) <= 110 && !line.includes('\n'))) return `${comment}${line}`;
    const members = unionTexts(shape.members, side, '    ').map((member) => `\n  | ${member}`);
    return `${comment}${declared('export type')} =${members.join('')};`;
  });
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

/** Whether an editor can take a named type and its declaration for one: the declaration can be imported. */
export function isTied(shape: Shape): shape is ObjectShape {
  return shape.kind === 'object' && !shape.rest && declarationOf(shape).exported !== undefined;
}

/** Members that differ only in what is checked are one to TypeScript. */
function unionTexts(members: readonly Shape[], side: Side, indent: string): readonly string[] {
  const texts = members.map((member) => typeText(member, side, indent));
  return [...new Map(texts.map((text) => [withoutMarks(text), text])).values()];
}

function placesText({ elements, optional = 0, rest }: TupleShape, side: Side, indent: string): string {
  const places = elements.map((element, index) => {
    const text = typeText(element, side, indent);
    if (index < elements.length - optional) return text;
    return element.kind === 'union' ? `(${text})?` : `${text}?`;
  });
  if (rest)
    places.push(`...${typeText({ kind: 'array', element: rest }, { ...side, writes: false }, indent)}`);
  return places.join(', ');
}

function objectText(shape: ObjectShape, side: Side, indent: string): string {
  const { properties, rest } = shape;
  if (properties.length === 0 && !rest) return 'Record<string, never>';
  const parts = properties.map((property) => propertyText(property, side, indent));
  const inline = `{ ${[...parts, ...restText(shape, side, indent)].join('; ')} }`;
  const fits = indent.length + width(inline) <= 90 && !inline.includes('\n');
  const isPlain = fits && properties.every((property) => docOf(property) === '');
  return isPlain ? inline : block(shape, side, indent);
}

function block(shape: ObjectShape, side: Side, indent: string): string {
  const inner = `${indent}  `;
  const lines = shape.properties.map(
    (property) => `${docComment(docOf(property), inner)}${inner}${propertyText(property, side, inner)};\n`,
  );
  lines.push(...restText(shape, side, inner).map((text) => `${inner}${text};\n`));
  return `{\n${lines.join('')}${indent}}`;
}

function propertyText(property: PropertyShape, side: Side, indent: string): string {
  const { name, optional, shape } = property;
  const marked = `${side.marks?.before(declarationOf(property).place) ?? ''}${key(name)}`;
  const type = typeText(shape, side, indent);
  if (!optional) return `${marked}: ${type}`;
  return `${marked}?: ${type}${side.writes && shape.kind !== 'json' ? ' | undefined' : ''}`;
}

function indexText({ key, value }: RecordShape, side: Side, indent: string): string {
  return `[key: ${key?.type ?? 'string'}]: ${typeText(value, side, indent)}`;
}

/** The open part of an object, which has to allow what its named properties are. */
function restText({ properties, rest }: ObjectShape, side: Side, indent: string): readonly string[] {
  if (rest === undefined) return [];
  const mayBeMissing = rest.key === undefined && properties.some(({ optional }) => optional);
  return [`${indexText(rest, side, indent)}${mayBeMissing ? ' | undefined' : ''}`];
}

/** What the author wrote, and below it what is checked. */
function docOf({ doc = '', shape }: PropertyShape): string {
  return paragraphs(doc, constraintsText(shape));
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function constraintsText(shape: Shape): string {
  const inner = shape.kind === 'array' || shape.kind === 'set' ? constraintsText(shape.element) : '';
  const own = 'constraints' in shape && shape.constraints ? describeConstraints(shape.constraints) : '';
  if (shape.kind === 'union') return shape.members.map(constraintsText).filter(Boolean).join(' ');
  return [own, inner && `Entries ${inner.charAt(0).toLowerCase()}${inner.slice(1)}`]
    .filter(Boolean)
    .join(' ');
}

function readonlyClass(side: Side): string {
  return side.writes ? 'Readonly' : '';
}

function readonlyText(side: Side): string {
  return side.writes ? 'readonly ' : '';
}
