import { nodesIn, type PugBlock, type PugMixin, type PugNode } from '../1-read/pug-nodes.js';
import type { Expansion } from './virtual-text.js';

export type MixinDefinition = Extract<PugMixin, { readonly call: false }>;

/** A definition, and what is needed to put its body in where it is called. */
export interface Mixin extends Expansion {
  readonly definition: MixinDefinition;
  /** How many names of blocks around it are in reach of its body. */
  depth: number;
  /** How often it has been put in. */
  expansions: number;
}

/** A mixin that calls itself is put in twice, so that its own call is checked as well. */
const deepest = 2;

/** Mixins that call each other several times would fill the memory. */
const most = 400;

/** The mixins of one template. */
export class TemplateMixins {
  readonly all: readonly Mixin[];
  private readonly inForce = new Map<string, Mixin>();
  private readonly open: Mixin[] = [];
  private expansions = 0;

  constructor(root: PugNode) {
    this.all = definitionsIn(root).map((definition) => ({
      definition,
      mixin: `${definition.filename}:${definition.line}:${definition.column}`,
      depth: 0,
      expansions: 0,
    }));
    // A call above the definition means the first of the name: those are hoisted.
    for (const mixin of [...this.all].reverse()) this.inForce.set(mixin.definition.name, mixin);
  }

  get names(): readonly string[] {
    return [...this.inForce.keys()];
  }

  named(name: string): Mixin | undefined {
    return this.inForce.get(name);
  }

  /** The text has come to a definition: it is meant by the calls that follow. */
  define(definition: MixinDefinition, depth: number): void {
    const mixin = this.all.find((one) => one.definition === definition);
    if (mixin === undefined) return;
    mixin.depth = depth;
    this.inForce.set(definition.name, mixin);
  }

  /** Runs `write` inside of the mixin, unless that has no end. @returns whether it ran */
  expand(mixin: Mixin, write: () => void): boolean {
    if (this.expansions >= most || this.open.filter((one) => one === mixin).length >= deepest) return false;
    this.expansions++;
    mixin.expansions++;
    this.open.push(mixin);
    write();
    this.open.pop();
    return true;
  }
}

/** Whether any code in a block names something that it does not declare itself. */
export function uses(block: PugBlock, name: string): boolean {
  const escaped = name.replace(/\$/g, '\\$');
  const named = new RegExp(`(?<![\\w$.])${escaped}(?![\\w$])`);
  const declared = new RegExp(`\\b(?:var|let|const)\\s+${escaped}(?![\\w$])`);
  const codes = codesIn(block);
  return codes.some((code) => named.test(code)) && !codes.some((code) => declared.test(code));
}

function definitionsIn(node: PugNode): MixinDefinition[] {
  const inner = nodesIn(node).flatMap(definitionsIn);
  return node.type === 'Mixin' && !node.call ? [node, ...inner] : inner;
}

/** Every piece of code in a node, whatever it does. */
function codesIn(node: PugNode): string[] {
  const inner = nodesIn(node).flatMap(codesIn);
  switch (node.type) {
    case 'Tag':
    case 'InterpolatedTag':
      return [...attributeCodes(node), ...(node.type === 'Tag' ? [] : [node.expr]), ...inner];
    case 'Code':
      return [node.val, ...inner];
    case 'Conditional':
    case 'While':
      return [node.test, ...inner];
    case 'Each':
    case 'EachOf':
      return [node.obj, ...inner];
    case 'Case':
      return [node.expr, ...node.block.nodes.map(({ expr }) => expr), ...inner];
    case 'Mixin':
      return [node.args ?? '', ...(node.call ? attributeCodes(node) : []), ...inner];
    default:
      return inner;
  }
}

function attributeCodes({
  attrs,
  attributeBlocks,
}: Pick<Extract<PugNode, { type: 'Tag' }>, 'attrs' | 'attributeBlocks'>) {
  return [...attrs, ...attributeBlocks].flatMap(({ val }) => (typeof val === 'string' ? val : []));
}
