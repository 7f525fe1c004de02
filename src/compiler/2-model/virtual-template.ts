import type { Contract } from '../../contract/contract.js';
import type {
  PugAttribute,
  PugBlock,
  PugCase,
  PugCode,
  PugConditional,
  PugEach,
  PugMixin,
  PugNode,
  PugTag,
} from '../1-read/pug-nodes.js';
import type { NamedTemplate } from './name-templates.js';
import { nearest } from './near-names.js';
import { PugPlaces } from './pug-places.js';
import type { TemplateFinding } from './template-findings.js';
import { type Mixin, TemplateMixins, uses } from './template-mixins.js';
import { openingOf, variablesOf } from './virtual-opening.js';
import { type SourceOffset, VirtualText } from './virtual-text.js';

/** A template as TypeScript: its control flow as control flow, so that conditions narrow types. */
export interface VirtualTemplate {
  readonly text: VirtualText;
  /** What was wrong already, before any type is looked at. */
  readonly findings: readonly TemplateFinding[];
  /** The pieces of the text that stand in a form, outer ones first. */
  readonly forms: readonly FormRange[];
  /** How often each mixin was put in. */
  readonly expansions: ReadonlyMap<string, number>;
}

/** What is inside of `form(action=…)`; the text begins with the call `__form(…)`. */
export interface FormRange {
  readonly start: number;
  readonly end: number;
}

export function virtualTemplate(template: NamedTemplate, contract: Contract): VirtualTemplate {
  return new TemplateWriter(template, contract).write();
}

