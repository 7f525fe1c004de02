import type { Issue } from '../errors.js';
import type { FieldAttributes } from './constraint-attributes.js';

/**
 * Checks and converts the arguments of one action. Returns the value as its type says it: known
 * properties only, dates revived. What is wrong is pushed on `issues`, all of it up to a
 * hundred; the returned value means nothing then.
 *
 * @param text the values come from a form or a plain client: text is converted to the declared
 * number, boolean or date.
 */
export type Validator = (value: unknown, issues: Issue[], text: boolean) => unknown;

/** What the generated `.rocket/server.js` exports. Keyed by name; imports nothing of the app. */
export interface ServerManifest {
  /** Hash of the contract. */
  readonly contract: string;
  /** `Controller.action` → its validator; null where the action takes no arguments. */
  readonly actions: Readonly<Record<string, Validator | null>>;
  /** Every `Controller.action` that clients can receive → encoder of its arguments; null where JSON writes them right. */
  readonly clientActions: Readonly<Record<string, Encoder | null>>;
  /** `Controller.action` → encoder of its result; absent where JSON writes it right. */
  readonly results: Readonly<Record<string, Encoder>>;
  /** `Controller.action` that streams → encoder of its items; absent where JSON writes them right. */
  readonly items: Readonly<Record<string, Encoder>>;
}

/** Turns a value as JSON delivered it into the value as its type says it: dates revived, and what else JSON has not. */
export type Reviver = (value: unknown) => unknown;

/** Turns a value as its type says it into one that `JSON.stringify` writes right. Leaves the value itself alone. */
export type Encoder = (value: unknown) => unknown;

/** What the generated `.rocket/client.js` hands to the client runtime. */
export interface ClientManifest {
  /** Hash of the contract. */
  readonly contract: string;
  /** Controller name → names of its actions. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Controller name → names of the actions that the server may call on it. */
  readonly clientActions: Readonly<Record<string, readonly string[]>>;
  /** `Controller.action` of every action that streams its result, sorted. */
  readonly streams: readonly string[];
  /** `Controller.action` → encoder of its params; absent where JSON writes them right. */
  readonly encodeParams: Readonly<Record<string, Encoder>>;
  /** `Controller.action` → reviver of its result; absent where JSON is already right. */
  readonly reviveResult: Readonly<Record<string, Reviver>>;
  /** `Controller.action` that streams → reviver of its items; absent where JSON is already right. */
  readonly reviveItem: Readonly<Record<string, Reviver>>;
  /** `Controller.action` of a client action → reviver of its arguments; absent where JSON is already right. */
  readonly reviveArgs: Readonly<Record<string, Reviver>>;
  /** `Controller.action` → path of a param → what a form field for it has; absent where there is nothing to say. */
  readonly fields: Readonly<Record<string, Readonly<Record<string, FieldAttributes>>>>;
}
