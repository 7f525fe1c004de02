import type { Contract } from '../../contract/contract.js';
import type { Shape, TupleShape } from '../../contract/shape.js';
import { wholeText } from './rules.js';
import { behind, type Discriminant, discriminantOf, inside, type ObjectShape } from './shape-facts.js';
import { capitalized, LocalNames, quote } from './source-text.js';

/**
 * Writes the functions that make dates, bigints, bytes, sets and maps of what JSON has in their place: only where
 * there are any. A shape that holds none needs no reviver and gets none.
 */
export class ReviverEmitter {
  /** What the written functions call of `rocket-io/internal`. */
  readonly imports = new Set<string>();
  private readonly functions: string[] = [];
  private readonly names = new LocalNames();
  private readonly named = new Map<string, string>();

  constructor(private readonly contract: Contract) {}

  /** The name of the function that revives a shape; undefined where JSON is already right. */
  forShape(shape: Shape, hint: string): string | undefined {
    if (!needsReviver(this.contract, shape)) return undefined;
    const only = onlyValue(shape);
    const leaf = leafReviver(only);
    if (leaf) return this.use(leaf);
    if (only.kind === 'ref') return this.forNamed(only.name);
    return this.write(this.names.take(`revive${hint}`), only);
  }

  /** Every function written so far. */
  text(): string {
    return this.functions.join('\n\n');
  }

  private forNamed(type: string): string {
    const known = this.named.get(type);
    if (known !== undefined) return known;
    const name = this.names.take(`revive${type}`);
    this.named.set(type, name);
    return this.write(name, behind(this.contract, { kind: 'ref', name: type }));
  }

