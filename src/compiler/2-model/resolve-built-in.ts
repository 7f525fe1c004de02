import type { Shape } from '../../contract/shape.js';
import { ts } from '../typescript.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';

const awaited = 'Await it first, and write the type of what it gives.';
const stream = 'Return it from an action: async *list(): AsyncGenerator<Song>. Elsewhere write an array.';
const wrapper = (name: string) => `Write ${name} with a small letter.`;

/** Classes that everybody knows and that cannot travel: the reason is the same for all, the cure is not. */
const cures: Readonly<Record<string, string>> = {
  Promise: awaited,
  PromiseLike: awaited,
  AsyncGenerator: stream,
  AsyncIterable: stream,
  AsyncIterableIterator: stream,
  Generator: 'Write async *, which makes a stream of it, or return an array.',
  Iterable: 'Write an array.',
  IterableIterator: 'Write an array.',
  WeakMap: 'Write Map<…>: only its own program can look into a WeakMap.',
  WeakSet: 'Write Set<…>: only its own program can look into a WeakSet.',
  WeakRef: 'Write the type of what it refers to.',
  Function: 'Send data, and let the other end call an action.',
  Error: 'Throw it: the caller gets a typed error. As a value, write { message: string }.',
  RegExp: 'Write string, the source of the expression.',
  URL: 'Write string & Url.',
  String: wrapper('string'),
  Number: wrapper('number'),
  Boolean: wrapper('boolean'),
  BigInt: wrapper('bigint'),
  Object: 'Write the properties, or Record<string, unknown>.',
  SharedArrayBuffer: 'Write Uint8Array.',
  DataView: 'Write Uint8Array.',
};

/**
 * Classes of the language: those that have a form on the wire, and those that cannot travel. Undefined: an array,
 * or the type is the app's own, or has no name, or is a mapped type such as `Partial` whose result is the app's.
 */
export function resolveBuiltIn(resolver: TypeResolver, type: ts.Type, at: TypePlace): Shape | undefined {
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol === undefined || !(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)))
    return undefined;
  if (resolver.app.checker.isArrayType(type)) return undefined;
  const library = resolver.isLibrary(symbol);
  const own = symbol.declarations?.some((one) => resolver.app.files.has(one.getSourceFile()));
  if (own || !(library || foreign.has(symbol.name))) return undefined;
  const inner = (index: number, path: string): Shape => {
    const argument = resolver.app.checker.getTypeArguments(type as ts.TypeReference)[index];
    if (argument === undefined) throw new Error(`${symbol.name} has fewer type arguments than expected`);
    return resolver.resolve(argument, { ...at, path: `${at.path}${path}` });
  };
  switch (symbol.name) {
    case 'Date':
      return { kind: 'date' };
    case 'Uint8Array':
      return { kind: 'bytes' };
    case 'Buffer':
    case 'ArrayBuffer':
      return { kind: 'bytes', as: symbol.name };
    case 'UploadedFile':
      return { kind: 'file' };
    case 'Set':
    case 'ReadonlySet':
      return { kind: 'set', element: inner(0, '[]') };
    case 'Map':
    case 'ReadonlyMap':
      return { kind: 'map', key: inner(0, '[key]'), value: inner(1, '[value]') };
    default: {
      const cure = cures[symbol.name] ?? 'Write an object with the properties that the other end needs.';
      return resolver.refuse(at, type, 'is a built-in class that JSON cannot write', cure);
    }
  }
}

/** Known by name wherever they are installed: of Node's types and of this package. */
const foreign: ReadonlySet<string> = new Set(['Buffer', 'UploadedFile']);
