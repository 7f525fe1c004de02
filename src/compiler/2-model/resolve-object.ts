import type { PropertyShape, RecordShape, Shape } from '../../contract/shape.js';
import { ts } from '../typescript.js';
import { declare } from './declarations.js';
import { documentationOf } from './documentation.js';
import { declarationOfProperty, hasComputed } from './read-declarations.js';
import { numericKey, textTemplate } from './resolve-text.js';
import { resolvePresent, withValue } from './resolve-union.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

/** Interfaces, classes, literals, mapped types and intersections, as the object that JSON makes of them. */
export function resolveObject(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape {
  const branded = primitiveOf(type);
  if (branded) return resolver.resolve(branded, at);
  const { checker } = resolver.app;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    return resolver.refuse(at, type, 'is a function', 'Send data, and let the other end call an action.');
  }
  const all = checker.getPropertiesOfType(type);
  const properties = all.filter(isData);
  const rest = resolveRest(resolver, type, at);
  if (properties.length === 0 && rest !== undefined) return rest;
  if (isWrittenByMethod(type, checker)) {
    return resolver.refuse(
      at,
      type,
      'is written by its method toJSON()',
      'Write the type that toJSON() returns.',
    );
  }
  if (properties.length === 0 && (all.length > 0 || !(at.mayBeEmpty && at.path === ''))) {
    return all.length > 0
      ? resolver.refuse(
          at,
          type,
          'has nothing that JSON would write',
          'Give it public properties, or write another type.',
        )
      : resolver.refuse(
          at,
          type,
          'does not say what the value is',
          'Write the properties, or unknown for any JSON value.',
        );
  }
  const shapes: PropertyShape[] = [];
  for (const property of properties) {
    const shape = resolveProperty(resolver, property, at);
    if (shape) shapes.push(shape);
  }
  const shape: Shape = { kind: 'object', properties: shapes, ...(rest?.kind === 'record' && { rest }) };
  return hasComputed(all) ? declare(shape, { isOpaque: true }) : shape;
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
  const shape = resolvePresent(resolver, type, place);
  const doc = documentationOf(app.checker, property);
  const found: PropertyShape = { name: property.name, optional, shape, ...(doc !== '' && { doc }) };
  return declare(found, declarationOfProperty(app, property));
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

/** `Record<string, …>` and the like, or the open part of an object. Undefined: the type has no index signature. */
function resolveRest(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape | undefined {
  const [info, second] = resolver.app.checker.getIndexInfosOfType(type);
  if (info === undefined) return undefined;
  if (second !== undefined) {
    return resolver.refuse(at, type, 'has several index signatures', 'Keep one of them.');
  }
  const members = withValue(info.type);
  // Record<string, never>: an object without properties.
  if (members.every((member) => member.flags & ts.TypeFlags.Never)) return { kind: 'object', properties: [] };
  const key = keyOf(resolver, info.keyType);
  if (key === 'refused') {
    return resolver.refuse(at, type, 'has keys that JSON has not', 'Write Record<string, …>.');
  }
  const place = { ...at, path: `${at.path}[key]` };
  const value = resolvePresent(resolver, info.type, place);
  return { kind: 'record', value, ...(key && { key }) };
}

/** What the keys have to look like. Undefined: any text will do. */
function keyOf(resolver: TypeResolver, type: ts.Type): RecordShape['key'] | 'refused' {
  if (type.flags & ts.TypeFlags.String) return undefined;
  if (type.flags & ts.TypeFlags.Number) return numericKey;
  const isText = type.flags & (ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping);
  return (isText && textTemplate(resolver.app.checker, type)) || 'refused';
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
