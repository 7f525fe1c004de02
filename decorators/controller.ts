import { injectable } from 'inversify';
import { controllerName } from '../src/contract/names.js';
import type { StandardSchema } from '../src/contract/standard-schema.js';
import {
  type Class,
  type ControllerOptions,
  type RateLimitOptions,
  readActionRateLimits,
  readActions,
  readController,
  readRateLimit,
  writeController,
} from './metadata.js';

/**
 * Makes a class a server controller: the home of actions, which clients call as `Name.action`, and of
 * the contract of the client controller of the same name. Each call gets a fresh object, built by the
 * container, so the class must not wear `@injectable()` as well.
 *
 * @typeParam ClientContract an interface that says what the server may call on the client's controller
 * @example
 * export interface SongClient {
 *   show(args: { song: SongView }): void;
 * }
 *
 * @Controller<SongClient>()
 * export class SongController {
 *   constructor(private readonly songs: SongRepository, private readonly currentUser: CurrentUser) {}
 * }
 */
// biome-ignore lint/correctness/noUnusedVariables: the compiler reads the contract here.
export function Controller<ClientContract extends object = Record<never, never>>(
  options: ControllerOptions = {},
): (target: Class) => void {
  return (target: Class, ...context: unknown[]) => {
    // A decorator of the later standard gets a context as well, and none of the constructor's types.
    if (typeof target !== 'function' || context.length > 0) {
      throw new TypeError('@Controller() needs a class and "experimentalDecorators": true in tsconfig.json');
    }
    if (readController(target) !== undefined) {
      throw new TypeError(`${target.name} is decorated twice: keep one @Controller()`);
    }
    try {
      injectable()(target);
    } catch (error) {
      throw new TypeError(
        `${target.name} is decorated twice: @Controller() makes a class injectable already, remove @injectable()`,
        { cause: error },
      );
    }
    writeController(target, Object.freeze({ ...options }));
  };
}

export interface ControllerMetadata {
  /** What calls say before the dot; undefined where the class name does not end in `Controller`. */
  readonly name: string | undefined;
  readonly serial: boolean;
  /** The limit of all actions together that have none of their own. */
  readonly rateLimit: RateLimitOptions | undefined;
  /** What clients may call and nothing else, in the order of declaration: name → how it runs. */
  readonly actions: ReadonlyMap<string, ActionMetadata>;
  /** Actions declared more than once: two methods of one name, or one method with two `@Action()`. */
  readonly duplicates: readonly string[];
  /** Methods with `@RateLimit()` that are no actions. */
  readonly strayLimits: readonly string[];
}

export interface ActionMetadata {
  /** The name of the method. */
  readonly method: string;
  readonly serial: boolean;
  /** What the arguments are held against beside their type. */
  readonly input: StandardSchema<unknown, unknown> | undefined;
  readonly idempotent: boolean;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  /** The action's own limit. */
  readonly rateLimit: RateLimitOptions | undefined;
}

/**
 * What a class declares with `@Controller` and `@Action`; undefined for any other class. Only what the
 * class declares itself counts: neither a base class's decorators nor its actions are inherited.
 */
export function controllerMetadata(target: object): ControllerMetadata | undefined {
  if (typeof target !== 'function') return undefined;
  const options = readController(target);
  if (options === undefined) return undefined;
  const serial = options.serial ?? false;
  const actions = new Map<string, ActionMetadata>();
  const duplicates: string[] = [];
  const prototype = (target as Class).prototype as object;
  const limits = readActionRateLimits(prototype);
  for (const [name, action] of readActions(prototype)) {
    actions.set(name, {
      method: name,
      serial: action.serial ?? serial,
      input: action.input,
      idempotent: action.idempotent ?? false,
      timeout: action.timeout,
      rateLimit: limits.get(name),
    });
    if (action.times > 1) duplicates.push(name);
  }
  const name = options.name ?? controllerName(target.name);
  const strayLimits = [...limits.keys()].filter((method) => !actions.has(method));
  return { name, serial, rateLimit: readRateLimit(target), actions, duplicates, strayLimits };
}
