import ts from 'typescript6';
import type { PropertyShape, Shape } from '../../contract/shape.js';
import { resolveUnion, withValue } from './resolve-union.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

/** Interfaces, classes, literals, mapped types and intersections, as the object that JSON makes of them. */
export function resolveObject(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape {
  const branded = primitiveOf(type);
  if (branded) return resolver.resolve(branded, at);
  const { checker } = resolver.app;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    return resolver.refuse(at, type, 'is a function', 'Send data, and let the other end call an action.');
  }
  const properties = checker.getPropertiesOfType(type).filter(isData);
  const record = resolveRecord(resolver, type, properties, at);
  if (record) return record;
  if (isWrittenByMethod(type, checker)) {
    return resolver.refuse(
      at,
      type,
      'is written by its method toJSON()',
      'Write the type that toJSON() returns.',
    );
  }
  const shapes: PropertyShape[] = [];
  for (const property of properties) {
    const shape = resolveProperty(resolver, property, at);
    if (shape) shapes.push(shape);
  }
  return { kind: 'object', properties: shapes };
}

function resolveProperty(
  resolver: TypeResolver,
  property: ts.Symbol,
  at: TypePlace,
): PropertyShape | undefined {
  const { app } = resolver;
  const place = propertyPlace(resolver, property, at);
  const type = app.checker.getTypeOfSymbol(property);
  if (property.name === '__proto__') {
    resolver.refuse(place, type, 'would be the prototype of the object', 'Give the property another name.');
    return undefined;
  }
  const members = withValue(type);
  const optional = (property.flags & ts.SymbolFlags.Optional) !== 0 || members.length < countMembers(type);
  // `kind?: never` tells the members of a union apart: it is not there.
  if (optional && members.every((member) => member.flags & ts.TypeFlags.Never)) return undefined;
  const whole = members.length === countMembers(type);
  const shape = whole ? resolver.resolve(type, place) : resolveUnion(resolver, members, place);
  const doc = ts.displayPartsToString(property.getDocumentationComment(app.checker)).trim();
  return { name: property.name, optional, shape, ...(doc !== '' && { doc }) };
}

/** The property where the app declares it; else the place of the type that has it. */
function propertyPlace(resolver: TypeResolver, property: ts.Symbol, at: TypePlace): TypePlace {
  const path = `${at.path}.${property.name}`;
  const declaration = property.valueDeclaration ?? property.declarations?.[0];
  if (declaration === undefined || !resolver.app.files.has(declaration.getSourceFile()))
    return { ...at, path };
  const { type, name } = declaration as ts.PropertyDeclaration;
  return { ...at, node: type ?? name ?? declaration, path };
}

/** `Record<string, …>` and the like. Undefined: the type has no index signature. */
function resolveRecord(
  resolver: TypeResolver,
  type: ts.Type,
  properties: readonly ts.Symbol[],
  at: TypePlace,
): Shape | undefined {
  const infos = resolver.app.checker.getIndexInfosOfType(type);
  const info = infos.find(({ keyType }) => keyType.flags & ts.TypeFlags.String) ?? infos[0];
  if (info === undefined) return undefined;
  if (properties.length > 0) {
    const cure = 'Put the open part into a property of its own, as in { fields: Record<string, …> }.';
    return resolver.refuse(at, type, 'has both named properties and an index signature', cure);
  }
  if (!(info.keyType.flags & (ts.TypeFlags.String | ts.TypeFlags.Number))) {
    return resolver.refuse(at, type, 'has keys that are not checked yet', 'Write Record<string, …>.');
  }
  const members = withValue(info.type);
  const place = { ...at, path: `${at.path}[key]` };
  const whole = members.length === countMembers(info.type);
  return {
    kind: 'record',
    value: whole ? resolver.resolve(info.type, place) : resolveUnion(resolver, members, place),
  };
}

/** What JSON.stringify would write: own public data, neither methods nor what a class computes. */
function isData(property: ts.Symbol): boolean {
  if (
    property.escapedName.toString().startsWith('__@') ||
    property.escapedName.toString().startsWith('__#')
  ) {
    return false;
  }
  const declaration = property.valueDeclaration;
  if (declaration === undefined) return true;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if (ts.getCombinedModifierFlags(declaration) & hidden) return false;
  if (!ts.isClassLike(declaration.parent)) return true;
  return !ts.isMethodDeclaration(declaration) && !ts.isAccessor(declaration);
}

/** The `string` of `string & { __brand: 'Id' }`. */
function primitiveOf(type: ts.Type): ts.Type | undefined {
  if (!type.isIntersection()) return undefined;
  const { StringLike, NumberLike, BooleanLike, BigIntLike } = ts.TypeFlags;
  return type.types.find((member) => member.flags & (StringLike | NumberLike | BooleanLike | BigIntLike));
}

function isWrittenByMethod(type: ts.Type, checker: ts.TypeChecker): boolean {
  const method = checker.getPropertyOfType(type, 'toJSON');
  return method !== undefined && checker.getTypeOfSymbol(method).getCallSignatures().length > 0;
}

function countMembers(type: ts.Type): number {
  return type.isUnion() ? type.types.length : 1;
}
