import type { Issue } from '../errors.js';
import { type Constraints, constraintSentence } from './constraints.js';
import { encodeValue } from './encoders.js';
import { fail } from './validators.js';

/** Constraints as emitted code holds them: with their patterns ready, each with the form that a person is told. */
export interface Rules extends Omit<Constraints, 'patterns'> {
  readonly patterns?: readonly (readonly [expression: RegExp, form: string])[];
}

/** Checks a value of the right type against its constraints. Returns it as it is, whatever is wrong. */
export function checkRules(value: unknown, issues: Issue[], rules: Rules): unknown {
  if (typeof value === 'string') checkText(value, issues, rules);
  else if (typeof value === 'number' || typeof value === 'bigint') checkAmount(value, issues, rules);
  else if (Array.isArray(value)) checkEntries(value, issues, rules);
  else if (value instanceof Set || value instanceof Map) checkEntries([...value], issues, rules);
  // Anything else was refused before.
  return value;
}

function checkText(
  text: string,
  issues: Issue[],
  { minLength, maxLength, patterns = [], format }: Rules,
): void {
  const wrong: string[] = [];
  if (minLength !== undefined && text.length < minLength)
    wrong.push(constraintSentence('minLength', minLength));
  if (maxLength !== undefined && text.length > maxLength)
    wrong.push(constraintSentence('maxLength', maxLength));
  for (const [expression, form] of patterns) {
    if (!expression.test(text)) wrong.push(constraintSentence('patterns', [form]));
  }
  if (format !== undefined && !formats[format](text)) wrong.push(constraintSentence('format', format));
  // Nobody who left a field empty has to be told how it should look.
  if (text === '' && wrong.length > 0) fail(issues, 'is required');
  else for (const message of wrong) fail(issues, message);
}

/** As HTML defines it for `<input type="email">`. */
const email =
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const formats = {
  email: (text: string) => text.length <= 254 && email.test(text),
  // An address is shown as a link sooner or later, where `javascript:` would be code.
  url: (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text),
  uuid: (text: string) => uuid.test(text),
};

function checkAmount(amount: number | bigint, issues: Issue[], rules: Rules): void {
  const { min, max, exclusiveMin, exclusiveMax, integer, multipleOf } = rules;
  if (integer && typeof amount === 'number' && !Number.isInteger(amount)) {
    fail(issues, constraintSentence('integer', true));
  }
  if (min !== undefined && amount < min) fail(issues, constraintSentence('min', min));
  if (max !== undefined && amount > max) fail(issues, constraintSentence('max', max));
  if (exclusiveMin !== undefined && amount <= exclusiveMin) {
    fail(issues, constraintSentence('exclusiveMin', exclusiveMin));
  }
  if (exclusiveMax !== undefined && amount >= exclusiveMax) {
    fail(issues, constraintSentence('exclusiveMax', exclusiveMax));
  }
  if (multipleOf !== undefined && !isMultiple(amount, multipleOf)) {
    fail(issues, constraintSentence('multipleOf', multipleOf));
  }
}

function isMultiple(amount: number | bigint, step: number): boolean {
  if (typeof amount === 'bigint') return Number.isInteger(step) && amount % BigInt(step) === 0n;
  const times = amount / step;
  // 0.3 / 0.1 is a little less than 3.
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}

function checkEntries(entries: readonly unknown[], issues: Issue[], rules: Rules): void {
  const { minItems, maxItems, uniqueItems } = rules;
  const { length } = entries;
  if (minItems !== undefined && length < minItems) fail(issues, constraintSentence('minItems', minItems));
  if (maxItems !== undefined && length > maxItems) fail(issues, constraintSentence('maxItems', maxItems));
  if (uniqueItems && new Set(entries.map(textOf)).size < length) {
    fail(issues, constraintSentence('uniqueItems', true));
  }
}

function textOf(entry: unknown): string {
  return JSON.stringify(encodeValue(entry)) ?? '';
}
