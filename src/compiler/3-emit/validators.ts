import type { Contract } from '../../contract/contract.js';
import type { PropertyShape, RecordShape, Shape, TupleShape } from '../../contract/shape.js';
import { RulesEmitter, wholeText } from './rules.js';
import {
  behind,
  type Discriminant,
  discriminantOf,
  isUnbounded,
  type LiteralValue,
  type ObjectShape,
  takesEmptyText,
} from './shape-facts.js';
import { capitalized, LocalNames, quote } from './source-text.js';

const parameters = '(value, issues, text)';
const passOn = 'issues, text';

/**
 * Writes the functions that check arguments: one for each named type, one for each other shape that is
 * more than a plain value. They call the small functions of `src/contract/validators.ts`.
 */
export class ValidatorEmitter {
  /** What the written functions call of `rocket-io/internal`. */
  readonly imports = new Set<string>();
  private readonly functions: string[] = [];
  private readonly names = new LocalNames();
  private readonly named = new Map<string, string>();
  private readonly rules = new RulesEmitter();
  /** Whether what is being written refuses properties that nobody declared. */
  private strict = false;

  constructor(private readonly contract: Contract) {}

  /** The name of the function that checks the arguments of an action. */
  forParams(call: string, shape: Shape, strict: boolean): string {
    this.strict = strict;
    const [controller = '', action = ''] = call.split('.');
    const name = this.names.take(`valid${controller}${capitalized(action)}`);
    const checks: string[] = [];
    if (isUnbounded(this.contract, shape)) {
      checks.push(`if (${this.use('isTooDeep')}(value)) return ${this.refusal('is nested too deeply')};`);
    }
    const found = behind(this.contract, shape);
    const members = found.kind === 'union' ? found.members : [found];
    const objects = members.every((member) => behind(this.contract, member).kind === 'object');
    const given = objects ? `${this.use('argumentsOf')}(value)` : 'value';
    // Written first, so that an action stands above what it needs.
    const at = this.functions.push('') - 1;
    const check = this.check(shape, given, `${name}Arguments`);
    this.functions[at] = functionText(name, [...checks, `return ${check};`]);
    return name;
  }

  /** Every function written so far, and what they hold values against. */
  text(): string {
    return [this.rules.text(), ...this.functions].filter((part) => part !== '').join('\n\n');
  }

  /** An expression that checks `given`, its constraints included. */
  private check(shape: Shape, given: string, hint: string): string {
    const check = this.checkType(shape, given, hint);
    const rules = this.rules.forShape(shape);
    return rules === undefined ? check : `${this.use('checkRules')}(${check}, issues, ${rules})`;
  }

  /** A call of a small function where one is enough, else of a written one. */
  private checkType(shape: Shape, given: string, hint: string): string {
    const item = (inner: Shape, name = 'Item') => this.reference(inner, `${hint}${name}`);
    switch (shape.kind) {
      case 'array':
      case 'set':
        return this.call(`check${capitalized(shape.kind)}`, given, item(shape.element));
      case 'map':
        return this.call('checkMap', given, item(shape.key, 'Key'), item(shape.value));
      case 'record':
        return this.call('checkRecord', given, item(shape.value), ...this.keyArguments(shape));
    }
    const leaf = leafCheck(shape);
    if (leaf) return this.call(leaf, given);
    const literals = literalsIn(shape.kind === 'union' ? shape.members : [shape]);
    return literals ? this.oneOf(literals, given) : `${this.reference(shape, hint)}(${given}, ${passOn})`;
  }

  private call(name: string, given: string, ...rest: readonly string[]): string {
    return `${this.use(name)}(${[given, passOn, ...rest].join(', ')})`;
  }

  /** What the keys of a record have to match, and what becomes of those that do not. */
  private keyArguments({ key }: RecordShape): readonly string[] {
    if (key === undefined) return [];
    return [wholeText(key.pattern), ...(this.strict ? ['true'] : [])];
  }

  /** An expression for the function that checks a shape. */
  private reference(shape: Shape, hint: string): string {
    if (shape.kind === 'ref') return this.referenceNamed(shape.name);
    const leaf = this.rules.forShape(shape) === undefined ? leafCheck(shape) : undefined;
    return leaf ? this.use(leaf) : this.write(this.names.take(hint), shape);
  }

