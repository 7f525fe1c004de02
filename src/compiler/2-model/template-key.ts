import { canonicalText } from '../../contract/canonical.js';
import type { Contract } from '../../contract/contract.js';
import { type Shape, shapesIn } from '../../contract/shape.js';
import type { NamedTemplate } from './name-templates.js';
import { argsOf } from './template-locals.js';
import type { TemplateDeclarations } from './template-program.js';

const callNames = /[A-Z]\w*\.[a-z_]\w*/g;

/**
 * What the verdict on a template depends on beside its own code, as a text: while that is the same, an edit
 * elsewhere in the app cannot change the verdict. It holds the locals, and the params of every action that
 * the template or its locals name.
 */
export class TemplateKeys {
  private readonly types = new Map<string, string>();
  private readonly params: ReadonlyMap<string, Shape | undefined>;

  constructor(
    private readonly contract: Contract,
    private readonly declarations: TemplateDeclarations,
  ) {
    this.params = new Map(
      contract.controllers.flatMap(({ name, actions }) =>
        actions.map((action) => [`${name}.${action.name}`, action.params] as const),
      ),
    );
  }

  of({ locals, sources }: NamedTemplate): string {
    const code = [...sources.values()].map(({ text }) => text).join('\n');
    const given = this.localsText(locals);
    const names = new Set([...(code.match(callNames) ?? []), ...(given.match(callNames) ?? [])]);
    const calls = [...names].sort().map((name) => {
      const shape = this.params.get(name);
      return `${name} ${this.params.has(name) ? 'is an action' : ''} ${shape ? this.text(shape) : ''}`;
    });
    return [given, ...calls].join('\n');
  }

  private localsText(locals: NamedTemplate['locals']): string {
    if (locals === undefined) return '';
    const args = locals.call === undefined ? undefined : argsOf(this.contract, locals.call);
    // What is declared in the template may come from anywhere in the app.
    if (args === undefined) return `${this.declarations.templates}\n${this.declarations.client}`;
    return this.text(args);
  }

  /** A shape with every type that it leads to. */
  private text(shape: Shape): string {
    const names = new Set(namesIn(shape));
    for (const name of names) for (const inner of namesIn(this.contract.types[name])) names.add(inner);
    return [canonicalText(shape), ...[...names].sort().map((name) => `${name}=${this.typeText(name)}`)].join(
      '\n',
    );
  }

  private typeText(name: string): string {
    const known = this.types.get(name);
    if (known !== undefined) return known;
    const text = canonicalText(this.contract.types[name] ?? null);
    this.types.set(name, text);
    return text;
  }
}

function namesIn(shape: Shape | undefined): string[] {
  if (shape === undefined) return [];
  return shape.kind === 'ref' ? [shape.name] : shapesIn(shape).flatMap(namesIn);
}
