import type { Issue } from '../errors.js';
import type { Validator } from './manifest.js';

/**
 * The small functions that emitted validators are built from. All have the form of a `Validator`. A path
 * grows from the inside out, by `placed`, and only once something is wrong: valid arguments cost no arrays.
 */

export function checkString(value: unknown, issues: Issue[], _text: boolean): unknown {
  return typeof value === 'string' ? value : refuse(value, issues, 'must be text');
}

const numeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function checkNumber(value: unknown, issues: Issue[], text: boolean): unknown {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (text && typeof value === 'string') {
    const trimmed = value.trim();
    const number = Number(trimmed);
    if (numeral.test(trimmed) && Number.isFinite(number)) return number;
    if (trimmed === '') return refuse(undefined, issues, '');
  }
  return refuse(value, issues, 'must be a number');
}

export function checkBoolean(value: unknown, issues: Issue[], text: boolean): unknown {
  if (typeof value === 'boolean') return value;
  if (text) {
    if (value === 'true' || value === 'on') return true;
    if (value === 'false') return false;
    if (value === '') return refuse(undefined, issues, '');
  }
  return refuse(value, issues, 'must be true or false');
}

export function checkNull(value: unknown, issues: Issue[], text: boolean): unknown {
  if (value === null || (text && value === '')) return null;
  fail(issues, 'must be empty');
  return null;
}

const isoDate = /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Takes ISO 8601. A day without a time is its midnight in UTC; a form's time without a zone is in UTC too. */
export function checkDate(value: unknown, issues: Issue[], text: boolean): unknown {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  if (typeof value === 'string') {
    const trimmed = text ? value.trim() : value;
    if (text && trimmed === '') return refuse(undefined, issues, '');
    const parts = isoDate.exec(trimmed);
    const zoned = parts?.[4] === undefined || parts[7] !== undefined;
    if (parts && (zoned || text) && isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
      const date = new Date(zoned ? trimmed : `${trimmed}Z`);
      if (!Number.isNaN(date.getTime())) return date;
    }
  }
  return refuse(value, issues, 'must be a date');
}

/** Anything JSON can say, without the keys that change a prototype when they are copied. */
export function checkJson(value: unknown, issues: Issue[], _text: boolean): unknown {
  return value === undefined ? refuse(value, issues, '') : withoutPrototypes(value);
}

/** A value of a closed list. `expected` is its sentence. */
export function checkOneOf(
  value: unknown,
  issues: Issue[],
  text: boolean,
  allowed: readonly (string | number | boolean)[],
  expected: string,
): unknown {
  for (const one of allowed) if (value === one) return one;
  if (text && typeof value === 'string') {
    for (const one of allowed) if (value === String(one)) return one;
    if (value === '') return refuse(undefined, issues, '');
  }
  return refuse(value, issues, expected);
}

/**
 * A form leaves out a list in which nothing is chosen, and the 2011 client sends null for it, so in text either
 * is an empty one.
 */
export function checkArray(value: unknown, issues: Issue[], text: boolean, element: Validator): unknown {
  if (text && (value === undefined || value === null || value === '')) return [];
  if (!Array.isArray(value)) return refuse(value, issues, 'must be a list');
  const result: unknown[] = [];
  let at = issues.length;
  for (let index = 0; index < value.length; index++) {
    result.push(element(value[index], issues, text));
    at = placed(issues, at, index);
  }
  return result;
}

/** @param keys what keys have to match; others count as undeclared. */
export function checkRecord(
  value: unknown,
  issues: Issue[],
  text: boolean,
  element: Validator,
  keys?: RegExp,
  strict = false,
): unknown {
  if (!isRecord(value)) return refuse(value, issues, 'must be an object');
  const result: Record<string, unknown> = {};
  checkRest(value, issues, text, result, [], element, keys, strict);
  return result;
}

/** Checks all properties but those `named` into `result`. @param strict refuses keys that do not match */
export function checkRest(
  value: Record<string, unknown>,
  issues: Issue[],
  text: boolean,
  result: Record<string, unknown>,
  named: readonly string[],
  element: Validator,
  keys?: RegExp,
  strict = false,
): void {
  let at = issues.length;
  for (const key of Object.keys(value)) {
    if (named.includes(key)) continue;
    if (key !== '__proto__' && (keys === undefined || keys.test(key))) {
      result[key] = element(value[key], issues, text);
    } else if (strict) fail(issues, 'is not expected');
    at = placed(issues, at, key);
  }
}

