import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareContracts } from '../../../src/contract/compare.js';
import type { Shape } from '../../../src/contract/shape.js';
import { Fit } from '../../../src/contract/shape-fit.js';
import {
  amount,
  boolean,
  contractOf,
  json,
  list,
  literal,
  nil,
  number,
  object,
  record,
  ref,
  string,
  text,
} from './shapes.js';

const limits = fc.constantFrom(0, 1, 2, 3);
const names = fc.constantFrom('a', 'b', 'c');

const { shape: shapes } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<Shape>(
      string,
      number,
      boolean,
      nil,
      json,
      literal('a'),
      literal('bb'),
      literal(1),
      literal(true),
    ),
    limits.map((minLength) => text({ minLength })),
    limits.map((maxLength) => text({ maxLength })),
    limits.map((min) => amount({ min, integer: true })),
    limits.map((exclusiveMax) => amount({ exclusiveMax })),
    tie('shape').map((element) => list(element)),
    fc.tuple(tie('shape'), limits).map(([element, maxItems]) => list(element, { maxItems })),
    tie('shape').map(record),
    fc
      .array(tie('shape'), { minLength: 1, maxLength: 3 })
      .map((elements): Shape => ({ kind: 'tuple', elements })),
    fc
      .dictionary(names, fc.tuple(tie('shape'), fc.constantFrom('', '?')), { maxKeys: 3 })
      .map((properties) =>
        object(
          Object.fromEntries(Object.entries(properties).map(([name, [shape, mark]]) => [name + mark, shape])),
        ),
      ),
    fc
      .array(tie('shape'), { minLength: 2, maxLength: 3 })
      .map((members): Shape => ({ kind: 'union', members })),
  ),
}));

/** A value of a shape. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'string':
      return fc.string({
        minLength: shape.constraints?.minLength ?? 0,
        maxLength: shape.constraints?.maxLength ?? 5,
      });
    case 'number':
      return fc.integer({
        min: shape.constraints?.min ?? -3,
        max: shape.constraints?.exclusiveMax === undefined ? 5 : shape.constraints.exclusiveMax - 1,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'literal':
      return fc.constant(shape.value);
    case 'json':
      return fc.jsonValue({ maxDepth: 1 });
    case 'array':
      return fc.array(valuesOf(shape.element), { maxLength: Math.min(shape.constraints?.maxItems ?? 3, 3) });
    case 'tuple':
      return fc.tuple(...shape.elements.map(valuesOf));
    case 'record':
      return fc.dictionary(names, valuesOf(shape.value), { maxKeys: 3, noNullPrototype: true });
    case 'object':
      return fc.record(
        Object.fromEntries(shape.properties.map(({ name, shape: inner }) => [name, valuesOf(inner)])),
        {
          requiredKeys: shape.properties.flatMap(({ name, optional }) => (optional ? [] : [name])),
          noNullPrototype: true,
        },
      );
    case 'union':
      return fc.oneof(...shape.members.map(valuesOf));
    default:
      throw new Error(`No values of ${shape.kind}`);
  }
}

/** Whether a reader takes a value, said as plainly as possible. */
function takes(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'string': {
      const { minLength = 0, maxLength = Infinity } = shape.constraints ?? {};
      return typeof value === 'string' && value.length >= minLength && value.length <= maxLength;
    }
    case 'number': {
      const { min = -Infinity, exclusiveMax = Infinity, integer } = shape.constraints ?? {};
      return (
        typeof value === 'number' &&
        value >= min &&
        value < exclusiveMax &&
        (!integer || Number.isInteger(value))
      );
    }
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'literal':
      return value === shape.value;
    case 'array':
      return (
        Array.isArray(value) &&
        value.length <= (shape.constraints?.maxItems ?? Infinity) &&
        value.every((one) => takes(shape.element, one))
      );
    case 'tuple':
      return (
        Array.isArray(value) &&
        value.length === shape.elements.length &&
        shape.elements.every((element, index) => takes(element, value[index]))
      );
    case 'record':
      return isObject(value) && Object.values(value).every((one) => takes(shape.value, one));
    case 'object':
      return (
        isObject(value) &&
        shape.properties.every(({ name, optional, shape: inner }) =>
          Object.hasOwn(value, name) ? takes(inner, value[name]) : optional,
        )
      );
    case 'union':
      return shape.members.some((member) => takes(member, value));
    default:
      return shape.kind === 'json';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Pairs that have a chance: unrelated shapes hardly ever fit. */
const pairs = fc.oneof(
  fc.tuple(shapes, shapes),
  shapes.map((shape) => [shape, shape] as const),
  fc.tuple(shapes, shapes).map(([one, other]) => [one, { kind: 'union', members: [one, other] }] as const),
  fc.tuple(shapes, shapes, shapes).map(([a, b, c]) => [object({ a, b }), object({ a, 'c?': c })] as const),
  fc.tuple(shapes, shapes).map(([a, b]) => [object({ a, b }), object({ a, 'b?': b })] as const),
  fc
    .tuple(shapes, shapes)
    .map(([a, b]) => [object({ a }), record({ kind: 'union', members: [a, b] })] as const),
) as fc.Arbitrary<readonly [Shape, Shape]>;

const withValue = pairs.chain(([writer, reader]) =>
  fc.tuple(fc.constant({ writer, reader }), valuesOf(writer)),
);
const run = { seed: 20_241, numRuns: 4_000 };

test('what fits is taken, whatever is written', () => {
  let fitting = 0;
  fc.assert(
    fc.property(withValue, ([{ writer, reader }, value]) => {
      if (!new Fit({}, {}).fits(writer, reader)) return;
      fitting += 1;
      expect(takes(reader, value)).toBe(true);
    }),
    run,
  );
  expect(fitting).toBeGreaterThan(run.numRuns / 4);
});

test('a comparison without a breaking difference means the same', () => {
  let compatible = 0;
  fc.assert(
    fc.property(withValue, ([{ writer, reader }, value]) => {
      const of = (params: Shape) => contractOf({ actions: { save: { params: object({ params }) } } });
      if (compareContracts(of(writer), of(reader)).oldClients === 'breaking') return;
      compatible += 1;
      expect(takes(reader, value)).toBe(true);
    }),
    run,
  );
  expect(compatible).toBeGreaterThan(run.numRuns / 4);
});

test('every shape fits itself', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      expect(new Fit({}, {}).fits(shape, shape)).toBe(true);
    }),
    run,
  );
});

test('types that contain themselves fit where all else does', () => {
  const tree = (leaf: Shape) => ({ Tree: object({ leaf, 'branches?': list(ref('Tree')) }) });
  const fits = (writer: Shape, reader: Shape) =>
    new Fit(tree(writer), tree(reader)).fits(ref('Tree'), ref('Tree'));
  expect([fits(string, string), fits(literal('a'), string), fits(string, number)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('what was concluded from a wrong assumption is forgotten', () => {
  const writer = { A: object({ b: ref('B'), wrong: string }), B: object({ a: ref('A') }) };
  const reader = { A: object({ b: ref('B'), wrong: number }), B: object({ a: ref('A') }) };
  const members: Shape = { kind: 'union', members: [ref('A'), object({ b: ref('B') })] };
  expect(new Fit(writer, reader).fits(ref('A'), members)).toBe(false);
});