  private referenceNamed(type: string): string {
    const key = `${this.strict ? 'Exact' : ''}${type}`;
    const known = this.named.get(key);
    if (known !== undefined) return known;
    const shape = behind(this.contract, { kind: 'ref', name: type });
    const name = this.names.take(`valid${key}`);
    this.named.set(key, name);
    // An alias of a plain value needs a function too, since it already has a name.
    return this.write(name, shape);
  }

  private write(name: string, shape: Shape): string {
    const at = this.functions.push('') - 1;
    this.functions[at] = functionText(name, this.body(name, shape));
    return name;
  }

  private body(name: string, shape: Shape): string[] {
    switch (shape.kind) {
      case 'tuple':
        return this.tuple(name, shape);
      case 'object':
        return this.object(name, shape);
      case 'union':
        return this.union(name, shape.members);
      default:
        return [`return ${this.check(shape, 'value', name)};`];
    }
  }

  private object(name: string, { properties, rest }: ObjectShape): string[] {
    const named = `[${properties.map((property) => quote(property.name)).join(', ')}]`;
    const lines = [
      `if (!${this.use('isRecord')}(value)) return ${this.refusal('must be an object')};`,
      ...(this.strict && !rest ? [`${this.use('refuseUnknown')}(value, issues, ${named});`] : []),
      'const result = {};',
      ...(properties.length > 0 ? ['let at = issues.length;'] : []),
      ...properties.flatMap((property) => this.property(name, property)),
    ];
    if (rest) {
      const element = this.reference(rest.value, `${name}Rest`);
      const more = ['result', named, element, ...this.keyArguments(rest)];
      lines.push(`${this.call('checkRest', 'value', ...more)};`);
    }
    return [...lines, 'return result;'];
  }

  private property(name: string, { name: property, optional, shape }: PropertyShape): string[] {
    const given = this.access(property);
    const check = this.check(shape, given, `${name}${capitalized(property)}`);
    const target = /^[A-Za-z_$][\w$]*$/.test(property) ? `result.${property}` : `result[${quote(property)}]`;
    const lines = [`${target} = ${check};`, `at = ${this.use('placed')}(issues, at, ${quote(property)});`];
    if (!optional) return lines;
    const text = takesEmptyText(this.contract, shape) ? 'false' : 'text';
    return [`if (!${this.use('isAbsent')}(${given}, ${text})) {`, ...lines.map((line) => `  ${line}`), '}'];
  }

  /** A name that every object inherits counts only as the object's own. */
  private access(property: string): string {
    if (property in Object.prototype) return `${this.use('own')}(value, ${quote(property)})`;
    return /^[A-Za-z_$][\w$]*$/.test(property) ? `value.${property}` : `value[${quote(property)}]`;
  }

  private tuple(name: string, { elements, optional = 0, rest }: TupleShape): string[] {
    const most = elements.length;
    const least = most - optional;
    const placed = this.use('placed');
    const lines = [
      `if (!Array.isArray(value) || ${wrongLength(least, rest ? undefined : most)}) return ${this.refusal(lengthText(least, rest ? undefined : most))};`,
      'const result = [];',
      ...(most > 0 || rest ? ['let at = issues.length;'] : []),
    ];
    for (const [index, element] of elements.entries()) {
      const push = [
        `result.push(${this.check(element, `value[${index}]`, `${name}${index}`)});`,
        `at = ${placed}(issues, at, ${index});`,
      ];
      if (index < least) lines.push(...push);
      else lines.push(`if (value.length > ${index}) {`, ...push.map((line) => `  ${line}`), '}');
    }
    if (rest) {
      lines.push(
        `for (let index = ${most}; index < value.length; index++) {`,
        `  result.push(${this.check(rest, 'value[index]', `${name}Rest`)});`,
        `  at = ${placed}(issues, at, index);`,
        '}',
      );
    }
    return [...lines, 'return result;'];
  }

  private union(name: string, members: readonly Shape[]): string[] {
    const rest = members.filter((member) => member.kind !== 'null');
    if (rest.length === members.length) return this.unionOfValues(name, rest);
    const empty = rest.some((member) => takesEmptyText(this.contract, member))
      ? ''
      : " || (text && value === '')";
    return [`if (value === null${empty}) return null;`, ...this.unionOfValues(name, rest)];
  }

