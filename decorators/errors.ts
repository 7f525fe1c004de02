import { type Issue, RocketError, type RocketErrorOptions } from '../src/errors.js';

/** What the caller asks for is not there. @example throw new NotFound(`No song ${id}`) */
export class NotFound extends RocketError {
  constructor(message?: string, options?: RocketErrorOptions) {
    super('not_found', message, options);
  }

  override get name(): string {
    return 'NotFound';
  }
}

/** The caller may not do this, whoever they are signed in as. @example throw new Forbidden('Only editors may delete songs') */
export class Forbidden extends RocketError {
  constructor(message?: string, options?: RocketErrorOptions) {
    super('forbidden', message, options);
  }

  override get name(): string {
    return 'Forbidden';
  }
}

/** The caller has to sign in first. @example throw new Unauthenticated() */
export class Unauthenticated extends RocketError {
  constructor(message?: string, options?: RocketErrorOptions) {
    super('unauthenticated', message, options);
  }

  override get name(): string {
    return 'Unauthenticated';
  }
}

/** What the caller has seen is no longer so. @example throw new Conflict('Someone else saved this song meanwhile') */
export class Conflict extends RocketError {
  constructor(message?: string, options?: RocketErrorOptions) {
    super('conflict', message, options);
  }

  override get name(): string {
    return 'Conflict';
  }
}

/**
 * What is wrong with a form, field by field: arrives as `invalid_arguments`, and the sentences are shown
 * beside the fields. Fields are named by their path in the action's arguments.
 *
 * @typeParam Params the action's parameter: with it a misspelt field does not compile
 * @example throw new FormErrors({ 'song.title': ['is already taken'] })
 * @example throw new FormErrors<{ song: SongFields }>({ 'song.title': 'is already taken' })
 */
export class FormErrors<Params = unknown> extends RocketError {
  constructor(fields: FieldErrors<Params>, message?: string, options?: ErrorOptions) {
    super('invalid_arguments', message, { ...options, issues: toIssues(fields) });
  }

  override get name(): string {
    return 'FormErrors';
  }
}

/** Field path → one sentence or several. */
export type FieldErrors<Params = unknown> = {
  readonly [Path in FieldPath<Params>]?: string | readonly string[];
};

/** The paths of all fields of a type, `song.title` or `items.0.name`, down to six levels. */
export type FieldPath<Params> = unknown extends Params ? string : Paths<Params, [1, 1, 1, 1, 1, 1]>;

type Paths<Value, Depth extends readonly unknown[]> = Depth extends readonly [unknown, ...infer Rest]
  ? Value extends Leaf
    ? never
    : Value extends readonly (infer Element)[]
      ? Step<`${number}`, Element, Rest>
      : Value extends object
        ? { [Key in keyof Value & string]-?: Step<Key, Value[Key], Rest> }[keyof Value & string]
        : never
  : never;

type Step<Key extends string, Value, Rest extends readonly unknown[]> = Key | `${Key}.${Paths<Value, Rest>}`;

type Leaf = Date | Uint8Array | Map<never, never> | Set<never> | ((...args: never[]) => unknown);

function toIssues(fields: Readonly<Record<string, string | readonly string[] | undefined>>): Issue[] {
  return Object.entries(fields).flatMap(([field, messages]) => {
    const path =
      field === '' ? [] : field.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    return [messages ?? []].flat().map((message) => ({ path, message }));
  });
}
