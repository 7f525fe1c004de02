import { importNodesOf } from '../1-read/imports.js';
import type { AppProgram } from '../1-read/program.js';
import { ts } from '../typescript.js';

/**
 * The checker gives `any` both where `any` was written and where a name could not be found. Undefined:
 * it was written. Otherwise what TypeScript itself says about the name, and where.
 */
export function describeUnresolved(
  app: AppProgram,
  type: ts.Type,
  node: ts.Node,
): { message: string; node: ts.Node } | undefined {
  if ((type as { intrinsicName?: string }).intrinsicName !== 'error') return undefined;
  const named = namesIn(node).find((name) => isUnresolved(app, name)) ?? node;
  for (const place of [named, ...importNodesOf(app.checker, named)]) {
    const message = complaintIn(app, place);
    if (message !== undefined) return { message, node: place };
  }
  return { message: `${named.getText()} cannot be found`, node: named };
}

function namesIn(node: ts.Node): ts.Identifier[] {
  const names: ts.Identifier[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isIdentifier(inner)) names.push(inner);
    else ts.forEachChild(inner, visit);
  };
  // Of a declaration without a written type only the name is of interest, not the body.
  visit(ts.isTypeNode(node) ? node : ((node as ts.NamedDeclaration).name ?? node));
  return names;
}

function isUnresolved(app: AppProgram, name: ts.Identifier): boolean {
  if (!ts.isTypeReferenceNode(name.parent) && !ts.isQualifiedName(name.parent)) return false;
  const type = app.checker.getTypeAtLocation(name);
  return (type as { intrinsicName?: string }).intrinsicName === 'error';
}

/** TypeScript's own diagnostic inside a node. */
function complaintIn(app: AppProgram, node: ts.Node): string | undefined {
  for (const found of app.program.getSemanticDiagnostics(node.getSourceFile())) {
    if (found.start === undefined || found.start < node.getStart() || found.start >= node.getEnd()) continue;
    return ts.flattenDiagnosticMessageText(found.messageText, ' ').replace(/\.$/, '');
  }
  return undefined;
}
