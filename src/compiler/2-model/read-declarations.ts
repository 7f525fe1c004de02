import type { ControllerDeclaration } from '../1-read/controllers.js';
import { type AppProgram, placeOf } from '../1-read/program.js';
import { ts } from '../typescript.js';
import type { Declaration } from './declarations.js';
import { documentationOf } from './documentation.js';

/** Where the app declares a type. Nothing where it does not, or where the type has no name. */
export function declarationOfType(app: AppProgram, type: ts.Type): Declaration {
  const symbol = type.aliasSymbol ?? (type.symbol as ts.Symbol | undefined);
  const node = symbol?.declarations?.find((one) => app.files.has(one.getSourceFile()));
  if (symbol === undefined || node === undefined) return {};
  const doc = documentationOf(app.checker, symbol);
  const exported = isGeneric(type) ? undefined : exportedName(app, symbol, node.getSourceFile());
  return {
    place: placeOf(app, ts.getNameOfDeclaration(node) ?? node),
    ...(exported !== undefined && { exported }),
    ...(doc !== '' && { doc }),
  };
}

/** Where the app declares a property. */
export function declarationOfProperty(app: AppProgram, property: ts.Symbol): Declaration {
  const node = property.valueDeclaration ?? property.declarations?.[0];
  if (node === undefined || !app.files.has(node.getSourceFile())) return {};
  return { place: placeOf(app, ts.getNameOfDeclaration(node) ?? node) };
}

/** A controller's class, as other files see it. */
export function declarationOfController(
  app: AppProgram,
  { node, nameNode, client }: ControllerDeclaration,
): Declaration {
  const symbol = node.name && app.checker.getSymbolAtLocation(node.name);
  const exported = symbol && exportedName(app, symbol, node.getSourceFile());
  if (symbol === undefined || exported === undefined) return { place: placeOf(app, nameNode) };
  const members = app.checker.getPropertiesOfType(app.checker.getDeclaredTypeOfSymbol(symbol));
  const names = members.filter(isPublic).map(({ name }) => name);
  return {
    place: placeOf(app, node.name ?? nameNode),
    exported,
    members: names.sort(),
    ...(client && { client: declarationOfType(app, app.checker.getTypeFromTypeNode(client)) }),
  };
}

/** Whether a type shows a property that JSON would not write: what a class computes. */
export function hasComputed(properties: readonly ts.Symbol[]): boolean {
  return properties.some(
    (property) => (property.flags & ts.SymbolFlags.Accessor) !== 0 && isPublic(property),
  );
}

function isPublic({ escapedName, valueDeclaration }: ts.Symbol): boolean {
  if (/^__[@#]/.test(escapedName.toString())) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return valueDeclaration === undefined || !(ts.getCombinedModifierFlags(valueDeclaration) & hidden);
}

function isGeneric(type: ts.Type): boolean {
  const { target } = type as ts.TypeReference;
  const parameters = type.aliasSymbol ? type.aliasTypeArguments : target?.typeParameters;
  return parameters !== undefined && parameters.length > 0;
}

/** By whatever name a file exports a symbol. */
function exportedName(app: AppProgram, symbol: ts.Symbol, file: ts.SourceFile): string | undefined {
  const module = app.checker.getSymbolAtLocation(file);
  if (module === undefined) return undefined;
  const target = app.checker.getExportSymbolOfSymbol(symbol);
  const found = app.checker.getExportsOfModule(module).find((one) => {
    const isAlias = (one.flags & ts.SymbolFlags.Alias) !== 0;
    return (isAlias ? app.checker.getAliasedSymbol(one) : one) === target;
  });
  return found?.name;
}