  private write(name: string, shape: Shape): string {
    const at = this.functions.push('') - 1;
    const lines = this.body(name.slice('revive'.length), shape);
    this.functions[at] = `function ${name}(value) {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
    return name;
  }

  /** An expression that revives `given`: a call of a small function where one is enough, else of a written one. */
  private revive(shape: Shape, given: string, hint: string): string | undefined {
    const only = onlyValue(shape);
    const item = (inner: Shape, name = 'Item') => this.forShape(inner, `${hint}${name}`);
    switch (only.kind) {
      case 'array': {
        const element = item(only.element);
        return element && `${this.use('reviveArray')}(${given}, ${element})`;
      }
      case 'record': {
        const element = item(only.value);
        const keys = only.key ? `, ${wholeText(only.key.pattern)}` : '';
        return element && `${this.use('reviveRecord')}(${given}, ${element}${keys})`;
      }
      case 'set': {
        const element = item(only.element);
        return `${this.use('reviveSet')}(${[given, ...(element ? [element] : [])].join(', ')})`;
      }
      case 'map': {
        const [key, value] = [item(only.key, 'Key'), item(only.value)];
        const both = value ? [key ?? 'undefined', value] : key ? [key] : [];
        return `${this.use('reviveMap')}(${[given, ...both].join(', ')})`;
      }
    }
    const reviver = this.forShape(only, hint);
    return reviver && `${reviver}(${given})`;
  }

  private body(hint: string, shape: Shape): string[] {
    switch (shape.kind) {
      case 'tuple':
        return this.tuple(hint, shape);
      case 'object':
        return this.object(hint, shape);
      case 'union':
        return this.union(hint, shape.members);
      default:
        return [`return ${this.revive(shape, 'value', hint) ?? 'value'};`];
    }
  }

  private object(hint: string, { properties, rest }: ObjectShape): string[] {
    const lines = properties.flatMap(({ name, shape }) => {
      const target = access(name);
      const revived = this.revive(shape, target, `${hint}${capitalized(name)}`);
      return revived ? [`if (Object.hasOwn(value, ${quote(name)})) ${target} = ${revived};`] : [];
    });
    const element = rest && this.forShape(rest.value, `${hint}Rest`);
    if (element) {
      const keys = rest.key ? wholeText(rest.key.pattern) : 'undefined';
      const named = properties.map(({ name }) => quote(name)).join(', ');
      lines.push(`${this.use('reviveRecord')}(value, ${element}, ${keys}, [${named}]);`);
    }
    return [`if (!${this.use('isRevivable')}(value)) return value;`, ...lines, 'return value;'];
  }

  private tuple(hint: string, { elements, optional = 0, rest }: TupleShape): string[] {
    const lines = ['if (!Array.isArray(value)) return value;'];
    for (const [index, element] of elements.entries()) {
      const revived = this.revive(element, `value[${index}]`, `${hint}${index}`);
      const isThere = index < elements.length - optional ? '' : `if (value.length > ${index}) `;
      if (revived) lines.push(`${isThere}value[${index}] = ${revived};`);
    }
    const revived = rest && this.revive(rest, 'value[index]', `${hint}Rest`);
    if (revived) {
      const head = `for (let index = ${elements.length}; index < value.length; index++)`;
      lines.push(`${head} value[index] = ${revived};`);
    }
    return [...lines, 'return value;'];
  }

  private union(hint: string, members: readonly Shape[]): string[] {
    const objects = members.filter((member) => behind(this.contract, member).kind === 'object');
    const discriminant = discriminantOf(this.contract, objects);
    const others = datesToTell(this.contract, members).filter(
      (one) => !discriminant || !objects.includes(one),
    );
    const lines = others.flatMap((member, index) => {
      const revived = this.revive(member, 'value', `${hint}Other${index + 1}`);
      return revived ? [`value = ${revived};`] : [];
    });
    return discriminant ? [...lines, ...this.discriminated(hint, discriminant)] : [...lines, 'return value;'];
  }

  private discriminated(hint: string, { name, cases }: Discriminant): string[] {
    const arms = cases.flatMap(({ values, shape }, index) => {
      const revived = this.revive(shape, 'value', `${hint}${index + 1}`);
      const labels = values.map((value) => `  case ${typeof value === 'string' ? quote(value) : value}:`);
      return revived ? [...labels, `    return ${revived};`] : [];
    });
    return [
      `if (!${this.use('isRevivable')}(value)) return value;`,
      `switch (${access(name)}) {`,
      ...arms,
      '  default:',
      '    return value;',
      '}',
    ];
  }

  private use(name: string): string {
    this.imports.add(name);
    return name;
  }
}

/** A value that may be null is revived as one that may not: every reviver leaves null alone. */
function onlyValue(shape: Shape): Shape {
  if (shape.kind !== 'union') return shape;
  const values = shape.members.filter((member) => member.kind !== 'null');
  const [only] = values;
  return only && values.length === 1 ? only : shape;
}

/** The small function that revives a plain value; undefined for what has parts. */
function leafReviver(shape: Shape): string | undefined {
  switch (shape.kind) {
    case 'date':
    case 'bigint':
      return `revive${capitalized(shape.kind)}`;
    case 'bytes':
      // A client has no class Buffer to speak of.
      return shape.as === 'ArrayBuffer' ? 'reviveArrayBuffer' : 'reviveBytes';
    default:
      return undefined;
  }
}

function needsReviver(contract: Contract, shape: Shape): boolean {
  const seen = new Set<string>();
  const visit = (one: Shape): boolean => {
    if (leafReviver(one) || one.kind === 'set' || one.kind === 'map') return true;
    if (one.kind === 'ref') {
      if (seen.has(one.name)) return false;
      seen.add(one.name);
    }
    const members = one.kind === 'union' ? datesToTell(contract, one.members) : inside(contract, one);
    return members.some(visit);
  };
  return visit(shape);
}

/** The members of a union without its dates where it has texts: nobody can tell which a text was, so it stays one. */
function datesToTell(contract: Contract, members: readonly Shape[]): readonly Shape[] {
  const kinds = members.map((member) => behind(contract, member).kind);
  return kinds.includes('string') ? members.filter((_, index) => kinds[index] !== 'date') : members;
}

function access(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `value.${name}` : `value[${quote(name)}]`;
}
