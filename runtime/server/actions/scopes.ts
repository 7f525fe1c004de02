import { type AbstractNewable, Container, type ContainerModule, type Newable } from 'inversify';
import type { Class } from '../../../decorators/index.js';
import type { Problem } from '../../../src/problems.js';
import { Authenticator } from '../delivery/authenticator.js';
import { CurrentUser } from '../delivery/current-user.js';
import { Presence } from '../delivery/presence.js';
import { Transmitter } from '../delivery/transmitter.js';
import { CallContext } from './call-context.js';
import { CurrentCall } from './current-call.js';
import { tolerant, tolerantBinding } from './tolerant-modules.js';

export interface ScopesOptions {
  readonly modules: readonly ContainerModule[];
  readonly controllers: Iterable<Class>;
  readonly transmitter: Transmitter;
  readonly presence: Presence;
  readonly authenticator?: Class<Authenticator> | undefined;
}

/**
 * The one container of an app. Controllers, `CurrentUser` and `CurrentCall` are transient: a call is one `get`, which
 * builds a fresh controller for the user of the call context. There are no child containers: making one
 * for each call costs a thousand times as much.
 */
export class Scopes {
  /**
   * `jitless`: inversify could write functions at run time and save about 0.15 µs of a call's 2 µs. No string
   * is evaluated here for that, and Node may run with `--disallow-code-generation-from-strings`.
   */
  readonly container = new Container({ defaultScope: 'Transient', jitless: true });
  /** What a module has bound that is not its to bind. */
  readonly problems: Problem[] = [];

  constructor(readonly context: CallContext = new CallContext()) {}

  /** Loads the app's modules, then binds what Rocket brings. */
  async load({ modules, controllers, transmitter, presence, authenticator }: ScopesOptions): Promise<void> {
    const { context } = this;
    await this.container.loadAsync(...modules.map((module) => tolerant(module, context)));
    if (this.reserve(CurrentUser)) {
      this.container
        .bind(CurrentUser)
        .toDynamicValue(() => context.user)
        .inTransientScope();
    }
    if (this.reserve(CurrentCall)) {
      this.container
        .bind(CurrentCall)
        .toDynamicValue(() => context.call)
        .inTransientScope();
    }
    if (this.reserve(Presence)) this.container.bind(Presence).toConstantValue(presence);
    if (this.reserve(Transmitter)) this.container.bind(Transmitter).toConstantValue(transmitter);
    if (authenticator !== undefined && this.reserve(Authenticator)) {
      tolerantBinding(this.container.bind(Authenticator), context)
        .to(authenticator as Newable<Authenticator>)
        .inSingletonScope();
    }
    for (const controller of controllers as Iterable<Newable<object>>) {
      if (!this.reserve(controller)) continue;
      tolerantBinding(this.container.bind(controller), context).toSelf().inTransientScope();
    }
  }

  /** A fresh controller for the user of the call context. */
  create<Instance extends object>(controller: Class<Instance>): Instance {
    return this.container.get(controller as Newable<Instance>);
  }

  /** The app's authenticator, if it has one; built once. */
  authenticator(): Authenticator | undefined {
    return this.container.isBound(Authenticator) ? this.container.get(Authenticator) : undefined;
  }

  /** Lets go of every service; those with a deactivation handler are told. */
  async close(): Promise<void> {
    await this.container.unbindAllAsync();
    this.context.stop();
  }

  private reserve(token: AbstractNewable): boolean {
    if (!this.container.isBound(token)) return true;
    this.problems.push({
      code: 'reserved_binding',
      message: `A module binds ${token.name}, which Rocket binds itself`,
      cure: `Take the binding of ${token.name} out of the module`,
    });
    return false;
  }
}
