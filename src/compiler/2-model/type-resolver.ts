import type { Shape } from '../../contract/shape.js';
import type { AppProgram } from '../1-read/program.js';
import type { ts } from '../typescript.js';

/** Where a type was met: for what is said about it, and where. */
export interface TypePlace {
  /** What to point at. */
  readonly node: ts.Node;
  /** What it belongs to: `The parameter of Song.create`. */
  readonly owner: string;
  /** Where inside of that: `.song.tags[]`, or nothing. */
  readonly path: string;
  /** Whether the whole may be an object without properties: arguments that are none. */
  readonly mayBeEmpty?: boolean;
}

/**
 * What those who know one kind of type ask of the one who knows them all: objects hold arrays, arrays
 * hold unions, unions hold objects.
 */
export interface TypeResolver {
  readonly app: AppProgram;
  /** The shape of any type. A type that was named already becomes a reference, so recursion ends. */
  resolve(type: ts.Type, at: TypePlace): Shape;
  /** Says why a type cannot travel and what to write instead. Returns a shape to go on with. */
  refuse(at: TypePlace, type: ts.Type, reason: string, cure: string): Shape;
  /** Says what is wrong with a constraint. Returns a shape to go on with. */
  refuseTag(at: TypePlace, message: string, cure: string): Shape;
  /** Says what of a union looks the same on the wire. Returns a shape to go on with. */
  refuseUnion(at: TypePlace, confused: string): Shape;
  /** The shape behind a name; undefined while its type is still being looked at. */
  behind(shape: Shape): Shape | undefined;
  /** Whether a symbol is declared by TypeScript's own libraries. */
  isLibrary(symbol: ts.Symbol): boolean;
}
