import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import { behind, discriminantOf, reaches } from './shape-facts.js';
import { capitalized, LocalNames, quote } from './source-text.js';

/**
 * Writes the functions that make dates of the texts that JSON has in their place: only where there are
 * dates. A shape that holds none needs no reviver and gets none.
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
    const holdsDate = reaches(this.contract, shape, (one) => one.kind === 'date');
    if (!holdsDate) return undefined;
    if (shape.kind === 'date') return this.use('reviveDate');
    if (shape.kind === 'ref') return this.forNamed(shape.name);
    return this.write(this.names.take(`revive${hint}`), shape);
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

  private body(hint: string, shape: Shape): string[] {
    switch (shape.kind) {
      case 'array':
        return [`return ${this.use('reviveArray')}(value, ${this.forShape(shape.element, `${hint}Item`)});`];
      case 'record':
        return [`return ${this.use('reviveRecord')}(value, ${this.forShape(shape.value, `${hint}Value`)});`];
      case 'tuple':
        return this.tuple(hint, shape);
      case 'object':
        return [
          `if (!${this.use('isRevivable')}(value)) return value;`,
          ...shape.properties.flatMap(({ name, shape: inner }) => this.property(hint, name, inner)),
          'return value;',
        ];
      case 'union':
        return this.union(hint, shape.members);
      default:
        return [`return ${this.forShape(shape, hint)}(value);`];
    }
  }

  private property(hint: string, name: string, shape: Shape): string[] {
    const revive = this.forShape(shape, `${hint}${capitalized(name)}`);
    const target = /^[A-Za-z_$][\w$]*$/.test(name) ? `value.${name}` : `value[${quote(name)}]`;
    if (revive === undefined) return [];
    return [`if (Object.hasOwn(value, ${quote(name)})) ${target} = ${revive}(${target});`];
  }

  private tuple(hint: string, { elements, rest }: Extract<Shape, { kind: 'tuple' }>): string[] {
    const lines = ['if (!Array.isArray(value)) return value;'];
    for (const [index, element] of elements.entries()) {
      const revive = this.forShape(element, `${hint}${index}`);
      if (revive) lines.push(`value[${index}] = ${revive}(value[${index}]);`);
    }
    const revive = rest && this.forShape(rest, `${hint}Rest`);
    if (revive) {
      const head = `for (let index = ${elements.length}; index < value.length; index++)`;
      lines.push(`${head} value[index] = ${revive}(value[index]);`);
    }
    return [...lines, 'return value;'];
  }

  /** Of a union of texts and dates nobody can tell which a text was: it stays one. */
  private union(hint: string, members: readonly Shape[]): string[] {
    const objects = members.filter((member) => behind(this.contract, member).kind === 'object');
    const discriminant = discriminantOf(this.contract, objects);
    const lines: string[] = [];
    if (discriminant) {
      const { name, cases } = discriminant;
      lines.push(`if (!${this.use('isRevivable')}(value)) return value;`, `switch (value[${quote(name)}]) {`);
      for (const [index, { values, shape }] of cases.entries()) {
        const revive = this.forShape(shape, `${hint}${index + 1}`);
        if (revive === undefined) continue;
        for (const value of values) {
          lines.push(`  case ${typeof value === 'string' ? quote(value) : value}:`);
        }
        lines.push(`    return ${revive}(value);`);
      }
      lines.push('  default:', '    return value;', '}');
    }
    const others = discriminant ? members.filter((member) => !objects.includes(member)) : members;
    const text = others.some((member) => behind(this.contract, member).kind === 'string');
    const revivers = others.flatMap((member, index) => {
      if (text && behind(this.contract, member).kind === 'date') return [];
      return this.forShape(member, `${hint}Other${index + 1}`) ?? [];
    });
    const before = revivers.map((revive) => `value = ${revive}(value);`);
    return discriminant ? [...before, ...lines] : [...before, 'return value;'];
  }

  private use(name: string): string {
    this.imports.add(name);
    return name;
  }
}
