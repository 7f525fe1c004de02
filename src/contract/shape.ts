import type { Constraints } from './constraints.js';

/**
 * The values that may cross the wire, as one closed union of plain data. The compiler lowers TypeScript
 * types to shapes; validators, revivers and declarations are written from shapes alone.
 */
export type Shape =
  | { readonly kind: 'boolean' | 'null' | 'date' | 'json' }
  | StringShape
  | { readonly kind: 'number' | 'bigint'; readonly constraints?: Constraints }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | BytesShape
  /** A file that a client sends along. In params only. */
  | { readonly kind: 'file' }
  | { readonly kind: 'array' | 'set'; readonly element: Shape; readonly constraints?: Constraints }
  | TupleShape
  | RecordShape
  | {
      readonly kind: 'map';
      readonly key: Shape;
      readonly value: Shape;
      readonly constraints?: Constraints;
    }
  | ObjectShape
  | { readonly kind: 'union'; readonly members: readonly Shape[] }
  /** A named shape of `Contract.types`: how recursion and sharing are written. */
  | { readonly kind: 'ref'; readonly name: string };

export interface StringShape {
  readonly kind: 'string';
  readonly constraints?: Constraints;
  /** Undefined: any text. */
  readonly template?: TextTemplate;
}

/** A template literal type, such as `song-${number}`. */
export interface TextTemplate {
  /** As TypeScript writes it. */
  readonly type: string;
  /** The source of a regular expression that the whole text matches. */
  readonly pattern: string;
  /** As a person reads it: `song-(number)`. */
  readonly form: string;
}

export interface BytesShape {
  readonly kind: 'bytes';
  /** What the server declares. @default Uint8Array */
  readonly as?: 'Buffer' | 'ArrayBuffer';
}

export interface TupleShape {
  readonly kind: 'tuple';
  readonly elements: readonly Shape[];
  /** How many of the last elements may be missing. @default 0 */
  readonly optional?: number;
  readonly rest?: Shape;
}

export interface RecordShape {
  readonly kind: 'record';
  readonly value: Shape;
  /** What keys have to match. Undefined: any key will do. */
  readonly key?: TextTemplate;
}

export interface ObjectShape {
  readonly kind: 'object';
  readonly properties: readonly PropertyShape[];
  /** What all other properties are, where the type has an index signature as well. */
  readonly rest?: RecordShape;
}

export interface PropertyShape {
  readonly name: string;
  readonly optional: boolean;
  readonly shape: Shape;
  /** The documentation comment, without its markers. */
  readonly doc?: string;
}

/** The shapes directly inside a shape. A name is not looked up. */
export function shapesIn(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case 'array':
    case 'set':
      return [shape.element];
    case 'map':
      return [shape.key, shape.value];
    case 'tuple':
      return shape.rest ? [...shape.elements, shape.rest] : shape.elements;
    case 'record':
      return [shape.value];
    case 'object': {
      const inner = shape.properties.map((property) => property.shape);
      return shape.rest ? [...inner, shape.rest.value] : inner;
    }
    case 'union':
      return shape.members;
    default:
      return [];
  }
}
