import { isCallName } from '../../contract/names.js';
import type { ClientActionDeclaration } from '../1-read/client-contracts.js';
import type { ControllerDeclaration } from '../1-read/controllers.js';
import { type AppProgram, reportAt } from '../1-read/program.js';
import type { Diagnostics } from '../diagnostics.js';
import type { ts } from '../typescript.js';

/**
 * What every JavaScript object has, and `then`, for which `await rocket.Song` would wait: these mean
 * something else on the object that has the actions of a controller as its methods.
 */
const reservedActions = new Set([
  ...['then', 'constructor', 'prototype', 'toString', 'toLocaleString', 'toJSON', 'valueOf'],
  ...['hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable'],
]);

/** What a client controller has of its own beside. */
const reservedClientActions = new Set([...reservedActions, 'rocket']);

/** The names of one controller: its own, its actions', its client actions'. */
export function checkNames(
  app: AppProgram,
  { name, nameNode, actions }: ControllerDeclaration,
  clientActions: readonly ClientActionDeclaration[],
  diagnostics: Diagnostics,
): void {
  if (!isCallName(`${name}.action`)) {
    reportAt(app, diagnostics, nameNode, {
      code: 'bad_name',
      message: `"${name}" cannot be the name of a controller`,
      cure: 'Use a capital letter, then letters, digits and underscores, as in SongController.',
    });
  }
  checkActions(
    app,
    name,
    actions.map(({ name, node }) => ({ name, node: node.name })),
    reservedActions,
    diagnostics,
  );
  checkActions(app, name, clientActions, reservedClientActions, diagnostics);
}

/** No two controllers of an app may share a name: their calls would be the same. */
export function checkControllers(
  app: AppProgram,
  controllers: readonly ControllerDeclaration[],
  diagnostics: Diagnostics,
): ControllerDeclaration[] {
  const seen = new Map<string, ControllerDeclaration>();
  for (const controller of controllers) {
    const first = seen.get(controller.name);
    if (first === undefined) {
      seen.set(controller.name, controller);
      continue;
    }
    reportAt(app, diagnostics, controller.nameNode, {
      code: 'duplicate_controller',
      message: `There are two controllers named ${controller.name}: the other is in ${fileOf(app, first)}`,
      cure: "Rename one, or give it a name of its own: @Controller({ name: '…' }).",
    });
  }
  return [...seen.values()];
}

function checkActions(
  app: AppProgram,
  controller: string,
  actions: readonly { readonly name: string; readonly node: ts.Node }[],
  reserved: ReadonlySet<string>,
  diagnostics: Diagnostics,
): void {
  const seen = new Set<string>();
  for (const { name, node } of actions) {
    const call = `${controller}.${name}`;
    if (seen.has(name)) {
      reportAt(app, diagnostics, node, {
        code: 'duplicate_action',
        message: `${call} is declared twice`,
        cure: 'Rename one of the two.',
      });
    } else if (reserved.has(name) || name.startsWith('__')) {
      reportAt(app, diagnostics, node, {
        code: 'reserved_name',
        message: `${call}: "${name}" is taken`,
        cure: 'Choose another name: this one means something on every object that has actions.',
      });
    } else if (!isCallName(`Controller.${name}`)) {
      reportAt(app, diagnostics, node, {
        code: 'bad_name',
        message: `"${name}" cannot be the name of an action`,
        cure: 'Use a small letter or underscore, then letters, digits and underscores.',
      });
    }
    seen.add(name);
  }
}

function fileOf(app: AppProgram, { node }: ControllerDeclaration): string {
  return node.getSourceFile().fileName.slice(app.root.length + 1);
}
