import { nodesIn, type PugBlock, type PugMixin, type PugNode } from './pug-nodes.js';

/**
 * Puts the mixins that stand at the top of a template, or of a file that it includes there, before
 * everything else: Pug runs definitions in the order of the text, and a call above its mixin would fail. A
 * name that is defined twice stays as it is, since then the order says which of the two is meant.
 */
export function hoistMixins(root: PugBlock): PugBlock {
  const times = new Map<string, number>();
  count(root, times);
  const hoisted: PugMixin[] = [];
  const rest = without(root, (node) => {
    if (node.type !== 'Mixin' || node.call || times.get(node.name) !== 1) return false;
    hoisted.push(node);
    return true;
  });
  return hoisted.length === 0 ? root : { ...rest, nodes: [...hoisted, ...(rest.nodes ?? [])] };
}

function count(node: PugNode, times: Map<string, number>): void {
  if (node.type === 'Mixin' && !node.call) times.set(node.name, (times.get(node.name) ?? 0) + 1);
  for (const inner of nodesIn(node)) count(inner, times);
}

/** A block less some nodes of its own or of a block directly inside of it, as an include is. */
function without(block: PugBlock, isTaken: (node: PugNode) => boolean): PugBlock {
  const nodes = (block.nodes ?? [])
    .filter((node) => !isTaken(node))
    .map((node) => (node.type === 'Block' ? without(node, isTaken) : node));
  return { ...block, nodes };
}
