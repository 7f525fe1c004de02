import 'reflect-metadata/lite';
import type { StandardSchema } from '../src/contract/standard-schema.js';

/**
 * What decorators write on classes and who reads it. The only file that calls Reflect. Everything is
 * read as the class's own: what a base class declares says nothing about its subclasses.
 */

/** A class, as decorators and the container see it. */
export type Class<Instance extends object = object> = new (...args: never[]) => Instance;

export interface ControllerOptions {
  /** What calls say before the dot. @default the class name less `Controller` */
  readonly name?: string;
  /** Whether each session's calls of this controller run one at a time, in order. @default false */
  readonly serial?: boolean;
  /**
   * What becomes of properties that no type declares, wherever they are in the arguments: they are taken off,
   * or the call is refused. Written as a literal: the compiler reads it. @default 'strip'
   */
  readonly unknown?: 'strip' | 'refuse';
}

export interface ActionOptions<Params = unknown> {
  /** Whether each session's calls of this action run one at a time, in order. @default that of the controller */
  readonly serial?: boolean;
  /** What becomes of properties that no type declares. Written as a literal. @default that of the controller */
  readonly unknown?: 'strip' | 'refuse';
  /**
   * A schema of zod, valibot or any other library that follows Standard Schema. It is asked once the arguments
   * are known to fit the declared type, and what it gives is what the method gets.
   */
  readonly input?: StandardSchema<unknown, Params> | undefined;
  /**
   * Whether running the action twice does the same as running it once, as reading does. A call that was under way when
   * its server died is then run again, instead of failing with `outcome_unknown`. @default false
   */
  readonly idempotent?: boolean;
  /**
   * Milliseconds after which a call fails with `timeout` and its `AbortSignal` aborts, from when it came to its final
   * reply. @default no limit
   */
  readonly timeout?: number;
}

export interface RateLimitOptions {
  /** Calls a second in the long run. This or `perMinute`. */
  readonly perSecond?: number;
  /** Calls a minute in the long run. This or `perSecond`. */
  readonly perMinute?: number;
  /** Calls that may come at once after a rest. @default those of one second or one minute, at least one */
  readonly burst?: number;
  /** Who is counted: a user on all devices, one session, or an address of the network. @default 'user' */
  readonly by?: 'user' | 'session' | 'address';
}

/** What was written down of an action. */
export interface DeclaredAction extends ActionOptions {
  /** How often it was declared. More than once is a fault, which is reported with the others at start. */
  readonly times: number;
}

/** One parameter of a constructor, as TypeScript and inversify's decorators described it. */
export interface ParameterMetadata {
  /** What the parameter asks the container for; undefined where nothing usable is known. */
  readonly token: unknown;
  readonly kind: 'one' | 'many' | 'unmanaged' | 'unknown';
  readonly optional: boolean;
  readonly name: string | symbol | number | undefined;
  readonly tags: ReadonlyMap<string | symbol | number, unknown>;
}

/** What the container will inject into a class. */
export interface InjectionMetadata {
  /** Whether the class wears a decorator that makes it injectable. */
  readonly injectable: boolean;
  /** The types TypeScript emitted for the constructor; undefined without `emitDecoratorMetadata`. */
  readonly emitted: readonly unknown[] | undefined;
  readonly parameters: readonly ParameterMetadata[];
  readonly properties: ReadonlyMap<string | symbol, ParameterMetadata>;
  /** The scope the class asks for itself: `@injectable('Singleton')`. */
  readonly scope: string | undefined;
}

const controllerKey = Symbol.for('rocket-io:controller');
const actionsKey = Symbol.for('rocket-io:actions');
const rateLimitKey = Symbol.for('rocket-io:rate-limit');
const rateLimitsKey = Symbol.for('rocket-io:rate-limits');

export function writeController(target: Class, options: ControllerOptions): void {
  Reflect.defineMetadata(controllerKey, options, target);
}

export function readController(target: object): ControllerOptions | undefined {
  return Reflect.getOwnMetadata(controllerKey, target) as ControllerOptions | undefined;
}

export function writeAction(prototype: object, name: string, options: ActionOptions): void {
  const actions = new Map(readActions(prototype));
  actions.set(name, { ...options, times: (actions.get(name)?.times ?? 0) + 1 });
  Reflect.defineMetadata(actionsKey, actions, prototype);
}

/** Name → what was declared, in the order of declaration. */
export function readActions(prototype: object): ReadonlyMap<string, DeclaredAction> {
  return (
    (Reflect.getOwnMetadata(actionsKey, prototype) as Map<string, DeclaredAction> | undefined) ?? new Map()
  );
}

/** The limit of a controller. */
export function writeRateLimit(target: Class, options: RateLimitOptions): void {
  Reflect.defineMetadata(rateLimitKey, Object.freeze({ ...options }), target);
}

export function readRateLimit(target: object): RateLimitOptions | undefined {
  return Reflect.getOwnMetadata(rateLimitKey, target) as RateLimitOptions | undefined;
}

export function writeActionRateLimit(prototype: object, name: string, options: RateLimitOptions): void {
  const limits = new Map(readActionRateLimits(prototype)).set(name, Object.freeze({ ...options }));
  Reflect.defineMetadata(rateLimitsKey, limits, prototype);
}

/** Name of the method → its limit. */
export function readActionRateLimits(prototype: object): ReadonlyMap<string, RateLimitOptions> {
  return (
    (Reflect.getOwnMetadata(rateLimitsKey, prototype) as Map<string, RateLimitOptions> | undefined) ??
    new Map()
  );
}

/**
 * What inversify knows of a class, including what is incomplete, which its own reader answers with an
 * error about one class. The keys are inversify's; a spec holds them to the installed version.
 */
export function readInjection(target: object): InjectionMetadata {
  const own = (key: string): unknown => Reflect.getOwnMetadata(key, target);
  const known = own('@inversifyjs/core/classMetadataReflectKey') as InversifyClass | undefined;
  return {
    injectable: own('@inversifyjs/core/classIsInjectableFlagReflectKey') === true,
    emitted: own('design:paramtypes') as readonly unknown[] | undefined,
    parameters: Array.from(known?.constructorArguments ?? [], toParameter),
    properties: new Map([...(known?.properties ?? [])].map(([key, element]) => [key, toParameter(element)])),
    scope: known?.scope,
  };
}

interface InversifyClass {
  readonly constructorArguments: readonly (InversifyElement | undefined)[];
  readonly properties: ReadonlyMap<string | symbol, InversifyElement>;
  readonly scope: string | undefined;
}

interface InversifyElement {
  /** 0 many, 1 one, 2 unmanaged; anything else: begun and not completed. */
  readonly kind: number;
  readonly optional?: boolean;
  readonly name?: string | symbol | number | undefined;
  readonly tags?: ReadonlyMap<string | symbol | number, unknown>;
  readonly value?: unknown;
}

const kinds: readonly ParameterMetadata['kind'][] = ['many', 'one', 'unmanaged'];

function toParameter(element: InversifyElement | undefined): ParameterMetadata {
  return {
    token: element?.value,
    kind: (element && kinds[element.kind]) ?? 'unknown',
    optional: element?.optional ?? false,
    name: element?.name,
    tags: element?.tags ?? new Map(),
  };
}
