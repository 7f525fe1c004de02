import type { SourcePlace } from '../../contract/contract.js';

/** What a part of a contract is in the sources, beyond what the contract says of it. */
export interface Declaration {
  /** Where its name stands. */
  readonly place?: SourcePlace;
  /** The name that its file exports it by. Undefined: it cannot be imported as it is. */
  readonly exported?: string;
  /** The documentation of a named type. */
  readonly doc?: string;
  /** Of a controller: the public members of its class, actions and others, sorted. */
  readonly members?: readonly string[];
  /** Of a controller: the interface of its client actions. */
  readonly client?: Declaration;
  /** The type shows more or less than crosses: getters and overloads do. */
  readonly isOpaque?: boolean;
}

/**
 * Declarations travel with the parts that they belong to, out of sight: they are in no JSON, no hash and no
 * comparison, since a contract is the same wherever it was written.
 */
const declaration = Symbol('declaration');

/** Notes what a part is in the sources. Returns the part. */
export function declare<Part extends object>(part: Part, facts: Declaration): Part {
  const value = { ...declarationOf(part), ...facts };
  return Object.defineProperty(part, declaration, { value, configurable: true });
}

/** What has been noted of a part, or of the one that it is a copy of. */
export function declarationOf(part: object): Declaration {
  return (part as { readonly [declaration]?: Declaration })[declaration] ?? {};
}