/** Refuses every property that is not declared. */
export function refuseUnknown(
  value: Record<string, unknown>,
  issues: Issue[],
  declared: readonly string[],
): void {
  let at = issues.length;
  for (const key of Object.keys(value)) {
    if (declared.includes(key)) continue;
    fail(issues, 'is not expected');
    at = placed(issues, at, key);
  }
}

/**
 * The first of several forms that fits; of an object that fits several, what any of them declares. When none
 * fits and exactly one had the right kind of value, what is wrong inside that one is told; else only `expected`.
 */
export function checkAnyOf(
  value: unknown,
  issues: Issue[],
  text: boolean,
  members: readonly Validator[],
  expected: string,
): unknown {
  const trials = issues instanceof Trial ? issues.trials : { left: mostTrials(value) };
  let closest: Issue[] | undefined;
  let candidates = 0;
  let fitting: object | undefined;
  for (const member of members) {
    if (--trials.left < 0) return refuse(value, issues, 'is too complicated');
    const found = new Trial(trials);
    const result = member(value, found, text);
    if (found.length === 0) {
      if (!isPlain(result) && !Array.isArray(result)) return fitting ?? result;
      fitting = fitting === undefined ? result : (blended(fitting, result) as object);
    } else if (found.every((issue) => issue.path.length > 0)) {
      closest = found;
      candidates++;
    }
  }
  if (fitting !== undefined) return fitting;
  if (closest === undefined || candidates > 1) return refuse(value, issues, expected);
  for (const issue of closest) issues.push(issue);
  return undefined;
}

/** A value with what another form of it has besides. What both have is as the first has it, so it is of that type. */
function blended(first: unknown, second: unknown): unknown {
  if (Array.isArray(first) && Array.isArray(second)) {
    return first.map((one, index) => blended(one, second[index]));
  }
  if (!isPlain(first) || !isPlain(second)) return first;
  for (const [key, inner] of Object.entries(second)) {
    first[key] = Object.hasOwn(first, key) ? blended(first[key], inner) : inner;
  }
  return first;
}

/**
 * What is wrong with one member of a union. A union in a union in a union may be tried in more ways than there is
 * time for, so all that is inside of the outermost shares a number of trials.
 */
class Trial extends Array<Issue> {
  constructor(readonly trials: { left: number }) {
    super();
  }
}

/** Far more than an honest value of that size needs. */
function mostTrials(value: unknown): number {
  let nodes = 0;
  const open = [value];
  while (open.length > 0) {
    nodes++;
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const inner of Object.values(next)) open.push(inner);
  }
  return 1000 + nodes * 100;
}

/** Says what was expected, or that the value is missing. */
export function refuse(value: unknown, issues: Issue[], expected: string): undefined {
  fail(issues, value === undefined || value === null ? 'is required' : expected);
  return undefined;
}

/** Nobody reads more, and a long list of nothing but mistakes would cost the server seconds. */
const mostIssues = 100;

/** Says that the value here is wrong. */
export function fail(issues: Issue[], message: string): void {
  if (issues.length < mostIssues) issues.push({ path: [], message });
}

/** Puts the issues since `from` under `key`. Returns where the next ones will start. */
export function placed(issues: Issue[], from: number, key: string | number): number {
  for (let index = from; index < issues.length; index++) {
    const { path, message } = issues[index] as Issue;
    issues[index] = { path: [key, ...path], message };
  }
  return issues.length;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && Object.getPrototypeOf(value) === Object.prototype;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property that every object inherits, such as `constructor`, as the object's own or not at all. */
export function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether an optional value was left out: not sent, or a form's field left empty. */
export function isAbsent(value: unknown, text: boolean): boolean {
  return value === undefined || (text && value === '');
}

/** All the ways to write "no arguments" become an empty object, so that each missing property is told. */
export function argumentsOf(value: unknown): unknown {
  return value === undefined || value === null || value === '' ? {} : value;
}

const deepest = 100;

/** Whether a value is nested deeper than any validator may follow it on the stack. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const inner of Object.values(item))
        if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
  return false;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key !== '__proto__') result[key] = withoutPrototypes(inner);
  }
  return result;
}
