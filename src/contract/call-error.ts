import type { Issue, RocketError } from '../errors.js';

/**
 * What a call rejects with, as the caller of an action of these params sees it: the paths of its issues lead
 * to what the action takes.
 */
export interface CallErrorOf<Params> extends RocketError {
  readonly issues: readonly IssueIn<Params>[];
}

/** What is wrong with one argument. */
export interface IssueIn<Params> extends Issue {
  readonly path: PathIn<Params>;
}

/**
 * The ways from the arguments inwards: `[]`, `['song']`, `['song', 'title']`, `['tags', 0]`. Below the
 * fourth step any way is taken for one, since a type may contain itself.
 */
export type PathIn<Value, Steps extends readonly unknown[] = []> = Steps['length'] extends 4
  ? readonly (string | number)[]
  : Value extends string | number | boolean | bigint | null | undefined | Date | ArrayBufferView
    ? readonly []
    : Value extends readonly (infer Element)[]
      ? readonly [] | readonly [number, ...PathIn<Element, [...Steps, 1]>]
      : Value extends object
        ? readonly [] | PathOfField<Value, Steps>
        : readonly (string | number)[];

type PathOfField<Value extends object, Steps extends readonly unknown[]> = {
  [Name in keyof Value & string]-?: readonly [Name, ...PathIn<Value[Name], [...Steps, 1]>];
}[keyof Value & string];
