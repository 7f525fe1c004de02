import { type InjectionMetadata, readInjection } from '../../../decorators/metadata.js';
import type { Problem } from '../../../src/problems.js';
import type { BoundClass } from './bindings.js';
import { unwrap } from './dependencies.js';

/** What is wrong with a class before anyone looks at bindings: parameters whose type is not known at run time. */
export function classFaults(target: BoundClass, place: string | undefined): Problem[] {
  const injection = readInjection(target);
  const fault = (message: string, cure: string): Problem => ({
    code: 'unknown_dependency',
    message,
    ...(place !== undefined && { place }),
    cure,
  });
  if (inheritsConstructor(target, injection)) {
    const base = Object.getPrototypeOf(target) as BoundClass;
    return [
      fault(
        `${target.name} inherits the constructor of ${base.name}, whose parameters would be left undefined`,
        `Write a constructor in ${target.name} that takes the parameters and calls super, or put @injectFromBase() on it`,
      ),
    ];
  }
  const unknown = unknownParameters(target, injection);
  if (unknown.length > 0 && injection.emitted === undefined) {
    const names = unknown.map(({ label }) => label).join(', ');
    return [
      injection.injectable
        ? fault(
            `${target.name} was compiled without the types of its constructor: ${names}`,
            'Set "emitDecoratorMetadata": true in tsconfig.json (or extend rocket-io/tsconfig.json)',
          )
        : fault(
            `${target.name} has constructor parameters but no decorator, so that their types are not known: ${names}`,
            `Put @injectable() on ${target.name}`,
          ),
    ];
  }
  return unknown.map(({ label, index }) =>
    fault(
      `${target.name} cannot be given ${label} of its constructor: ${describeType(injection.emitted?.[index])}`,
      'Type it by a class that is imported without `type`, or say what to inject: @inject(token)',
    ),
  );
}

interface UnknownParameter {
  readonly index: number;
  /** `parameter 2 (songs)` */
  readonly label: string;
}

/** The parameters of which the container knows nothing. One behind the last known may have a default value. */
function unknownParameters(target: BoundClass, { parameters }: InjectionMetadata): UnknownParameter[] {
  const names = parameterNames(target);
  const unknown: UnknownParameter[] = [];
  for (let index = 0; index < Math.max(target.length, parameters.length); index++) {
    const parameter = parameters[index];
    const known = parameter?.kind === 'unmanaged' || unwrap(parameter?.token) !== undefined;
    if (known) continue;
    const name = names[index];
    unknown.push({ index, label: `parameter ${index + 1}${name === undefined ? '' : ` (${name})`}` });
  }
  return unknown;
}

/** inversify takes a class without a constructor of its own for one without parameters. */
function inheritsConstructor(target: BoundClass, { emitted, parameters }: InjectionMetadata): boolean {
  if (emitted !== undefined || parameters.length > 0 || /\bconstructor\s*\(/.test(String(target)))
    return false;
  for (
    let base = Object.getPrototypeOf(target);
    typeof base === 'function';
    base = Object.getPrototypeOf(base)
  ) {
    if ((base as BoundClass).length > 0 || readInjection(base as BoundClass).parameters.length > 0)
      return true;
  }
  return false;
}

/** The names as they stand in the source, if they can be told; a minifier may have changed them. */
function parameterNames(target: BoundClass): readonly (string | undefined)[] {
  const list = /\bconstructor\s*\(([^()]*)\)/.exec(String(target))?.[1];
  return list === undefined ? [] : list.split(',').map((part) => /^\s*([\w$]+)/.exec(part)?.[1]);
}

function describeType(type: unknown): string {
  if (type === undefined) return 'its class was not there yet: two files import each other';
  if (type === Object) return 'its type is an interface or comes by `import type`, and is gone at run time';
  return `the container has no ${typeof type === 'function' ? type.name : String(type)} to give`;
}
