/**
 * Types that say what a value has to be beside its type. They are written with `&`, the compiler reads them,
 * validators check them and forms mirror them; to TypeScript a tagged type is the type itself, so that any
 * `string` may be given where `string & MinLength<1>` is declared.
 *
 * @example
 * interface SongFields {
 *   title: string & MinLength<1> & MaxLength<100>;
 *   year?: number & Integer & Min<1860>;
 *   tags: string[] & MaxItems<10>;
 * }
 */

declare const rocketConstraint: unique symbol;

/**
 * What all tags are: one optional property that no value has. Type arguments are not part of it, so that a value
 * which was checked for one constraint may be given where another is declared.
 */
export interface Constraint {
  readonly [rocketConstraint]?: unknown;
}

// biome-ignore-start lint/correctness/noUnusedVariables: the compiler reads the type arguments.

/** Text of at least so many UTF-16 units, as HTML counts them. */
export interface MinLength<Length extends number> extends Constraint {}

/** Text of at most so many UTF-16 units, as HTML counts them. */
export interface MaxLength<Length extends number> extends Constraint {}

/**
 * Text that a regular expression matches as a whole, as an input's attribute `pattern` has it.
 *
 * @example isrc: string & Pattern<'[A-Z]{2}[A-Z0-9]{3}[0-9]{7}'>
 */
export interface Pattern<Source extends string> extends Constraint {}

/** Text that is an email address, as `<input type="email">` has it. */
export interface Email extends Constraint {}

/** Text that is an absolute address which begins with `http:` or `https:`. */
export interface Url extends Constraint {}

/** Text that is a UUID of any version, with dashes. */
export interface Uuid extends Constraint {}

/** A number of at least this. */
export interface Min<Value extends number> extends Constraint {}

/** A number of at most this. */
export interface Max<Value extends number> extends Constraint {}

/** A number that is more than this. */
export interface ExclusiveMin<Value extends number> extends Constraint {}

/** A number that is less than this. */
export interface ExclusiveMax<Value extends number> extends Constraint {}

/** A number without a fraction. */
export interface Integer extends Constraint {}

/** A number that this divides. */
export interface MultipleOf<Value extends number> extends Constraint {}

/** A list, set or map of at least so many entries. */
export interface MinItems<Count extends number> extends Constraint {}

/** A list, set or map of at most so many entries. */
export interface MaxItems<Count extends number> extends Constraint {}

/** A list that has no entry twice. */
export interface UniqueItems extends Constraint {}

// biome-ignore-end lint/correctness/noUnusedVariables: the compiler reads the type arguments.
