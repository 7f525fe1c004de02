import type { Issue } from '../errors.js';

/**
 * Checks and converts the arguments of one action. Returns the value as its type says it: known
 * properties only, dates revived. What is wrong is pushed on `issues`, all of it; the returned value
 * means nothing then.
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
  /** Every `Controller.action` that clients can receive, sorted. */
  readonly clientActions: readonly string[];
}

/** Turns a value as JSON delivered it into the value as its type says it (dates revived). */
export type Reviver = (value: unknown) => unknown;

/** What the generated `.rocket/client.js` hands to the client runtime. */
export interface ClientManifest {
  /** Hash of the contract. */
  readonly contract: string;
  /** Controller name → names of its actions. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Controller name → names of the actions that the server may call on it. */
  readonly clientActions: Readonly<Record<string, readonly string[]>>;
  /** `Controller.action` → reviver of its result; absent where JSON is already right. */
  readonly reviveResult: Readonly<Record<string, Reviver>>;
  /** `Controller.action` of a client action → reviver of its arguments; absent where JSON is already right. */
  readonly reviveArgs: Readonly<Record<string, Reviver>>;
}
