import type { Constraints } from '../../../src/contract/constraints.js';
import type { Contract } from '../../../src/contract/contract.js';
import type { ObjectShape, PropertyShape, Shape } from '../../../src/contract/shape.js';

/** Shapes, written shortly. */

export const string: Shape = { kind: 'string' };
export const number: Shape = { kind: 'number' };
export const boolean: Shape = { kind: 'boolean' };
export const date: Shape = { kind: 'date' };
export const json: Shape = { kind: 'json' };
export const nil: Shape = { kind: 'null' };

export const text = (constraints: Constraints): Shape => ({ kind: 'string', constraints });
export const amount = (constraints: Constraints): Shape => ({ kind: 'number', constraints });
export const literal = (value: string | number | boolean): Shape => ({ kind: 'literal', value });
export const list = (element: Shape, constraints?: Constraints): Shape => ({
  kind: 'array',
  element,
  ...(constraints && { constraints }),
});
export const record = (value: Shape): Shape => ({ kind: 'record', value });
export const ref = (name: string): Shape => ({ kind: 'ref', name });
export const either = (...members: readonly Shape[]): Shape => ({ kind: 'union', members });

/** A question mark at the end of a name makes the property optional. */
export function object(properties: Readonly<Record<string, Shape>>): ObjectShape {
  return {
    kind: 'object',
    properties: Object.entries(properties).map(([name, shape]): PropertyShape => {
      return { name: name.replace('?', ''), optional: name.endsWith('?'), shape };
    }),
  };
}

interface Action {
  readonly params?: Shape;
  readonly result?: Shape;
  readonly items?: Shape;
  readonly unknown?: 'refuse';
}

interface Promises {
  readonly actions?: Readonly<Record<string, Action>>;
  readonly clientActions?: Readonly<Record<string, { readonly args?: Shape }>>;
  readonly types?: Readonly<Record<string, Shape>>;
}

const source = { file: 'app/controllers/song.controller.ts', line: 1, column: 1 };

/** The contract of an app with one controller, Song. */
export function contractOf({ actions = {}, clientActions = {}, types = {} }: Promises): Contract {
  const named = <Item extends object>(items: Readonly<Record<string, Item>>) =>
    Object.entries(items).map(([name, item]) => ({ name, source, ...item }));
  const song = { name: 'Song', source, actions: named(actions), clientActions: named(clientActions) };
  return { version: 1, controllers: [song], types };
}
