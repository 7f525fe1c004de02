import type { Contract } from '../../contract/contract.js';
import type { PropertyShape, Shape } from '../../contract/shape.js';
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

  constructor(private readonly contract: Contract) {}

  /** The name of the function that checks the arguments of an action. */
  forParams(call: string, shape: Shape): string {
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

  /** Every function written so far. */
  text(): string {
    return this.functions.join('\n\n');
  }

  /** An expression that checks `given`: a call of a small function where one is enough, else of a written one. */
  private check(shape: Shape, given: string, hint: string): string {
    if (shape.kind === 'array' || shape.kind === 'record') {
      const inner = shape.kind === 'array' ? shape.element : shape.value;
      const check = this.use(shape.kind === 'array' ? 'checkArray' : 'checkRecord');
      return `${check}(${given}, ${passOn}, ${this.reference(inner, `${hint}Item`)})`;
    }
    const literals = literalsIn(shape.kind === 'union' ? shape.members : [shape]);
    if (literals) return this.oneOf(literals, given);
    return `${this.reference(shape, hint)}(${given}, ${passOn})`;
  }

  /** An expression for the function that checks a shape. */
  private reference(shape: Shape, hint: string): string {
    switch (shape.kind) {
      case 'string':
      case 'number':
      case 'boolean':
      case 'null':
      case 'date':
      case 'json':
        return this.use(`check${capitalized(shape.kind)}`);
      case 'ref':
        return this.referenceNamed(shape.name);
      default:
        return this.write(this.names.take(hint), shape);
    }
  }

  private referenceNamed(type: string): string {
    const known = this.named.get(type);
    if (known !== undefined) return known;
    const shape = behind(this.contract, { kind: 'ref', name: type });
    const name = this.names.take(`valid${type}`);
    this.named.set(type, name);
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

  private object(name: string, { properties }: ObjectShape): string[] {
    return [
      `if (!${this.use('isRecord')}(value)) return ${this.refusal('must be an object')};`,
      'const result = {};',
      ...(properties.length > 0 ? ['let at = issues.length;'] : []),
      ...properties.flatMap((property) => this.property(name, property)),
      'return result;',
    ];
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

  private tuple(name: string, { elements, rest }: Extract<Shape, { kind: 'tuple' }>): string[] {
    const wrong = rest ? `value.length < ${elements.length}` : `value.length !== ${elements.length}`;
    const expected = `must be a list of ${rest ? 'at least ' : ''}${elements.length} values`;
    const placed = this.use('placed');
    const lines = [
      `if (!Array.isArray(value) || ${wrong}) return ${this.refusal(expected)};`,
      'const result = [];',
      'let at = issues.length;',
      ...elements.flatMap((element, index) => [
        `result.push(${this.check(element, `value[${index}]`, `${name}${index}`)});`,
        `at = ${placed}(issues, at, ${index});`,
      ]),
    ];
    if (rest) {
      lines.push(
        `for (let index = ${elements.length}; index < value.length; index++) {`,
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
    case 'array':
    case 'tuple':
      return 'a list';
    default:
      return 'an object';
  }
}
