import {
  type BindToFluentSyntax,
  type ContainerModule,
  type ContainerModuleLoadOptions,
  type Newable,
  type ServiceIdentifier,
} from 'inversify';
import { type BoundClass, standsFor } from './bindings.js';
import { classFaults } from './class-faults.js';

/**
 * A module as it is, save that binding a class with faults does not end it: the class is remembered in the
 * place of its binding, so that `wiringProblems` can tell its faults together with all the others.
 */
export function tolerant(module: ContainerModule): ContainerModule {
  const load = (options: ContainerModuleLoadOptions) =>
    module.load({
      ...options,
      bind: <Value>(token: ServiceIdentifier<Value>) => tolerantBinding(options.bind(token)),
      rebind: <Value>(token: ServiceIdentifier<Value>) => tolerantBinding(options.rebind(token)),
    });
  // The container asks for these two and keeps the id, by which the app may unload its module.
  return { id: module.id, load } as ContainerModule;
}

/** The same for one binding. */
export function tolerantBinding<Value>(binding: BindToFluentSyntax<Value>): BindToFluentSyntax<Value> {
  const to = binding.to.bind(binding);
  // `toSelf` goes through `to`.
  binding.to = (target: Newable<Value>) => {
    try {
      return to(target);
    } catch (error) {
      if (classFaults(target as BoundClass, undefined).length === 0) throw error;
      return binding.toDynamicValue(
        standsFor(target as BoundClass, () => {
          throw error;
        }),
      );
    }
  };
  return binding;
}
