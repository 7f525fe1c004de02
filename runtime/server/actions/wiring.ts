import type { Container } from 'inversify';
import type { Problem } from '../../../src/problems.js';
import { CurrentUser } from '../delivery/current-user.js';
import { type Binding, type BoundClass, readBindings, type Token } from './bindings.js';
import { classFaults } from './class-faults.js';
import { CurrentCall } from './current-call.js';
import { type Dependency, dependenciesOf, providersOf } from './dependencies.js';

/**
 * Everything that is wrong with how an app's classes are put together, found when it starts and without
 * building any of them: dependencies that nothing provides or that have no type at run time, singletons
 * that would keep somebody's `CurrentUser` or `CurrentCall`, circles.
 *
 * @param files classes with their files, from the project folder, as far as they are known
 */
export function wiringProblems(container: Container, files: ReadonlyMap<object, string>): Problem[] {
  const wiring = new Wiring(readBindings(container), files);
  return wiring.problems();
}

class Wiring {
  private readonly all: readonly Binding[];

  constructor(
    private readonly bindings: ReadonlyMap<Token, readonly Binding[]>,
    private readonly files: ReadonlyMap<object, string>,
  ) {
    this.all = [...bindings.values()].flat();
  }

  problems(): Problem[] {
    const classes = new Set(this.all.flatMap((binding) => binding.implementationType ?? []));
    const found = [
      ...[...classes].flatMap((target) => classFaults(target, this.files.get(target))),
      ...this.all.flatMap((binding) => this.unprovided(binding)),
      ...this.all.flatMap((binding) => this.captive(binding)),
      ...this.circles(),
    ];
    // A class that asks twice for a thing, or is bound twice, has one fault.
    return [...new Map(found.map((problem) => [`${problem.code} ${problem.message}`, problem])).values()];
  }

  /** What a binding asks for and does not get, or gets more than once. */
  private unprovided(binding: Binding): Problem[] {
    return dependenciesOf(binding).flatMap((dependency): Problem[] => {
      if (dependency.many) return [];
      const { certain, possible } = providersOf(dependency, binding, this.bindings);
      const wanted = describe(dependency);
      if (certain.length + possible.length === 0 && !dependency.optional) {
        const cure = `Bind it in a module of rocket.config.ts: ${suggestBinding(dependency)}`;
        return [
          this.problem(
            'missing_binding',
            binding,
            `${nameOf(binding)} needs ${wanted}, which nothing provides`,
            cure,
          ),
        ];
      }
      if (certain.length > 1) {
        const message = `${nameOf(binding)} needs ${wanted}, which ${certain.length} bindings provide`;
        const cure = `Keep one of them, tell them apart by name with @named(…), or take all with @multiInject(…)`;
        return [this.problem('ambiguous_binding', binding, message, cure)];
      }
      return [];
    });
  }

  /** The way from a singleton to what is somebody's which leads through nothing that is a singleton itself. */
  private captive(singleton: Binding): Problem[] {
    if (singleton.scope !== 'Singleton') return [];
    const seen = new Set<Binding>();
    const search = (binding: Binding): readonly Binding[] | undefined => {
      seen.add(binding);
      for (const next of this.providers(binding)) {
        if (next.serviceIdentifier === CurrentUser || next.serviceIdentifier === CurrentCall)
          return [binding, next];
        if (next.scope === 'Singleton' || seen.has(next)) continue;
        const rest = search(next);
        if (rest !== undefined) return [binding, ...rest];
      }
      return undefined;
    };
    const chain = search(singleton);
    if (chain === undefined) return [];
    const name = nameOf(singleton);
    const what = chain.at(-1)?.serviceIdentifier === CurrentCall ? 'call' : 'user';
    return [
      this.problem(
        'captive_current_user',
        singleton,
        `${name} is a singleton and would keep the ${what} of whoever came first: ${arrows(chain)}`,
        `Bind ${name} in transient scope, or hand the ${what} to its methods as an argument`,
      ),
    ];
  }

  /** Every circle once, told from the binding that was made first. */
  private circles(): Problem[] {
    const problems: Problem[] = [];
    const finished = new Set<Binding>();
    const path: Binding[] = [];
    const visit = (binding: Binding): void => {
      if (finished.has(binding)) return;
      const start = path.indexOf(binding);
      if (start >= 0) {
        const chain = [...path.slice(start), binding];
        const cure =
          'Let one of them do without the other: move what both need to a third class, or pass it to the method';
        problems.push(
          this.problem(
            'circular_dependency',
            binding,
            `Classes depend on each other in a circle: ${arrows(chain)}`,
            cure,
          ),
        );
        return;
      }
      path.push(binding);
      for (const next of this.providers(binding)) visit(next);
      path.pop();
      finished.add(binding);
    };
    for (const binding of this.all) visit(binding);
    return problems;
  }

  /** What a binding is sure to be given: a doubtful condition must not keep an app from starting. */
  private providers(binding: Binding): readonly Binding[] {
    return dependenciesOf(binding).flatMap(
      (dependency) => providersOf(dependency, binding, this.bindings).certain,
    );
  }

  private problem(code: Problem['code'], binding: Binding, message: string, cure: string): Problem {
    const place = binding.implementationType && this.files.get(binding.implementationType);
    return { code, message, ...(place !== undefined && { place }), cure };
  }
}

/** The class that will be built, else what one asks for to get it. */
function nameOf(binding: Binding): string {
  return tokenName(binding.implementationType ?? binding.serviceIdentifier);
}

function tokenName(token: Token): string {
  return typeof token === 'function' ? token.name || 'a class without a name' : String(token);
}

function arrows(chain: readonly Binding[]): string {
  return chain.map(nameOf).join(' → ');
}

function describe({ token, name, tags }: Dependency): string {
  const conditions = [
    ...(name === undefined ? [] : [`named "${String(name)}"`]),
    ...[...tags].map(([key, value]) => `tagged ${String(key)}: ${String(value)}`),
  ];
  return [typeof token === 'string' ? `"${token}"` : tokenName(token), ...conditions].join(' ');
}

function suggestBinding({ token }: Dependency): string {
  if (typeof token === 'function') return `bind(${(token as BoundClass).name}).toSelf()`;
  return `bind(${typeof token === 'string' ? `'${token}'` : String(token)}).to(…)`;
}
