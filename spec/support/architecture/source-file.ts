import ts from 'typescript6';

/** What the rules of the house look at in a file. */
export interface SourceFile {
  /** From the checkout, with slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** The lines that have them. */
  readonly defaultExports: readonly number[];
  readonly reflectCalls: readonly number[];
  readonly environmentReads: readonly number[];
}

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  readonly line: number;
  /** Whether nothing of it is left at run time. */
  readonly isType: boolean;
}

/** Reads a file as the compiler does, so that text in comments and strings counts for nothing. */
export function readSource(path: string, text: string): SourceFile {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  const imports: Import[] = [];
  const defaultExports: number[] = [];
  const reflectCalls: number[] = [];
  const environmentReads: number[] = [];
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

  const visit = (node: ts.Node): void => {
    const imported = importOf(node);
    if (imported !== undefined) imports.push({ ...imported, line: lineOf(node) });
    if (isDefaultExport(node)) defaultExports.push(lineOf(node));
    if (isMemberOf(node, 'Reflect')) reflectCalls.push(lineOf(node));
    if (isMemberOf(node, 'process', 'env')) environmentReads.push(lineOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return {
    path,
    lines: text.replace(/\n$/, '').split('\n').length,
    imports,
    defaultExports,
    reflectCalls,
    environmentReads,
  };
}

function importOf(node: ts.Node): Omit<Import, 'line'> | undefined {
  if (ts.isImportDeclaration(node)) return specifier(node.moduleSpecifier, node.importClause?.isTypeOnly);
  if (ts.isExportDeclaration(node)) return specifier(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
    return specifier(node.moduleReference.expression, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return specifier(node.argument.literal, true);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return specifier(node.arguments[0], false);
  return undefined;
}

function specifier(node: ts.Node | undefined, isType = false): Omit<Import, 'line'> | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? { specifier: node.text, isType } : undefined;
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

/** `object.anything`, or `object.member` when a member is given. */
function isMemberOf(node: ts.Node, object: string, member?: string): boolean {
  return (
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === object &&
    (member === undefined || node.name.text === member)
  );
}
