import { relative, sep } from 'node:path';
import type { Contract } from '../../contract/contract.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';

/**
 * Warns of client actions that no code of the server names. A name that is put together while the app runs is
 * not seen: hence a warning.
 */
export function reportUnusedClientActions(
  root: string,
  program: ts.Program,
  contract: Contract,
  diagnostics: Diagnostics,
): void {
  const named = new Set<string>();
  for (const file of program.getSourceFiles()) {
    if (isServerCode(relative(root, file.fileName).split(sep).join('/'))) addNames(file, named);
  }
  for (const { name, clientActions } of contract.controllers) {
    for (const { name: action, source } of clientActions) {
      const call = `${name}.${action}`;
      if (named.has(call)) continue;
      diagnostics.report({
        severity: 'warning',
        code: 'unused_client_action',
        message: `Nothing on the server transmits ${call}`,
        cure: `Transmit it, as in transmit({ '${call}': … }), or take it out of the client contract.`,
        ...source,
        text: ts.sys.readFile(`${root}/${source.file}`) ?? '',
      });
    }
  }
}

function isServerCode(path: string): boolean {
  return /^(?:app\/(?!client\/)|config\/|[^/]+\.ts$)/.test(path) && !path.endsWith('.d.ts');
}

/** Every text in the code, but for the actions of a redirect: those are the server's own. */
function addNames(file: ts.SourceFile, names: Set<string>): void {
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'redirect')
      return;
    if (ts.isStringLiteralLike(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
}
