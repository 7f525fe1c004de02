import type { Constraints } from '../../contract/constraints.js';
import type { Shape } from '../../contract/shape.js';

/** What a tag of `src/contract/constraint-tags.ts` says. */
export interface TagMeaning {
  /** What it may stand on, in words and as shapes. */
  readonly on: 'text' | 'a number' | 'a list';
  /** How it is written. */
  readonly example: string;
  /** Undefined: nothing can be checked with this argument. */
  read(argument: string | number | undefined): Constraints | undefined;
}

export const tagMeanings: Readonly<Record<string, TagMeaning>> = {
  MinLength: count('minLength', 'text', 'MinLength<1>'),
  MaxLength: count('maxLength', 'text', 'MaxLength<100>'),
  Pattern: {
    on: 'text',
    example: "Pattern<'[a-z]+'>",
    read: (source) => (isPattern(source) ? { patterns: [source] } : undefined),
  },
  Email: flag({ format: 'email' }, 'text', 'Email'),
  Url: flag({ format: 'url' }, 'text', 'Url'),
  Uuid: flag({ format: 'uuid' }, 'text', 'Uuid'),
  Min: limit('min', 'Min<0>'),
  Max: limit('max', 'Max<100>'),
  ExclusiveMin: limit('exclusiveMin', 'ExclusiveMin<0>'),
  ExclusiveMax: limit('exclusiveMax', 'ExclusiveMax<100>'),
  Integer: flag({ integer: true }, 'a number', 'Integer'),
  MultipleOf: {
    on: 'a number',
    example: 'MultipleOf<5>',
    read: (step) => (typeof step === 'number' && step > 0 ? { multipleOf: step } : undefined),
  },
  MinItems: count('minItems', 'a list', 'MinItems<1>'),
  MaxItems: count('maxItems', 'a list', 'MaxItems<10>'),
  UniqueItems: flag({ uniqueItems: true }, 'a list', 'UniqueItems'),
};

/** Whether a constraint of this kind can be checked on values of a shape. */
export function mayStandOn(shape: Shape, on: TagMeaning['on']): boolean {
  const value = shape.kind === 'literal' ? typeof shape.value : shape.kind;
  return shapesOf[on].includes(value);
}

const shapesOf: Readonly<Record<TagMeaning['on'], readonly string[]>> = {
  text: ['string'],
  'a number': ['number', 'bigint'],
  'a list': ['array', 'set', 'map'],
};

/** Two constraints in one, of two limits the stricter. Undefined: they cannot both be said. */
export function bothConstraints(first: Constraints, second: Constraints): Constraints | undefined {
  const both: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second) as [keyof Constraints, unknown][]) {
    const known = both[name];
    if (known === undefined || known === value) both[name] = value;
    else if (lower.has(name)) both[name] = Math.max(known as number, value as number);
    else if (upper.has(name)) both[name] = Math.min(known as number, value as number);
    else if (name === 'patterns') both[name] = [...(known as string[]), ...(value as string[])].sort();
    else return undefined;
  }
  return both;
}

const lower: ReadonlySet<keyof Constraints> = new Set(['minLength', 'min', 'exclusiveMin', 'minItems']);
const upper: ReadonlySet<keyof Constraints> = new Set(['maxLength', 'max', 'exclusiveMax', 'maxItems']);

/** Whether some value can be within all limits. */
export function leavesValues(constraints: Constraints): boolean {
  const { minLength, maxLength, min, max, exclusiveMin, exclusiveMax, minItems, maxItems } = constraints;
  const isBelow = (low: number | undefined, high: number | undefined, orEqual: boolean): boolean =>
    low === undefined || high === undefined || low < high || (orEqual && low === high);
  return (
    isBelow(minLength, maxLength, true) &&
    isBelow(minItems, maxItems, true) &&
    isBelow(min, max, true) &&
    isBelow(min, exclusiveMax, false) &&
    isBelow(exclusiveMin, max, false) &&
    isBelow(exclusiveMin, exclusiveMax, false)
  );
}

function count(name: keyof Constraints, on: TagMeaning['on'], example: string): TagMeaning {
  const read = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? { [name]: value } : undefined;
  return { on, example, read };
}

function limit(name: keyof Constraints, example: string): TagMeaning {
  return {
    on: 'a number',
    example,
    read: (value) => (typeof value === 'number' ? { [name]: value } : undefined),
  };
}

function flag(constraints: Constraints, on: TagMeaning['on'], example: string): TagMeaning {
  return { on, example, read: () => constraints };
}

function isPattern(source: unknown): source is string {
  if (typeof source !== 'string') return false;
  try {
    return new RegExp(source, 'u') !== undefined;
  } catch {
    return false;
  }
}
