import type { Constraints } from './constraints.js';

/** What the input of a form says about its value, by the names of HTML. */
export interface FieldAttributes {
  readonly required?: true;
  readonly minlength?: number;
  readonly maxlength?: number;
  readonly min?: number;
  readonly max?: number;
  /** `any`: fractions are allowed, which HTML refuses unless it is said. */
  readonly step?: number | 'any';
  readonly pattern?: string;
  readonly type?: 'email' | 'url';
}

const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/**
 * Constraints as the attributes that make a browser check them before anything is sent. What HTML cannot say is
 * left out: the server checks everything again.
 *
 * @param kind what the value is: text and numbers have different attributes.
 */
export function constraintAttributes(
  constraints: Constraints,
  kind: 'string' | 'number' | 'bigint',
): FieldAttributes {
  return kind === 'string'
    ? textAttributes(constraints)
    : numberAttributes(kind === 'bigint' ? { ...constraints, integer: true } : constraints);
}

function textAttributes({ minLength, maxLength, patterns = [], format }: Constraints): FieldAttributes {
  const pattern = allOf(format === 'uuid' ? [...patterns, uuid] : patterns);
  return {
    ...(minLength !== undefined && minLength > 0 && { minlength: minLength }),
    ...(maxLength !== undefined && { maxlength: maxLength }),
    ...(pattern !== undefined && { pattern }),
    ...((format === 'email' || format === 'url') && { type: format }),
  };
}

function numberAttributes(constraints: Constraints): FieldAttributes {
  const { integer, multipleOf } = constraints;
  const min = larger(constraints.min, above(constraints.exclusiveMin, integer));
  const max = smaller(constraints.max, below(constraints.exclusiveMax, integer));
  // A browser counts steps from the minimum, we count them from zero.
  const steps = [multipleOf, integer && 1].filter((step) => step !== undefined);
  const step = steps.find((one) => min === undefined || Number.isInteger(min / one));
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }), step: step ?? 'any' };
}

/** HTML excludes a limit only of whole numbers: by the next one. */
function above(limit: number | undefined, integer: true | undefined): number | undefined {
  return limit === undefined || !integer ? limit : Math.floor(limit) + 1;
}

function below(limit: number | undefined, integer: true | undefined): number | undefined {
  return limit === undefined || !integer ? limit : Math.ceil(limit) - 1;
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function allOf(patterns: readonly string[]): string | undefined {
  const last = patterns.at(-1);
  const ahead = patterns.slice(0, -1).map((pattern) => `(?=(?:${pattern})$)`);
  return last === undefined || ahead.length === 0 ? last : `${ahead.join('')}(?:${last})`;
}
