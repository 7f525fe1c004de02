import { RocketError } from '../errors.js';

/**
 * A form's names → what they mean: `song[title]` nests, `tags[]` is a list, `items[0][name]` is a list of
 * objects. Gaps in a list close up, as when a row was taken out of the page. Runs on both ends.
 *
 * @throws RocketError `invalid_arguments`, with the field as its issue's path, for a name that is not well
 * formed, contradicts another, or could do harm
 * @example expandFormNames({ 'song[title]': 'Blue', 'tags[]': ['a', 'b'] }) // { song: { title: 'Blue' }, tags: ['a', 'b'] }
 */
export function expandFormNames(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(flat);
  if (names.length > limits.names) refuse('', `The form has more than ${limits.names} fields`);
  const root = new Branch();
  for (const name of names) insert(root, name, flat[name]);
  return root.toObject();
}

/** Whether any key is a form's name, so that `expandFormNames` would change something. */
export function hasFormNames(args: object): boolean {
  for (const name in args) if (name.includes('[')) return true;
  return false;
}

const limits = { names: 10_000, depth: 16, index: 999, shown: 100 } as const;

/** Names that reach into the machinery of objects. */
const hostile: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** A step of a name: a property, or a place in a list. */
type Step = string | number;

/** What a name has gathered below it; a `Map`, since the names are a stranger's. */
class Branch {
  private readonly children = new Map<Step, Branch | { readonly value: unknown }>();

  /** Whether this is a list, an object, or nothing yet. */
  private list: boolean | undefined;

  /** @returns false where the step contradicts what is there. */
  set(step: Step, value: unknown): boolean {
    if (!this.accepts(step) || this.children.has(step)) return false;
    this.children.set(step, { value });
    return true;
  }

  /** @returns undefined where the step contradicts what is there. */
  descend(step: Step): Branch | undefined {
    if (!this.accepts(step)) return undefined;
    const child = this.children.get(step);
    if (child !== undefined) return child instanceof Branch ? child : undefined;
    const branch = new Branch();
    this.children.set(step, branch);
    return branch;
  }

  toObject(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const [step, child] of this.children) object[step] = toValue(child);
    return object;
  }

  toValue(): unknown {
    if (this.list !== true) return this.toObject();
    const places = [...this.children].sort(([a], [b]) => Number(a) - Number(b));
    return places.map(([, child]) => toValue(child));
  }

  private accepts(step: Step): boolean {
    this.list ??= typeof step === 'number';
    return this.list === (typeof step === 'number');
  }
}

function toValue(child: Branch | { readonly value: unknown }): unknown {
  return child instanceof Branch ? child.toValue() : child.value;
}

function insert(root: Branch, name: string, value: unknown): void {
  const { steps, appends } = parseName(name);
  let branch: Branch | undefined = root;
  const last = steps.pop() as Step;
  for (const step of steps) branch = branch?.descend(step);
  // A name is unique in a form, so what ends in [] brings the whole list with it.
  const done = branch?.set(last, appends && !Array.isArray(value) ? [value] : value);
  if (done !== true)
    refuse(name, 'This field contradicts another one: a name is a value, a list or an object');
}

function parseName(name: string): { steps: Step[]; appends: boolean } {
  const open = name.indexOf('[');
  if (open === -1) {
    if (name === '' || name.includes(']')) refuse(name, 'This is not the name of a field');
    return { steps: [safe(name, name)], appends: false };
  }
  const inner = name.slice(open);
  // Quick to refuse: the pattern has one way to match each character.
  if (open === 0 || name.slice(0, open).includes(']') || !/^(?:\[[^[\]]*\])+$/.test(inner)) {
    refuse(name, 'This is not the name of a field: brackets do not match');
  }
  const keys = inner.slice(1, -1).split('][', limits.depth + 1);
  if (keys.length >= limits.depth) refuse(name, `This field is nested more than ${limits.depth} deep`);
  const appends = keys.at(-1) === '';
  if (appends) keys.pop();
  return { steps: [safe(name, name.slice(0, open)), ...keys.map((key) => toStep(name, key))], appends };
}

function toStep(name: string, key: string): Step {
  if (key === '') refuse(name, 'In this field [] is not at the end: number the places, as in items[0][name]');
  if (!/^\d+$/.test(key)) return safe(name, key);
  if (key.length > 3) refuse(name, `A list of a form has at most ${limits.index + 1} places`);
  return Number(key);
}

function safe(name: string, key: string): string {
  if (hostile.has(key)) refuse(name, 'A field cannot have this name');
  return key;
}

function refuse(name: string, message: string): never {
  const shown = name.length > limits.shown ? `${name.slice(0, limits.shown)}…` : name;
  throw new RocketError('invalid_arguments', shown === '' ? message : `${message}: "${shown}"`, {
    issues: [{ path: shown === '' ? [] : [shown], message }],
  });
}
