import type { Container } from 'inversify';

/**
 * What a container holds, read without building anything. inversify shows its bindings to plugins only;
 * the plugin here is the smallest there can be, and a spec holds it to the installed version.
 */

/** One binding, as inversify keeps it. */
export interface Binding {
  readonly serviceIdentifier: Token;
  readonly type:
    | 'ConstantValue'
    | 'DynamicValue'
    | 'Factory'
    | 'Instance'
    | 'ResolvedValue'
    | 'ServiceRedirection';
  /** Absent on redirections, which have none of their own. */
  readonly scope?: 'Singleton' | 'Transient' | 'Request';
  /** Of an instance: the class. */
  readonly implementationType?: BoundClass;
  /** Of a redirection: where to. */
  readonly targetServiceIdentifier?: Token;
  /** Of a dynamic value: its builder. Of a constant: the constant. */
  readonly value?: unknown;
  /** Of a resolved value: what its factory is given. */
  readonly metadata?: { readonly arguments: readonly ResolvedArgument[] };
  /** Whether the binding answers this request. */
  readonly isSatisfiedBy: (request: BindingRequest) => boolean;
}

export type BoundClass = (abstract new (...args: never[]) => object) & { readonly name: string };

/** What one asks a container for. */
export type Token = string | symbol | BoundClass;

export interface ResolvedArgument {
  /** 0: all bindings of the token, 1: the one. */
  readonly kind: number;
  readonly optional: boolean;
  readonly name: string | symbol | number | undefined;
  readonly tags: ReadonlyMap<string | symbol | number, unknown>;
  readonly value: unknown;
}

export interface BindingRequest {
  readonly serviceIdentifier: Token;
  readonly name: string | symbol | number | undefined;
  readonly tags: ReadonlyMap<string | symbol | number, unknown>;
  getAncestor(): BindingRequest | undefined;
}

/** All bindings of a container by token, in the order in which they were made. */
export function readBindings(container: Container): ReadonlyMap<Token, readonly Binding[]> {
  const bindings = new Map<Token, readonly Binding[]>();
  container.register(
    class {
      readonly [isPlugin] = true;

      constructor(_container: Container, { bindingService }: PluginContext) {
        for (const token of bindingService.getBoundServices()) {
          bindings.set(token, [...(bindingService.get(token) ?? [])].map(unmask));
        }
      }

      load(): void {}
    },
  );
  return bindings;
}

/** Marks the builder of a binding that was made in the place of a class which inversify did not accept. */
export function standsFor<Builder extends () => never>(target: BoundClass, builder: Builder): Builder {
  return Object.assign(builder, { [standsForKey]: target });
}

/** The binding that the app meant. */
function unmask(binding: Binding): Binding {
  if (binding.type !== 'DynamicValue') return binding;
  const implementationType = (binding.value as { readonly [standsForKey]?: BoundClass })[standsForKey];
  return implementationType === undefined ? binding : { ...binding, type: 'Instance', implementationType };
}

const standsForKey = Symbol.for('rocket-io:stands-for');

/** How inversify knows a plugin. */
const isPlugin = Symbol.for('@inversifyjs/plugin/isPlugin');

interface PluginContext {
  readonly bindingService: {
    getBoundServices(): Iterable<Token>;
    get(token: Token): Iterable<Binding> | undefined;
  };
}
