import type { ClientManifest } from '../../src/contract/manifest.js';
import type { Message } from '../../src/protocol/frames.js';
import { isControl } from '../../src/protocol/message.js';
import type { Latest } from './latest.js';
import type { Listeners } from './listeners.js';

/** A client controller as it is handed to `start`. */
export type ControllerClass = new (rocket: never) => object;

type ClientAction = (args: unknown) => unknown;

/**
 * Runs the client actions a message names: on the client controller, then on the listeners of that name.
 * What may be called stands in a table made from the manifest; a name from the wire is never looked up
 * anywhere else.
 */
export class Controllers {
  /** Every client action of the contract; null where there is no controller for it. */
  private readonly table = new Map<string, ClientAction | null>();
  private readonly complained = new Set<string>();
  /** Whether this client is meant to act on what it is told: a script that only calls need not. */
  private isPage = false;

  constructor(
    private readonly manifest: ClientManifest,
    private readonly listeners: Listeners,
    private readonly latest: Latest,
  ) {
    for (const name of namesIn(manifest.clientActions)) this.table.set(name, null);
  }

  /** Makes one instance of each class. Throws, naming it, where one is unknown or lacks a method. */
  create(classes: Readonly<Record<string, ControllerClass>>, rocket: object): void {
    this.isPage = true;
    for (const [controller, Class] of Object.entries(classes)) {
      const actions = own(this.manifest.clientActions, controller);
      if (actions === undefined) {
        throw new TypeError(
          `No controller "${controller}" in the contract: start({ controllers }) takes ${list(Object.keys(this.manifest.clientActions))}`,
        );
      }
      const instance = new Class(rocket as never) as Record<string, unknown>;
      for (const action of actions)
        this.table.set(`${controller}.${action}`, bind(instance, action, controller));
    }
  }

  knows(name: string): boolean {
    return this.table.has(name);
  }

  /** Runs the calls of one message, one after another; a failure is reported and stops none of them. */
  run(message: Message): void {
    this.runFrom(
      Object.entries(message).filter(([name]) => !isControl(name)),
      0,
    );
  }

  private runFrom(calls: readonly (readonly [string, unknown])[], first: number): void {
    for (let index = first; index < calls.length; index += 1) {
      const [name, args] = calls[index] as readonly [string, unknown];
      const pending = this.runOne(name, args);
      if (pending !== undefined) {
        void pending.then(() => this.runFrom(calls, index + 1));
        return;
      }
    }
  }

  private runOne(name: string, wireArgs: unknown): Promise<unknown> | undefined {
    const action = this.table.get(name);
    if (action === undefined)
      return this.complain(name, `The server called ${name}, which is not in this client's contract`);
    this.latest.came(name, wireArgs);
    if (action === null && !this.listeners.has(name) && !this.latest.has(name)) {
      if (!this.isPage) return;
      return this.complain(
        name,
        `The server called ${name}, but there is no controller for it: pass one to start({ controllers }), or listen with rocket.on('${name}', …)`,
      );
    }
    let args = wireArgs;
    const pending = this.listeners.attempt(() => {
      args = revived(this.manifest, name, wireArgs);
      return action?.(args);
    }, `The client action ${name}`);
    const tell = () => {
      this.latest.handled(name, args);
      return this.listeners.tell(name, args);
    };
    return pending === undefined ? tell() : pending.then(tell);
  }

  /** Once for each name: a mistake in the app, and perhaps one that comes with every mouse move. */
  private complain(name: string, message: string): undefined {
    if (this.complained.has(name)) return;
    this.complained.add(name);
    this.listeners.fail(new Error(message));
  }
}

/** `{ Song: ['index'] }` → `Song.index`, … */
export function namesIn(table: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(table).flatMap(([controller, names]) => names.map((name) => `${controller}.${name}`));
}

/** A property of the object itself, never an inherited one. */
export function own<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The arguments of a client action as their type says. */
export function revived(manifest: ClientManifest, name: string, wireArgs: unknown): unknown {
  return own(manifest.reviveArgs, name)?.(wireArgs) ?? wireArgs;
}

function bind(instance: Record<string, unknown>, action: string, controller: string): ClientAction {
  const method = instance[action];
  if (typeof method !== 'function') {
    throw new TypeError(
      `The client controller "${controller}" has no method ${action}, which the server calls`,
    );
  }
  return (args) => method.call(instance, args);
}

function list(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'none';
}
