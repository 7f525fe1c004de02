import type { Constraints } from '../../contract/constraints.js';
import type { Shape } from '../../contract/shape.js';
import { capitalized, LocalNames, quote } from './source-text.js';

/** Writes the constraints that validators hold values against: each set of them once, named for what it says. */
export class RulesEmitter {
  private readonly names = new LocalNames();
  private readonly written = new Map<string, string>();

  /** The name of the constant; undefined where any value of the type will do. */
  forShape(shape: Shape): string | undefined {
    const text = rulesText(shape);
    if (text === undefined) return undefined;
    const known = this.written.get(text);
    if (known !== undefined) return known;
    const name = this.names.take(nameOf(shape));
    this.written.set(text, name);
    return name;
  }

  /** Every constant. */
  text(): string {
    return [...this.written].map(([text, name]) => `const ${name} = ${text};`).join('\n');
  }
}

/** A regular expression that matches a whole text, as code. */
export function wholeText(pattern: string): string {
  return String(new RegExp(`^(?:${pattern})$`, 'u'));
}

function rulesText(shape: Shape): string | undefined {
  const template = shape.kind === 'string' ? shape.template : undefined;
  const { patterns = [], ...rest } = constraintsOf(shape);
  const forms = patterns.map((pattern) => [pattern, pattern]);
  if (template) forms.push([template.pattern, template.form]);
  const entries = Object.entries(rest).map(([name, value]) => {
    return `${name}: ${typeof value === 'string' ? quote(value) : String(value)}`;
  });
  if (forms.length > 0) {
    const all = forms.map(([pattern = '', form = '']) => `[${wholeText(pattern)}, ${quote(form)}]`);
    entries.push(`patterns: [${all.join(', ')}]`);
  }
  return entries.length === 0 ? undefined : `{ ${entries.join(', ')} }`;
}

/** `minLength1MaxLength100` */
function nameOf(shape: Shape): string {
  const words = Object.entries(constraintsOf(shape)).map(([name, value]) => {
    if (name === 'patterns') return 'Pattern';
    if (value === true || name === 'format') return capitalized(String(value === true ? name : value));
    return `${capitalized(name)}${value}`;
  });
  if (shape.kind === 'string' && shape.template) words.push('Template');
  const name = words.join('');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function constraintsOf(shape: Shape): Constraints {
  return ('constraints' in shape && shape.constraints) || {};
}
