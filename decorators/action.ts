import { isCallName } from '../src/contract/names.js';
import { type ActionOptions, writeAction } from './metadata.js';

/**
 * Lets clients call a method of a controller. Its only parameter is an object with the arguments; what it
 * returns is the reply. Methods without `@Action` cannot be called from outside.
 *
 * @example
 * @Action()
 * async show({ id }: { id: string }): Promise<void> {
 *   this.currentUser.transmit({ 'Song.show': { song: await this.songs.find(id) } });
 * }
 * @example
 * @Action({ input: z.object({ title: z.string().refine(isKnown) }) })
 * async create({ title }: { title: string }): Promise<void> {}
 */
export function Action<Params = never>(
  options: ActionOptions<Params> = {},
): <Method extends (params: Params) => unknown>(
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<Method>,
) => void {
  return (target, key, descriptor) => {
    const fault = whyNotAnAction(target, key, descriptor) ?? badTimeout(target, key, options.timeout);
    if (fault !== undefined) throw new TypeError(fault);
    writeAction(target, key, options);
  };
}

/** What timers can wait for: with more Node would not wait at all. */
const longestTimeout = 2 ** 31 - 1;

function badTimeout(target: object, key: string, timeout: number | undefined): string | undefined {
  if (timeout === undefined) return undefined;
  if (Number.isFinite(timeout) && timeout >= 1 && timeout <= longestTimeout) return undefined;
  return `${target.constructor.name}.${key} has timeout: ${String(timeout)}, which is no number of milliseconds from 1 to ${longestTimeout}`;
}

/** The types above forbid most of these; code that is compiled without a type check can still write them. */
function whyNotAnAction(
  target: unknown,
  key: unknown,
  descriptor: PropertyDescriptor | undefined,
): string | undefined {
  if (typeof key === 'object' && key !== null) {
    // A decorator of the later standard gets the method and a context.
    const { name } = key as { name?: unknown };
    return `@Action() on ${String(name)} needs a public method and "experimentalDecorators": true in tsconfig.json`;
  }
  const isStatic = typeof target === 'function';
  const owner = isStatic ? target : (target as object).constructor;
  const member = `${owner.name}.${String(key)}`;
  if (isStatic) return `${member} cannot be an action: it is static, and each call gets an object of its own`;
  if (typeof key !== 'string') return `${member} cannot be an action: its name is not a string`;
  if (key.startsWith('#')) return `${member} cannot be an action: it is private`;
  if (typeof descriptor?.value !== 'function') return `${member} cannot be an action: it is not a method`;
  if (!isCallName(`X.${key}`) || key === '__proto__') {
    return `${member} cannot be an action: its name must be letters, digits and _, and begin with a small letter`;
  }
  return undefined;
}
