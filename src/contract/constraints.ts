/** What a value has to be beside its type: the tags of `constraint-tags.ts`, as plain data. */
export interface Constraints {
  /** UTF-16 units, as HTML counts them. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Sources of regular expressions, each of which the whole text matches. */
  readonly patterns?: readonly string[];
  readonly format?: 'email' | 'url' | 'uuid';
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: number;
  readonly exclusiveMax?: number;
  readonly integer?: true;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: true;
}

type Values = Required<Constraints>;
type Words = { readonly [Name in keyof Values]: (value: Values[Name]) => string };

/** What follows "must", in the order in which it is told. */
const words: Words = {
  minLength: (length) => `have at least ${count(length, 'character')}`,
  maxLength: (length) => `have at most ${count(length, 'character')}`,
  patterns: (patterns) => `have the form ${patterns.join(' and ')}`,
  format: (format) => `be ${{ email: 'an email address', url: 'a web address', uuid: 'a UUID' }[format]}`,
  integer: () => 'be a whole number',
  min: (min) => `be at least ${min}`,
  max: (max) => `be at most ${max}`,
  exclusiveMin: (min) => `be more than ${min}`,
  exclusiveMax: (max) => `be less than ${max}`,
  multipleOf: (step) => `be a multiple of ${step}`,
  minItems: (items) => `have at least ${count(items, 'entry', 'entries')}`,
  maxItems: (items) => `have at most ${count(items, 'entry', 'entries')}`,
  uniqueItems: () => 'have no entry twice',
};

/** One constraint as a sentence for the person who typed the value: `must have at least 2 characters`. */
export function constraintSentence<Name extends keyof Values>(name: Name, value: Values[Name]): string {
  return `must ${words[name](value)}`;
}

/** All constraints as a line of documentation: `Must have at least 1 character, have at most 100 characters.` */
export function describeConstraints(constraints: Constraints): string {
  const all = (Object.keys(words) as (keyof Values)[]).flatMap((name) => phrase(name, constraints[name]));
  return all.length === 0 ? '' : `Must ${all.join(', ')}.`;
}

function phrase<Name extends keyof Values>(name: Name, value: Values[Name] | undefined): string[] {
  return value === undefined ? [] : [words[name](value)];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
