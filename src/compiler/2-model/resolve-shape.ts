import type { Shape } from '../../contract/shape.js';
import { type AppProgram, reportAt } from '../1-read/program.js';
import type { Diagnostics } from '../diagnostics.js';
import { ts } from '../typescript.js';
import { declarationOf, declare } from './declarations.js';
import { declarationOfType } from './read-declarations.js';
import { resolveBuiltIn } from './resolve-built-in.js';
import { resolveConstrained } from './resolve-constrained.js';
import { resolveList } from './resolve-list.js';
import { resolveObject } from './resolve-object.js';
import { resolveText } from './resolve-text.js';
import { namedMembers, resolveUnion, withValue } from './resolve-union.js';
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
  /** Types without a name whose inside is being looked at. */
  private readonly open = new Set<ts.Type>();

  constructor(
    readonly app: AppProgram,
    readonly diagnostics: Diagnostics,
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

  refuseTag(at: TypePlace, message: string, cure: string): Shape {
    const sentence = `${describePlace(at)}: ${message}`;
    reportAt(this.app, this.diagnostics, at.node, { code: 'bad_constraint', message: sentence, cure });
    return refused;
  }

  refuseUnion(at: TypePlace, confused: string): Shape {
    reportAt(this.app, this.diagnostics, at.node, {
      code: 'type_cannot_travel',
      message: `${describePlace(at)}: ${confused} look the same as JSON, and the other end has to tell them apart`,
      cure: "Give each an object of its own with a literal in it: { kind: 'text'; value: string } | { kind: 'number'; value: bigint }.",
    });
    return refused;
  }

  behind(shape: Shape): Shape | undefined {
    let found: Shape | undefined = shape;
    while (found?.kind === 'ref') found = this.names.shapes.get(found.name);
    return found;
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
    if (this.open.has(type)) return { kind: 'ref', name: this.names.give(type, 'Recursive') };
    const given = this.names.name(type);
    if (given === undefined) this.open.add(type);
    const shape = type.isUnion()
      ? this.resolveMembers(type, at)
      : (resolveConstrained(this, type, at) ?? resolveList(this, type, at) ?? resolveObject(this, type, at));
    this.open.delete(type);
    // One without a name of its own got one if it was met again inside of itself.
    const name = given ?? this.names.get(type);
    if (name === undefined) return shape;
    const declaration = { ...declarationOf(shape), ...declarationOfType(this.app, type) };
    this.names.shapes.set(name, declare({ ...shape }, declaration));
    return { kind: 'ref', name };
  }

  private resolveMembers(type: ts.UnionType, at: TypePlace): Shape {
    const isWhole = withValue(type).length === type.types.length;
    return resolveUnion(this, (isWhole && namedMembers(type)) || type.types, at);
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
    if (type.flags & flags.BigInt) return { kind: 'bigint' };
    const text = resolveText(this, type, at);
    if (text) return text;
    const bound = type.isTypeParameter() ? this.app.checker.getBaseConstraintOfType(type) : undefined;
    if (bound && !(bound.flags & flags.Unknown)) return this.resolve(bound, at);
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
  [
    TypeFlags.BigIntLiteral,
    'is a single bigint, which JSON cannot write',
    'Write bigint, or a string literal.',
  ],
  [TypeFlags.ESSymbolLike, 'is a symbol, which exists in one program only', 'Write a string literal.'],
  [TypeFlags.Never, 'has no value', 'Take the property away, or write the type of its value.'],
  [TypeFlags.VoidLike, 'has no value', 'Write null where nothing is meant.'],
  [
    TypeFlags.TypeParameter | TypeFlags.Conditional | TypeFlags.IndexedAccess | TypeFlags.Index,
    'depends on a type parameter that has no value here',
    'Write the type itself: an action is called from outside, where no type argument is known.',
  ],
  [
    TypeFlags.NonPrimitive,
    'does not say which properties there are',
    'Write them, or Record<string, unknown>.',
  ],
];
