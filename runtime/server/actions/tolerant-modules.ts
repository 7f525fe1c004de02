import {
  type BindToFluentSyntax,
  type ContainerModule,
  type ContainerModuleLoadOptions,
  type Newable,
  type ServiceIdentifier,
} from 'inversify';
import { type BoundClass, standsFor } from './bindings.js';
import type { CallContext } from './call-context.js';
import { classFaults } from './class-faults.js';

/**
 * A module as it is, save that binding a class with faults does not end it: the class is remembered in the
 * place of its binding, so that `wiringProblems` can tell its faults together with all the others. And what
 * the wiring cannot see, whether the builder of a singleton asks for `CurrentUser`, fails when it does.
 */
export function tolerant(module: ContainerModule, context: CallContext): ContainerModule {
  const load = (options: ContainerModuleLoadOptions) =>
    module.load({
      ...options,
      bind: <Value>(token: ServiceIdentifier<Value>) => tolerantBinding(options.bind(token), context),
      rebind: <Value>(token: ServiceIdentifier<Value>) => tolerantBinding(options.rebind(token), context),
    });
  // The container asks for these two and keeps the id, by which the app may unload its module.
  return { id: module.id, load } as ContainerModule;
}

/** The same for one binding. */
export function tolerantBinding<Value>(
  binding: BindToFluentSyntax<Value>,
  context: CallContext,
): BindToFluentSyntax<Value> {
  const to = binding.to.bind(binding);
  const toDynamicValue = binding.toDynamicValue.bind(binding);
  // `toSelf` goes through `to`.
  binding.to = (target: Newable<Value>) => {
    try {
      return to(target);
    } catch (error) {
      if (classFaults(target as BoundClass, undefined).length === 0) throw error;
      return toDynamicValue(
        standsFor(target as BoundClass, () => {
          throw error;
        }),
      );
    }
  };
  binding.toDynamicValue = (build) => {
    let isSingleton = false;
    const scope = toDynamicValue((resolution) =>
      isSingleton ? context.runForNobody(() => build(resolution)) : build(resolution),
    );
    const inSingletonScope = scope.inSingletonScope.bind(scope);
    scope.inSingletonScope = () => {
      isSingleton = true;
      return inSingletonScope();
    };
    return scope;
  };
  return binding;
}