  private unionOfValues(name: string, members: readonly Shape[]): string[] {
    const [only] = members;
    const literals = literalsIn(members);
    if (literals) return [`return ${this.oneOf(literals, 'value')};`];
    if (only && members.length === 1) return [`return ${this.check(only, 'value', `${name}Value`)};`];
    const discriminant = discriminantOf(this.contract, members);
    if (discriminant) return this.discriminated(name, discriminant);
    const plain = members.filter((member) => member.kind === 'literal');
    const others = members.filter((member) => member.kind !== 'literal');
    const checks = others.map((member, index) => this.reference(member, `${name}${index + 1}`));
    if (plain.length > 0) checks.unshift(this.reference({ kind: 'union', members: plain }, `${name}Literal`));
    const expected = `must be ${choice(members.map((member) => noun(behind(this.contract, member))))}`;
    const arguments_ = `value, ${passOn}, [${checks.join(', ')}], ${quote(expected)}`;
    return [`return ${this.use('checkAnyOf')}(${arguments_});`];
  }

  private discriminated(name: string, { name: property, cases }: Discriminant): string[] {
    const values = cases.flatMap((one) => one.values);
    const placed = this.use('placed');
    return [
      `if (!${this.use('isRecord')}(value)) return ${this.refusal('must be an object')};`,
      'const at = issues.length;',
      `const which = ${this.oneOf(values, this.access(property))};`,
      `${placed}(issues, at, ${quote(property)});`,
      'switch (which) {',
      ...cases.flatMap(({ values, shape }, index) => [
        ...values.map((value) => `  case ${literalText(value)}:`),
        `    return ${this.check(shape, 'value', `${name}${index + 1}`)};`,
      ]),
      '  default:',
      '    return undefined;',
      '}',
    ];
  }

  private oneOf(values: readonly LiteralValue[], given: string): string {
    const allowed = `[${values.map(literalText).join(', ')}]`;
    const expected = `must be ${choice(values.map((value) => (value === '' ? 'empty' : String(value))))}`;
    return `${this.use('checkOneOf')}(${given}, ${passOn}, ${allowed}, ${quote(expected)})`;
  }

  private refusal(expected: string): string {
    return `${this.use('refuse')}(value, issues, ${quote(expected)})`;
  }

  private use(name: string): string {
    this.imports.add(name);
    return name;
  }
}

/** The small function that checks a plain value; undefined for what has parts. */
function leafCheck(shape: Shape): string | undefined {
  switch (shape.kind) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'null':
    case 'date':
    case 'json':
    case 'file':
      return `check${capitalized(shape.kind)}`;
    case 'bytes':
      return `check${shape.as ?? 'Bytes'}`;
    default:
      return undefined;
  }
}

function wrongLength(least: number, most: number | undefined): string {
  if (least === most) return `value.length !== ${least}`;
  const short = `value.length < ${least}`;
  if (most === undefined) return short;
  return least === 0 ? `value.length > ${most}` : `${short} || value.length > ${most}`;
}

function lengthText(least: number, most: number | undefined): string {
  if (least === most) return `must be a list of ${least} values`;
  if (most === undefined) return `must be a list of at least ${least} values`;
  return `must be a list of ${least} to ${most} values`;
}

function functionText(name: string, lines: readonly string[]): string {
  return `function ${name}${parameters} {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
}

/** The values of a union of literals; undefined where there is anything else. */
function literalsIn(members: readonly Shape[]): readonly LiteralValue[] | undefined {
  const values = members.flatMap((member) => (member.kind === 'literal' ? [member.value] : []));
  return values.length === members.length ? values : undefined;
}

function literalText(value: LiteralValue): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

/** `a, b or c`, each once. */
function choice(words: readonly string[]): string {
  const once = [...new Set(words)];
  const last = once.pop() ?? '';
  return once.length === 0 ? last : `${once.join(', ')} or ${last}`;
}

/** What a value is called in a sentence beside a form field. */
function noun(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a date';
    case 'null':
      return 'empty';
    case 'literal':
      return String(shape.value);
    case 'bigint':
      return 'a whole number';
    case 'bytes':
      return 'bytes';
    case 'file':
      return 'a file';
    case 'array':
    case 'set':
    case 'map':
    case 'tuple':
      return 'a list';
    default:
      return 'an object';
  }
}
