/** Where a node of a template begins. */
interface PugPlace {
  /** From 1. */
  readonly line: number;
  /** From 1; that of the token, which the code inside of it follows. */
  readonly column: number;
  /** The file, which may be an included one. */
  readonly filename: string;
}

/** A template as Pug's linker leaves it: includes put in, blocks of what it extends filled. */
export type PugNode =
  | PugBlock
  | PugTag
  | PugCode
  | PugConditional
  | PugEach
  | PugWhile
  | PugCase
  | PugMixin
  | PugMixinBlock
  | PugSilent;

export interface PugBlock {
  readonly type: 'Block' | 'NamedBlock' | 'YieldBlock';
  readonly nodes?: readonly PugNode[];
}

/** What has neither code nor anything inside. */
export interface PugSilent {
  readonly type: 'Text' | 'Comment' | 'BlockComment' | 'Doctype';
}

export interface PugAttribute extends PugPlace {
  readonly name: string;
  /** JavaScript; true for a name without a value. */
  readonly val: string | boolean;
  readonly mustEscape: boolean;
}

/** `&attributes(val)`. */
export interface PugAttributeBlock extends PugPlace {
  readonly val: string;
}

interface PugAttributed extends PugPlace {
  readonly attrs: readonly PugAttribute[];
  readonly attributeBlocks: readonly PugAttributeBlock[];
}

export type PugTag = PugAttributed & { readonly block: PugBlock | null; readonly code?: PugCode } & (
    | { readonly type: 'Tag'; readonly name: string }
    | { readonly type: 'InterpolatedTag'; readonly expr: string }
  );

/** `= val`, `!= val`, `#{val}`, `!{val}`; unbuffered: `- val`, which may have a block below it. */
export interface PugCode extends PugPlace {
  readonly type: 'Code';
  readonly val: string;
  readonly buffer: boolean;
  readonly mustEscape: boolean;
  readonly block?: PugBlock;
}

export interface PugConditional extends PugPlace {
  readonly type: 'Conditional';
  /** Of `unless`, the condition in `!(…)`. */
  readonly test: string;
  readonly consequent: PugBlock;
  readonly alternate: PugBlock | PugConditional | null;
}

export interface PugEach extends PugPlace {
  readonly type: 'Each' | 'EachOf';
  readonly obj: string;
  readonly val: string;
  readonly key?: string | null;
  readonly block: PugBlock;
  readonly alternate?: PugBlock;
}

export interface PugWhile extends PugPlace {
  readonly type: 'While';
  readonly test: string;
  readonly block: PugBlock;
}

export interface PugWhen extends PugPlace {
  readonly type: 'When';
  /** JavaScript, or `default`. */
  readonly expr: string;
  /** Without one it falls through to the next. */
  readonly block?: PugBlock;
}

export interface PugCase extends PugPlace {
  readonly type: 'Case';
  readonly expr: string;
  readonly block: { readonly nodes: readonly PugWhen[] };
}

/** `mixin name(args)`, or the call `+name(args)(attrs)`. */
export type PugMixin = PugPlace & {
  readonly type: 'Mixin';
  /** `#{val}` where a call computes it. */
  readonly name: string;
  readonly args: string | null;
} & (
    | { readonly call: false; readonly block: PugBlock }
    | (Pick<PugAttributed, 'attrs' | 'attributeBlocks'> & {
        readonly call: true;
        readonly block: PugBlock | null;
      })
  );

/** `block` inside of a mixin. */
export interface PugMixinBlock extends PugPlace {
  readonly type: 'MixinBlock';
}

/** The nodes directly inside of a node. */
export function nodesIn(node: PugNode): readonly PugNode[] {
  switch (node.type) {
    case 'Block':
    case 'NamedBlock':
    case 'YieldBlock':
      return node.nodes ?? [];
    case 'Tag':
    case 'InterpolatedTag':
      return present(node.code, node.block);
    case 'Code':
    case 'While':
      return present(node.block);
    case 'Conditional':
      return present(node.consequent, node.alternate);
    case 'Each':
    case 'EachOf':
      return present(node.block, node.alternate);
    case 'Case':
      return node.block.nodes.flatMap((when) => when.block ?? []);
    case 'Mixin':
      return present(node.block);
    default:
      return [];
  }
}

function present(...nodes: readonly (PugNode | null | undefined)[]): readonly PugNode[] {
  return nodes.filter((node) => node !== null && node !== undefined);
}
