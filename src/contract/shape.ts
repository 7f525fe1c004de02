/**
 * The values that may cross the wire, as one closed union of plain data. The compiler lowers TypeScript
 * types to shapes; validators, revivers and declarations are written from shapes alone.
 */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'date' | 'json' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'array'; readonly element: Shape }
  | { readonly kind: 'tuple'; readonly elements: readonly Shape[]; readonly rest?: Shape }
  | { readonly kind: 'record'; readonly value: Shape }
  | { readonly kind: 'object'; readonly properties: readonly PropertyShape[] }
  | { readonly kind: 'union'; readonly members: readonly Shape[] }
  /** A named shape of `Contract.types`: how recursion and sharing are written. */
  | { readonly kind: 'ref'; readonly name: string };

export interface PropertyShape {
  readonly name: string;
  readonly optional: boolean;
  readonly shape: Shape;
  /** The documentation comment, without its markers. */
  readonly doc?: string;
}
