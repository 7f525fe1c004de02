import { describeConstraints } from './constraints.js';
import type { Shape } from './shape.js';

/** A shape in a few words, as TypeScript writes it: `'small' | 'large'`, `SongView[]`, `{ id, title? }`. */
export function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case 'literal':
      return typeof shape.value === 'string' ? `'${shape.value}'` : String(shape.value);
    case 'string':
      return `${shape.template?.type ?? 'string'}${constraintText(shape)}`;
    case 'number':
    case 'bigint':
      return `${shape.kind}${constraintText(shape)}`;
    case 'date':
      return 'Date';
    case 'json':
      return 'unknown';
    case 'bytes':
      return 'Uint8Array';
    case 'file':
      return 'UploadedFile';
    case 'ref':
      return shape.name;
    case 'array':
      return `${inner(shape.element)}[]${constraintText(shape)}`;
    case 'set':
      return `Set<${shapeText(shape.element)}>${constraintText(shape)}`;
    case 'map':
      return `Map<${shapeText(shape.key)}, ${shapeText(shape.value)}>${constraintText(shape)}`;
    case 'tuple': {
      const required = shape.elements.length - (shape.optional ?? 0);
      const elements = shape.elements.map((element, index) =>
        index < required ? shapeText(element) : `${inner(element)}?`,
      );
      return `[${[...elements, ...(shape.rest ? [`...${inner(shape.rest)}[]`] : [])].join(', ')}]`;
    }
    case 'record':
      return `Record<${shape.key?.type ?? 'string'}, ${shapeText(shape.value)}>`;
    case 'union':
      return shape.members.map(shapeText).join(' | ');
    case 'object': {
      const names = shape.properties.map(({ name, optional }) => (optional ? `${name}?` : name));
      return names.length === 0 ? '{}' : `{ ${names.join(', ')} }`;
    }
    default:
      return shape.kind;
  }
}

function inner(shape: Shape): string {
  return shape.kind === 'union' ? `(${shapeText(shape)})` : shapeText(shape);
}

function constraintText({ constraints }: Extract<Shape, { constraints?: unknown }>): string {
  const text = constraints === undefined ? '' : describeConstraints(constraints);
  return text === '' ? '' : ` (${text.charAt(0).toLowerCase()}${text.slice(1, -1)})`;
}
