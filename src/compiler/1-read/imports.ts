import { ts } from '../typescript.js';

/** A name as the module that exports it knows it: where an identifier was imported from. */
export interface Imported {
  readonly module: string;
  readonly name: string;
}

/**
 * What an identifier or `namespace.name` was imported as, aliases undone; undefined where it is not an
 * import. Only the syntax is asked, so that it works while the module cannot be found.
 */
export function importedAs(checker: ts.TypeChecker, expression: ts.Expression): Imported | undefined {
  if (ts.isPropertyAccessExpression(expression)) {
    const namespace = importOf(checker, expression.expression);
    return namespace && ts.isNamespaceImport(namespace.node)
      ? { module: namespace.module, name: expression.name.text }
      : undefined;
  }
  const found = importOf(checker, expression);
  if (found === undefined || !ts.isImportSpecifier(found.node)) return undefined;
  return { module: found.module, name: (found.node.propertyName ?? found.node.name).text };
}

/** Where a name is imported: the part that names it, and the whole declaration. */
export function importNodesOf(checker: ts.TypeChecker, name: ts.Node): readonly ts.Node[] {
  const found = importOf(checker, name);
  return found === undefined ? [] : [found.node, found.declaration];
}

function importOf(checker: ts.TypeChecker, name: ts.Node) {
  const node = checker.getSymbolAtLocation(name)?.declarations?.[0];
  if (node === undefined) return undefined;
  let parent: ts.Node = node;
  while (!ts.isImportDeclaration(parent)) {
    if (ts.isSourceFile(parent) || ts.isStatement(parent)) return undefined;
    parent = parent.parent;
  }
  const { moduleSpecifier } = parent;
  return ts.isStringLiteral(moduleSpecifier)
    ? { node, declaration: parent, module: moduleSpecifier.text }
    : undefined;
}
