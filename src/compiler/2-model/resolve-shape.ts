import ts from 'typescript6';
import type { Shape } from '../../contract/shape.js';
import { type AppProgram, reportAt } from '../1-read/program.js';
import type { Diagnostics } from '../diagnostics.js';
import { resolveBuiltIn } from './resolve-built-in.js';
import { resolveList } from './resolve-list.js';
import { resolveObject } from './resolve-object.js';
import { resolveUnion } from './resolve-union.js';
import { TypeNames } from './type-names.js';
import type { TypePlace, TypeResolver } from './type-resolver.js';
import { describeUnresolved } from './unresolved.js';

/** What stands for a type that was refused. Nothing is emitted once something was. */
const refused: Shape = { kind: 'json' };

/** An interface that contains itself with ever other type arguments has no end. */
const deepest = 50;

/** Turns types, as the checker knows them, into shapes. One is made for each compile. */
export class ShapeResolver implements TypeResolver {
  readonly names: TypeNames;
  private depth = 0;

  constructor(
    readonly app: AppProgram,
    private readonly diagnostics: Diagnostics,
  ) {
    this.names = new TypeNames((symbol) => this.isLibrary(symbol));
  }

  resolve(type: ts.Type, at: TypePlace): Shape {
    if (this.depth > deepest) {
      return this.refuse(
        at,
        type,
        'is nested without end',
        'Give it an end, or a name where it contains itself.',
      );
    }
    this.depth++;
    const shape =
      this.resolvePrimitive(type, at) ?? resolveBuiltIn(this, type, at) ?? this.resolveNamed(type, at);
    this.depth--;
    return shape;
  }

  refuse(at: TypePlace, type: ts.Type, reason: string, cure: string): Shape {
    const text = this.app.checker.typeToString(type);
    reportAt(this.app, this.diagnostics, at.node, {
      code: 'type_cannot_travel',
      message: `${describePlace(at)}: ${text.length > 60 ? 'the type' : text} ${reason}`,
      cure,
    });
    return refused;
  }

  isLibrary(symbol: ts.Symbol): boolean {
    const { program } = this.app;
    return (
      symbol.declarations?.some((one) => program.isSourceFileDefaultLibrary(one.getSourceFile())) ?? false
    );
  }

  /** The name is given before the inside is looked at, so that a type may contain itself. */
  private resolveNamed(type: ts.Type, at: TypePlace): Shape {
    const known = this.names.get(type);
    if (known !== undefined) return { kind: 'ref', name: known };
    const name = this.names.name(type);
    const shape = type.isUnion()
      ? resolveUnion(this, type.types, at)
      : (resolveList(this, type, at) ?? resolveObject(this, type, at));
    if (name === undefined) return shape;
    this.names.shapes.set(name, shape);
    return { kind: 'ref', name };
  }

  private resolvePrimitive(type: ts.Type, at: TypePlace): Shape | undefined {
    const flags = ts.TypeFlags;
    if (type.flags & flags.Any) return this.resolveAny(type, at);
    if (type.flags & flags.Unknown) return { kind: 'json' };
    if (type.flags & flags.EnumLiteral && type.isUnion()) return undefined;
    if (type.flags & flags.BooleanLiteral) {
      return { kind: 'literal', value: this.app.checker.typeToString(type) === 'true' };
    }
    if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: 'literal', value: type.value };
    if (type.flags & flags.String) return { kind: 'string' };
    if (type.flags & (flags.Number | flags.Enum)) return { kind: 'number' };
    if (type.flags & flags.Boolean) return { kind: 'boolean' };
    if (type.flags & flags.Null) return { kind: 'null' };
    const reason = unsendable.find(([mask]) => type.flags & mask);
    return reason && this.refuse(at, type, reason[1], reason[2]);
  }

  private resolveAny(type: ts.Type, at: TypePlace): Shape {
    const unresolved = describeUnresolved(this.app, type, at.node);
    if (unresolved === undefined) {
      return this.refuse(
        at,
        type,
        'says nothing about the value',
        'Write its type, or unknown for any JSON value.',
      );
    }
    reportAt(this.app, this.diagnostics, unresolved.node, {
      code: 'unresolved_type',
      message: `${describePlace(at)}: ${unresolved.message}`,
      cure: 'Correct the name or its import; tsc --noEmit says more.',
    });
    return refused;
  }
}

/** `song.title in the parameter of Song.create`. */
function describePlace({ owner, path }: TypePlace): string {
  if (path === '') return owner;
  const inside = path.replace(/^\./, '');
  const short = inside.length > 60 ? `${inside.slice(0, 60)}…` : inside;
  return `${short} in ${owner.charAt(0).toLowerCase()}${owner.slice(1)}`;
}

const { TypeFlags } = ts;
const unsendable: readonly (readonly [flags: number, reason: string, cure: string])[] = [
  [TypeFlags.BigIntLike, 'is a bigint, which JSON cannot write', 'Write string, and convert with BigInt(…).'],
  [TypeFlags.ESSymbolLike, 'is a symbol, which exists in one program only', 'Write a string literal.'],
  [TypeFlags.Never, 'has no value', 'Take the property away, or write the type of its value.'],
  [TypeFlags.VoidLike, 'has no value', 'Write null where nothing is meant.'],
  [
    TypeFlags.TypeParameter | TypeFlags.Conditional | TypeFlags.IndexedAccess | TypeFlags.Index,
    'depends on a type parameter that has no value here',
    'Write the type itself: an action is called from outside, where no type argument is known.',
  ],
  [
    TypeFlags.TemplateLiteral | TypeFlags.StringMapping,
    'is a pattern of text, which is not checked yet',
    'Write string, or list the values that are meant.',
  ],
  [
    TypeFlags.NonPrimitive,
    'does not say which properties there are',
    'Write them, or Record<string, unknown>.',
  ],
];
