import { type Class, controllerMetadata } from '../../../decorators/index.js';
import type { ServerManifest, Validator } from '../../../src/contract/manifest.js';
import { isCallName } from '../../../src/contract/names.js';
import type { StandardSchema } from '../../../src/contract/standard-schema.js';
import type { Problem } from '../../../src/problems.js';
import { RateLimitRule } from './rate-limits.js';

/** What the dispatcher has to know of an action. */
export interface ActionEntry {
  /** `Controller.action` */
  readonly name: string;
  readonly controller: Class;
  readonly method: string;
  /** Null: the action takes no arguments. */
  readonly validate: Validator | null;
  /** What a session's calls queue up for: a controller's name or an action's. Undefined: calls run at once. */
  readonly queue: string | undefined;
  /** What the arguments are held against once they fit their type. */
  readonly input: StandardSchema<unknown, unknown> | undefined;
  /** Whether a call of which nobody knows how it went may be run again. */
  readonly idempotent: boolean;
  /** Milliseconds that a call may take. */
  readonly timeout: number | undefined;
  /** How often it may be called; actions that share the limit of their controller share the rule. */
  readonly rateLimit: RateLimitRule | undefined;
}

/** Every action of the app by name. A `Map`: names come from strangers, and `constructor` is one of theirs. */
export type ActionTable = ReadonlyMap<string, ActionEntry>;

/**
 * Controllers and compiled manifest → the table, and everything that is wrong with them. The table means
 * nothing when there are problems.
 *
 * @param files each controller class with its file, from the project folder
 */
export function buildActionTable(
  files: ReadonlyMap<Class, string>,
  manifest: ServerManifest,
): { readonly table: ActionTable; readonly problems: Problem[] } {
  const table = new Map<string, ActionEntry>();
  const problems: Problem[] = [];
  const owners = new Map<string, Class>();
  for (const [controller, file] of files) {
    const metadata = controllerMetadata(controller);
    if (metadata === undefined) continue;
    const { name, actions, serial, duplicates, rateLimit: shared, strayLimits } = metadata;
    if (name === undefined || !isCallName(`${name}.x`)) {
      problems.push(badName(controller, file, name));
      continue;
    }
    const owner = owners.get(name);
    if (owner !== undefined) {
      problems.push(duplicateController(name, controller, file, owner, files.get(owner)));
      continue;
    }
    owners.set(name, controller);
    for (const action of duplicates) problems.push(duplicateAction(controller, action, file));
    for (const method of strayLimits) problems.push(strayLimit(controller, method, file));
    const sharedRule = shared && new RateLimitRule(name, shared);
    for (const [action, { method, serial: waits, input, idempotent, timeout, rateLimit: own }] of actions) {
      const call = `${name}.${action}`;
      const validate = Object.hasOwn(manifest.actions, call) ? manifest.actions[call] : undefined;
      if (validate === undefined) problems.push(notCompiled(call, controller, action, file));
      const queue = waits ? (serial ? name : call) : undefined;
      const rateLimit = own ? new RateLimitRule(call, own) : sharedRule;
      table.set(call, {
        name: call,
        controller,
        method,
        validate: validate ?? null,
        queue,
        input,
        idempotent,
        timeout,
        rateLimit,
      });
    }
  }
  for (const call of Object.keys(manifest.actions)) {
    if (!table.has(call)) problems.push(notDeclared(call, owners, files));
  }
  return { table, problems };
}

function badName(controller: Class, file: string, name: string | undefined): Problem {
  const message =
    name === undefined
      ? `${controller.name || 'A class without a name'} is a controller, but its name does not end in Controller`
      : `"${name}", the name given to ${controller.name}, cannot stand in a call`;
  const cure =
    name === undefined
      ? `Call it ${controller.name || 'Song'}Controller, or name it: @Controller({ name: '${controller.name || 'Song'}' })`
      : 'Use letters, digits and _, beginning with a capital letter';
  return { code: 'bad_controller_name', message, place: file, cure };
}

function duplicateController(
  name: string,
  controller: Class,
  file: string,
  owner: Class,
  ownerFile: string | undefined,
): Problem {
  return {
    code: 'duplicate_controller',
    message: `${controller.name} and ${owner.name} of ${ownerFile ?? 'another file'} are both called "${name}"`,
    place: file,
    cure: `Rename one of them, or name it otherwise: @Controller({ name: 'Other${name}' })`,
  };
}

function duplicateAction(controller: Class, action: string, file: string): Problem {
  return {
    code: 'duplicate_action',
    message: `${controller.name} declares the action "${action}" more than once`,
    place: file,
    cure: `Keep one method ${action}, with one @Action()`,
  };
}

function strayLimit(controller: Class, method: string, file: string): Problem {
  return {
    code: 'bad_decorator',
    message: `@RateLimit() on ${controller.name}.${method} limits nothing: the method is no action`,
    place: file,
    cure: 'Put @Action() on it, or remove @RateLimit()',
  };
}

function notCompiled(call: string, controller: Class, action: string, file: string): Problem {
  return {
    code: 'stale_output',
    message: `${controller.name}.${action} is an action, but .rocket/server.js does not know "${call}"`,
    place: file,
    cure: 'Run `npx rocket compile`',
  };
}

function notDeclared(
  call: string,
  owners: ReadonlyMap<string, Class>,
  files: ReadonlyMap<Class, string>,
): Problem {
  const owner = owners.get(call.slice(0, call.indexOf('.')));
  const place = owner && files.get(owner);
  return {
    code: 'stale_output',
    message: `.rocket/server.js knows "${call}", but ${owner?.name ?? 'no controller'} declares no such action`,
    ...(place !== undefined && { place }),
    cure: 'Run `npx rocket compile`; if the action should be there, put @Action() on the method',
  };
}
