import type { Constraints } from './constraints.js';
import type { Shape } from './shape.js';

interface Constrained {
  readonly constraints?: Constraints;
}

/** Whether everything that has the writer's constraints has the reader's too. */
export function constraintsImply(writer: Constrained, reader: Constrained): boolean {
  const has: Constraints = writer.constraints ?? {};
  const { constraints: wants } = reader;
  if (wants === undefined) return true;
  return (
    atLeast(has.minLength, wants.minLength) &&
    atMost(has.maxLength, wants.maxLength) &&
    (wants.patterns ?? []).every((pattern) => has.patterns?.includes(pattern)) &&
    (wants.format === undefined || wants.format === has.format) &&
    (atLeast(has.min, wants.min) || atLeast(has.exclusiveMin, wants.min)) &&
    (atMost(has.max, wants.max) || atMost(has.exclusiveMax, wants.max)) &&
    (atLeast(has.exclusiveMin, wants.exclusiveMin) || isAbove(has.min, wants.exclusiveMin)) &&
    (atMost(has.exclusiveMax, wants.exclusiveMax) || isAbove(wants.exclusiveMax, has.max)) &&
    (!wants.integer || has.integer === true || isMultiple(has.multipleOf, 1)) &&
    (wants.multipleOf === undefined ||
      isMultiple(has.multipleOf, wants.multipleOf) ||
      (has.integer === true && isMultiple(1, wants.multipleOf))) &&
    atLeast(has.minItems, wants.minItems) &&
    atMost(has.maxItems, wants.maxItems) &&
    (!wants.uniqueItems || has.uniqueItems === true)
  );
}

/** Whether a value that is written out in the type has the constraints of text, or of a number. */
export function literalMeets(
  value: string | number | boolean,
  { kind, constraints = {} }: Extract<Shape, { kind: 'string' | 'number' | 'bigint' }>,
): boolean {
  if (typeof value !== kind) return false;
  if (typeof value === 'string') {
    return (
      atLeast(value.length, constraints.minLength) &&
      atMost(value.length, constraints.maxLength) &&
      constraints.format === undefined &&
      (constraints.patterns ?? []).every((pattern) => new RegExp(`^(?:${pattern})$`, 'u').test(value))
    );
  }
  const number = Number(value);
  const exactly: Constraints = {
    ...{ min: number, max: number, multipleOf: Math.abs(number) },
    ...(Number.isInteger(number) && { integer: true }),
  };
  return constraintsImply({ constraints: exactly }, { constraints });
}

function atLeast(has: number | undefined, wants: number | undefined): boolean {
  return wants === undefined || (has !== undefined && has >= wants);
}

function atMost(has: number | undefined, wants: number | undefined): boolean {
  return wants === undefined || (has !== undefined && has <= wants);
}

function isAbove(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a > b;
}

function isMultiple(has: number | undefined, wants: number): boolean {
  return has !== undefined && Number.isInteger(has / wants);
}
