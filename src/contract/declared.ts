import type { Constraint } from './constraint-tags.js';
import type { ServerMessage } from './register.js';

/**
 * The types of `.rocket/assert.ts`: they hold what an app declares against what was generated from it, so
 * that `tsc` refuses generated files that are out of date. They compare what crosses the wire, since a class
 * and the plain object that JSON makes of it differ to TypeScript and are the same here.
 */

/** Fails to compile with what there is to tell. */
export type Expect<Verdict extends true> = Verdict;

/**
 * Whether the actions of a controller take and answer what was generated, and whether there are others.
 *
 * @typeParam Actions those that can be compared
 * @typeParam Generated every action of the server by its call
 * @typeParam Others the other public members
 */
export type ControllerFits<
  Controller,
  Name extends string,
  Actions extends string,
  Generated,
  File extends string,
  Others extends string = never,
> =
  | Same<Extract<keyof Controller, string>, Actions | Others, Changed<`${Name}Controller`, File>>
  | {
      [Action in Actions]: Same<
        Promised<Controller, Action>,
        Kept<Entry<Generated, `${Name}.${Action}`>>,
        Changed<`${Name}.${Action}`, File>
      >;
    }[Actions];

/**
 * Whether the client actions of a controller take what was generated, and whether there are others.
 *
 * @typeParam Actions those that can be compared
 * @typeParam Generated every client action by its call
 * @typeParam Others the other members
 */
export type ClientFits<
  Client,
  Name extends string,
  Actions extends string,
  Generated,
  File extends string,
  Others extends string = never,
> =
  | Same<Extract<keyof Client, string>, Actions | Others, Changed<`${Name}Client`, File>>
  | {
      [Action in Actions]: Same<
        Given<First<MethodOf<Client, Action>>>,
        Given<Entry<Generated, `${Name}.${Action}`>>,
        Changed<`${Name}.${Action}`, File>
      >;
    }[Actions];

/** Whether a named type is what was generated. */
export type TypeFits<Type, Generated, Name extends string, File extends string> = Same<
  Wire<Type>,
  Wire<Generated>,
  Changed<Name, File>
>;

/**
 * The members of a type by name alone. What is generated takes its members from here and only their types
 * from the generated ones, so that an editor goes to the declared member, finds it and renames it.
 *
 * @typeParam Optional those that may be left out, whichever way that is declared
 */
export type Named<Type, Required extends PropertyKey, Optional extends PropertyKey = never> = [
  Optional,
] extends [never]
  ? NamedRequired<Type, Required>
  : NamedRequired<Type, Required> & {
      [Name in keyof Type as Name extends Optional ? Name : never]?: unknown;
    };

type NamedRequired<Type, Required extends PropertyKey> = {
  [Name in keyof Type as Name extends Required ? Name : never]-?: unknown;
};

/** The members of what a method takes, by name alone. */
export type NamedIn<
  Type,
  Method extends string,
  Required extends PropertyKey,
  Optional extends PropertyKey = never,
> = Named<NonNullable<First<MethodOf<Type, Method>>>, Required, Optional>;

type Same<Declared, Generated, Told> = [Declared] extends [Generated]
  ? [Generated] extends [Declared]
    ? true
    : Told
  : Told;

/** What there is to tell: the error of the compiler shows it. */
type Changed<
  What extends string,
  File extends string,
> = `${What} has changed in ${File}. Run: npx rocket compile`;

type Entry<Generated, Call> = Call extends keyof Generated ? Generated[Call] : never;

/** What an action takes, answers and streams, as it is declared. */
type Promised<Controller, Action extends string> = [
  Given<First<MethodOf<Controller, Action>>>,
  ResultOf<MethodOf<Controller, Action>>,
  ItemsOf<MethodOf<Controller, Action>>,
];

/** The same, as it was generated. */
type Kept<Generated> = Generated extends { params: infer Params; result: infer Result }
  ? [Given<Params>, Given<Result>, Generated extends { items: infer Items } ? Given<Items> : undefined]
  : never;