/** A string with nothing to compute. */
const constant = /^(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")$/;

class TemplateWriter {
  private readonly out = new VirtualText();
  private readonly findings: TemplateFinding[] = [];
  private readonly forms: FormRange[] = [];
  private readonly places: PugPlaces;
  private readonly mixins: TemplateMixins;
  /** The names that `each` and mixins around the present node declare. */
  private readonly inner: string[] = [];
  private readonly locals: readonly string[];

  constructor(
    private readonly template: NamedTemplate,
    private readonly contract: Contract,
  ) {
    this.places = new PugPlaces(template.sources);
    this.mixins = new TemplateMixins(template.root);
    this.locals = variablesOf(template);
  }

  write(): VirtualTemplate {
    const { out, template } = this;
    out.raw(openingOf(template, this.contract));
    this.visit(template.root);
    this.checkUncalled();
    out.raw('}\n');
    return {
      text: out,
      findings: this.findings,
      forms: this.forms,
      expansions: new Map(this.mixins.all.map(({ mixin, expansions }) => [mixin, expansions])),
    };
  }

  private visit(node: PugNode): void {
    switch (node.type) {
      case 'Block':
      case 'NamedBlock':
      case 'YieldBlock':
        for (const inner of node.nodes ?? []) this.visit(inner);
        break;
      case 'Tag':
      case 'InterpolatedTag':
        this.tag(node);
        break;
      case 'Code':
        this.codeNode(node);
        break;
      case 'Conditional':
        this.conditional(node);
        break;
      case 'While':
        this.statement('while (', node.test, this.places.find(node.test, node, /while +/), ') ');
        this.block(node.block);
        break;
      case 'Each':
      case 'EachOf':
        this.each(node);
        break;
      case 'Case':
        this.choice(node);
        break;
      case 'Mixin':
        if (node.call) this.call(node);
        else this.mixins.define(node, this.inner.length);
        break;
      default:
    }
  }

  private tag(node: PugTag): void {
    if (node.type === 'InterpolatedTag')
      this.statement('__out(', node.expr, this.places.find(node.expr, node, /#\{/), ');\n');
    const start = this.out.text.length;
    const isForm = node.type === 'Tag' && node.name === 'form';
    const action = isForm ? node.attrs.find(({ name }) => name === 'action') : undefined;
    if (typeof action?.val === 'string') this.attribute(action, '__form(');
    this.attributes(node.attrs.filter((attribute) => attribute !== action));
    this.attributeBlocks(node);
    if (node.code) this.visit(node.code);
    if (node.block) this.visit(node.block);
    if (typeof action?.val === 'string') this.forms.push({ start, end: this.out.text.length });
  }

  private attributes(attributes: readonly PugAttribute[]): void {
    for (const attribute of attributes) {
      const { name, val } = attribute;
      if (typeof val !== 'string') continue;
      if (this.places.isUnescaped(attribute)) this.attribute(attribute, '__unescaped(');
      if (name === 'formaction') this.attribute(attribute, '__formAction(');
      else if (constant.test(val)) continue;
      else if (name === 'class') this.attribute(attribute, '__class(');
      else if (name === 'style') this.attribute(attribute, '__style(');
      else if (name.startsWith('data-')) this.attribute(attribute, '__data(');
      else this.attribute(attribute, '__attribute(');
    }
  }

  private attribute(attribute: PugAttribute, opening: string): void {
    const code = String(attribute.val);
    this.statement(opening, code, this.places.attribute(attribute, code), ');\n');
  }

  private attributeBlocks({ attributeBlocks }: Pick<PugTag, 'attributeBlocks'>): void {
    for (const block of attributeBlocks) {
      this.statement(
        '__attributes(',
        block.val,
        this.places.find(block.val, block, /&attributes\s*\(/),
        ');\n',
      );
    }
  }

  private codeNode(node: PugCode): void {
    if (node.buffer) {
      const opening = node.mustEscape ? '__out(' : '__unescaped(';
      this.statement(opening, node.val, this.places.code(node), ');\n');
      return;
    }
    const { source, offset } = this.places.start(node);
    if (/^-[ \t]*\n/.test(source.text.slice(offset))) {
      for (const { code, ...place } of this.places.codeLines(node)) this.statement('', code, place, '\n');
    } else this.statement('', node.val, this.places.code(node), '\n');
    if (node.block) this.block(node.block);
  }

  private conditional({ test, consequent, alternate, ...token }: PugConditional): void {
    // Of `unless`, only what is inside of !(…) stands in the template.
    const { source, offset } = this.places.start(token);
    const isUnless = source.text.startsWith('unless', offset);
    const code = isUnless ? test.slice(2, -1) : test;
    const place = this.places.find(code, token, /(?:else if|if|unless)\s*/);
    this.statement(isUnless ? 'if (!(' : 'if (', code, place, isUnless ? ')) ' : ') ');
    this.block(consequent);
    if (alternate === null) return;
    this.out.raw('else ');
    if (alternate.type === 'Conditional') this.conditional(alternate);
    else this.block(alternate);
  }

  private each(node: PugEach): void {
    const { val, key, list } = this.places.each(node);
    if (node.type === 'Each') {
      this.statement('for (let [', node.val, val, '');
      if (node.key) this.statement(', ', node.key, key, '');
      this.statement('] of __each(', node.obj, list, ')) ');
    } else {
      this.statement('for (let ', node.val, val, ' of ');
      this.statement('', node.obj, list, ') ');
    }
    const names = [node.key, ...node.val.split(/[^\w$]+/)].filter((name) => name);
    this.declaring(names as string[], () => this.block(node.block));
    if (node.alternate) this.block(node.alternate);
  }

  private choice({ expr, block, ...token }: PugCase): void {
    this.statement('switch (', expr, this.places.find(expr, token, /case +/), ') {\n');
    for (const when of block.nodes) {
      if (when.expr === 'default') this.out.raw('default: ');
      else this.statement('case ', when.expr, this.places.find(when.expr, when, /when +/), ': ');
      if (when.block === undefined) continue;
      this.out.raw('{\n');
      this.visit(when.block);
      this.out.raw('}\nbreak;\n');
    }
    this.out.raw('}\n');
  }

  /** The body of the mixin as a function that is called at once: its parameters have the types of this call. */
  private call(node: Extract<PugMixin, { call: true }>): void {
    this.attributes(node.attrs);
    this.attributeBlocks(node);
    const computed = /^#\{(.*)\}$/s.exec(node.name)?.[1];
    if (computed !== undefined)
      this.statement('void (', computed, this.places.find(computed, node, /\+\s*#\{/), ');\n');
    const mixin = computed === undefined ? this.mixin(node) : undefined;
    const isPutIn =
      mixin !== undefined &&
      this.mixins.expand(mixin, () => {
        this.expansion(mixin, ';(', ')(');
        this.callArguments(node);
        this.out.raw(');\n');
      });
    if (!isPutIn && node.args) {
      this.out.raw('void [');
      this.callArguments(node);
      this.out.raw('];\n');
    }
    if (node.block) this.visit(node.block);
  }

  private callArguments({ args, ...token }: PugMixin): void {
    if (args)
      this.statement('', args, this.places.find(args, token, /\+\s*(?:[-\w]+|#\{[^\n]*?\})\s*\(/), '');
  }

  private mixin(node: PugMixin): Mixin | undefined {
    const found = this.mixins.named(node.name);
    if (found) return found;
    const near = nearest(node.name, this.mixins.names);
    this.findings.push({
      code: 'template_mixin',
      message: `There is no mixin "${node.name}"${near ? `: "${near}" may be meant` : ''}`,
      cure: 'Define it in the template, or include the file that does.',
      ...this.places.start(node),
    });
    return undefined;
  }

  private expansion(mixin: Mixin, opening: string, closing: string): void {
    const { args, block, ...token } = mixin.definition;
    this.out.raw(`${opening}(`);
    const parameters = args ?? '';
    const place = this.places.find(parameters, token, /mixin +[-\w]+ *\(/);
    this.out.within(mixin, () => {
      this.statement('', parameters, place, ') => {\nconst attributes = __passed, block = __content;\n');
      const own = parameters.split(/[^\w$]+/).filter((name) => name !== '');
      // The body does not see what the blocks around the call declare.
      const hidden = new Set(this.inner.slice(mixin.depth));
      for (const name of hidden) {
        if (!own.includes(name) && this.locals.includes(name) && uses(block, name))
          this.out.raw(`const ${name} = __locals.${name};\n`);
      }
      this.declaring([...own, 'attributes', 'block'], () => this.visit(block));
    });
    this.out.raw(`}${closing}`);
  }

  /** Mixins that the template defines and never calls: nothing is known of their parameters. */
  private checkUncalled(): void {
    for (const mixin of this.mixins.all) {
      const isOwn = this.template.sources.get(mixin.definition.filename)?.file === this.template.file;
      if (isOwn && mixin.expansions === 0)
        this.mixins.expand(mixin, () => this.expansion(mixin, 'void (', ');\n'));
    }
  }

  private block(block: PugBlock): void {
    this.out.raw('{\n');
    this.visit(block);
    this.out.raw('}\n');
  }

  private declaring(names: readonly string[], write: () => void): void {
    this.inner.push(...names);
    write();
    this.inner.length -= names.length;
  }

  private statement(before: string, code: string, place: SourceOffset, after: string): void {
    this.out.raw(before);
    this.out.code(code, place);
    this.out.raw(after);
  }
}
