import type { Contract } from '../../contract/contract.js';
import type { PropertyShape, Shape } from '../../contract/shape.js';
import { docComment, key, quote } from './source-text.js';

/** Which end a declaration is for. */
export type Side =
  /** What the server writes: it may pass read-only arrays, and `undefined` for what it leaves out. */
  | 'writes'
  /** What the client is given, and owns. */
  | 'reads';

/** A shape as TypeScript. `indent` is that of the line it begins on. */
export function typeText(shape: Shape, side: Side, indent = ''): string {
  switch (shape.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return shape.kind;
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
    case 'tuple': {
      const elements = shape.elements.map((element) => typeText(element, side, indent));
      if (shape.rest)
        elements.push(`...${typeText({ kind: 'array', element: shape.rest }, 'reads', indent)}`);
      return `${readonlyText(side)}[${elements.join(', ')}]`;
    }
    case 'record':
      // Not Record<string, …>: an alias may contain itself only in a type literal.
      return `{ [key: string]: ${typeText(shape.value, side, indent)} }`;
    case 'union':
      return shape.members.map((member) => typeText(member, side, indent)).join(' | ');
    case 'object':
      return objectText(shape.properties, side, indent);
  }
}

/** The named types of a contract, each declared once. */
export function typeDeclarations(contract: Contract, side: Side): string | undefined {
  const texts = Object.entries(contract.types).map(([name, shape]) => {
    if (shape.kind === 'object') return `export interface ${name} ${block(shape.properties, side, '')}`;
    const line = `export type ${name} = ${typeText(shape, side)};`;
    if (shape.kind !== 'union' || (line.length <= 110 && !line.includes('\n'))) return line;
    const members = shape.members.map((member) => `\n  | ${typeText(member, side, '    ')}`);
    return `export type ${name} =${members.join('')};`;
  });
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

function objectText(properties: readonly PropertyShape[], side: Side, indent: string): string {
  if (properties.length === 0) return 'Record<string, never>';
  const inline = `{ ${properties.map((property) => propertyText(property, side, indent)).join('; ')} }`;
  const fits = indent.length + inline.length <= 90 && !inline.includes('\n');
  return fits && properties.every(({ doc }) => doc === undefined) ? inline : block(properties, side, indent);
}

function block(properties: readonly PropertyShape[], side: Side, indent: string): string {
  const inner = `${indent}  `;
  const lines = properties.map(
    (property) => `${docComment(property.doc, inner)}${inner}${propertyText(property, side, inner)};\n`,
  );
  return `{\n${lines.join('')}${indent}}`;
}

function propertyText({ name, optional, shape }: PropertyShape, side: Side, indent: string): string {
  const type = typeText(shape, side, indent);
  if (!optional) return `${key(name)}: ${type}`;
  return `${key(name)}?: ${type}${side === 'writes' && shape.kind !== 'json' ? ' | undefined' : ''}`;
}

function readonlyText(side: Side): string {
  return side === 'writes' ? 'readonly ' : '';
}
