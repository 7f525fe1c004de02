import { LazyServiceIdentifier } from 'inversify';
import { type ParameterMetadata, readInjection } from '../../../decorators/metadata.js';
import type { Binding, BindingRequest, ResolvedArgument, Token } from './bindings.js';

/** One thing that a binding asks the container for. */
export interface Dependency {
  readonly token: Token;
  readonly many: boolean;
  readonly optional: boolean;
  readonly name: string | symbol | number | undefined;
  readonly tags: ReadonlyMap<string | symbol | number, unknown>;
}

/** What answers a dependency. */
export interface Providers {
  /** The bindings that answer it, whoever asked before. */
  readonly certain: readonly Binding[];
  /** Those whose condition looks further up than can be seen from here. */
  readonly possible: readonly Binding[];
}

/**
 * What a binding asks for. Factories, dynamic values and constants say nothing of it: what they do when
 * they are called cannot be known without calling them.
 */
export function dependenciesOf(binding: Binding): readonly Dependency[] {
  if (binding.type === 'Instance' && binding.implementationType !== undefined) {
    const { parameters, properties } = readInjection(binding.implementationType);
    return [...parameters, ...properties.values()].flatMap(toDependency);
  }
  if (binding.type === 'ResolvedValue') return (binding.metadata?.arguments ?? []).flatMap(toArgument);
  if (binding.type === 'ServiceRedirection' && binding.targetServiceIdentifier !== undefined) {
    return [plain(binding.targetServiceIdentifier)];
  }
  return [];
}

/** The bindings that answer what `asker` asks for. */
export function providersOf(
  dependency: Dependency,
  asker: Binding,
  bindings: ReadonlyMap<Token, readonly Binding[]>,
): Providers {
  const certain: Binding[] = [];
  const possible: Binding[] = [];
  for (const binding of bindings.get(dependency.token) ?? []) {
    const verdict = answers(binding, dependency, asker);
    if (verdict === 'yes') certain.push(binding);
    else if (verdict === 'perhaps') possible.push(binding);
  }
  return { certain, possible };
}

/**
 * Asks a binding's condition. What it is shown is what holds for every request of `asker`: how the asker
 * itself was asked for differs from case to case, and a condition that looks at that is in doubt.
 */
function answers(binding: Binding, dependency: Dependency, asker: Binding): 'yes' | 'no' | 'perhaps' {
  let doubt = false;
  const inDoubt = <Value>(value: Value): Value => {
    doubt = true;
    return value;
  };
  const askersOwn = {
    get name() {
      return inDoubt(undefined);
    },
    get tags() {
      return inDoubt(new Map());
    },
    getAncestor: () => inDoubt(undefined),
  };
  // A redirection hands on the name, the tags and the ancestors of whoever asked it.
  const request: BindingRequest =
    asker.type === 'ServiceRedirection'
      ? withToken(askersOwn, dependency.token)
      : {
          ...dependency,
          serviceIdentifier: dependency.token,
          getAncestor: () => withToken(askersOwn, asker.serviceIdentifier),
        };
  try {
    const satisfied = binding.isSatisfiedBy(request);
    return doubt ? 'perhaps' : satisfied ? 'yes' : 'no';
  } catch {
    // A condition is the app's own code, and may hold when the time comes.
    return 'perhaps';
  }
}

/** The same, getters and all, asking for `token`. */
function withToken(request: Omit<BindingRequest, 'serviceIdentifier'>, token: Token): BindingRequest {
  return Object.create(request, { serviceIdentifier: { value: token } }) as BindingRequest;
}

/** The token itself, where it was wrapped to be read late. Undefined: there is nothing to ask for. */
export function unwrap(token: unknown): Token | undefined {
  const known = LazyServiceIdentifier.is(token) ? token.unwrap() : token;
  const usable = typeof known === 'function' || typeof known === 'symbol' || typeof known === 'string';
  return usable ? (known as Token) : undefined;
}

function toDependency({ kind, token, optional, name, tags }: ParameterMetadata): Dependency[] {
  const known = kind === 'one' || kind === 'many' ? unwrap(token) : undefined;
  return known === undefined ? [] : [{ token: known, many: kind === 'many', optional, name, tags }];
}

function toArgument({ kind, value, optional, name, tags }: ResolvedArgument): Dependency[] {
  const token = unwrap(value);
  return token === undefined ? [] : [{ token, many: kind === 0, optional, name, tags }];
}

function plain(token: Token): Dependency {
  return { token, many: false, optional: false, name: undefined, tags: new Map() };
}