type MethodOf<Type, Name extends string> = Name extends keyof Type ? Type[Name] : never;

type First<Method> = Method extends (...args: infer Args) => unknown
  ? Args extends readonly []
    ? undefined
    : Args[0]
  : never;

type ResultOf<Method> = Method extends (...args: never[]) => infer Answer
  ? [Awaited<Answer>] extends [never]
    ? undefined
    : EndOf<Awaited<Answer>>
  : never;

type EndOf<Answer> = [Answer] extends [AsyncGenerator<unknown, infer End, never>]
  ? unknown extends End
    ? undefined
    : Given<Exclude<Awaited<End>, RedirectLike>>
  : [Answer] extends [AsyncIterable<unknown>]
    ? undefined
    : Given<Exclude<Answer, RedirectLike>>;

type ItemsOf<Method> = Method extends (...args: never[]) => infer Answer
  ? [Awaited<Answer>] extends [never]
    ? undefined
    : Awaited<Answer> extends AsyncIterable<infer Item>
      ? Given<Item>
      : undefined
  : never;

/** A `Redirect` is no answer: the server follows it. */
interface RedirectLike {
  readonly message: ServerMessage;
}

/** What crosses in one go: nothing, or a value. An object without properties is nothing. */
type Given<Type> = [Something<Type>] extends [never] ? undefined : NothingIfEmpty<Wire<Something<Type>>>;

type Something<Type> = Type extends void ? never : Type;

type NothingIfEmpty<Value> = [Value] extends [object]
  ? [keyof Value] extends [never]
    ? [object] extends [Value]
      ? undefined
      : Value
    : Value
  : Value;

/** A type as it crosses, in one form for all ways to declare the same. */
type Wire<Type> = unknown extends Type ? { json: true } : WireOf<Type>;

type WireOf<Type> = Type extends string
  ? IsOpen<Type> extends true
    ? string
    : TextOf<Type>
  : Type extends number
    ? IsOpen<Type> extends true
      ? number
      : NumberOf<Type>
    : Type extends boolean
      ? Type extends true
        ? true
        : false
      : Type extends bigint
        ? bigint
        : Type extends null | undefined
          ? Type
          : WireOfObject<Type>;

/** A literal, or the value of an enum; a constraint on it changes nothing. */
type TextOf<Type extends string> = Type extends Constraint ? Type : `${Type}`;

type NumberOf<Type extends number> = Type extends Constraint
  ? Type
  : `${Type}` extends `${infer Value extends number}`
    ? Value
    : number;

type WireOfObject<Type> = Type extends Date
  ? { date: true }
  : Type extends ArrayBuffer | ArrayBufferView
    ? { bytes: true }
    : Type extends ReadonlyMap<infer Key, infer Value>
      ? { map: [Wire<Key>, Wire<Value>] }
      : Type extends ReadonlySet<infer Element>
        ? { set: Wire<Element> }
        : Type extends readonly (infer Element)[]
          ? number extends Type['length']
            ? { list: Wire<Element> }
            : { tuple: { -readonly [Index in keyof Type]: Wire<Type[Index]> } }
          : {
              [Name in keyof Type as FieldName<Name, Type[Name]>]-?: undefined extends Type[Name]
                ? IsOpen<Name> extends true
                  ? { required: Wire<Exclude<Type[Name], undefined>> }
                  : { optional: Wire<Exclude<Type[Name], undefined>> }
                : { required: Wire<Type[Name]> };
            };

/** Not one value but any of a kind, which brands leave it at. */
type IsOpen<Type extends PropertyKey> = string extends Type
  ? true
  : Type extends Constraint
    ? number extends Type
      ? true
      : false
    : Record<never, never> extends Record<Type, 1>
      ? true
      : false;

/** What JSON would not write has no name: methods, symbols, what is never there. */
type FieldName<Name, Value> = Name extends symbol
  ? never
  : [Value] extends [undefined]
    ? never
    : [Value] extends [((...args: never[]) => unknown) | undefined]
      ? never
      : string extends Name
        ? string
        : Name extends number
          ? `${Name}`
          : Name;
