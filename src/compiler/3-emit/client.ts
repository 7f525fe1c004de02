import type { Contract, ControllerContract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import { fieldTable } from './fields.js';
import { ReviverEmitter } from './revivers.js';
import { needsEncoder } from './shape-facts.js';
import {
  capitalized,
  fromControllers,
  header,
  importText,
  key,
  type OutputFile,
  outputFolder,
  quote,
  sections,
} from './source-text.js';

/** What the client runs: the names of calls, revivers, the stubs of its controllers, `connect` and `start`. */
export function clientCode(contract: Contract, hash: string): OutputFile {
  const revivers = new ReviverEmitter(contract);
  const withClients = contract.controllers.filter(({ clientActions }) => clientActions.length > 0);
  const withActions = contract.controllers.filter(({ actions }) => actions.length > 0);
  const results = revived(contract.controllers, revivers, ({ actions }) =>
    actions.map(({ name, result }) => ({ name, shape: result, kind: 'Result' })),
  );
  const items = revived(contract.controllers, revivers, ({ actions }) =>
    actions.map(({ name, items }) => ({ name, shape: items, kind: 'Item' })),
  );
  const args = revived(contract.controllers, revivers, ({ clientActions }) =>
    clientActions.map(({ name, args }) => ({ name, shape: args, kind: 'Arguments' })),
  );
  const calls = withActions.flatMap(({ name: controller, actions }) =>
    actions.map((action) => ({ ...action, call: `${controller}.${action.name}` })),
  );
  const streams = calls.flatMap(({ call, items }) => (items ? [call] : [])).sort();
  const encoded = calls.flatMap(({ call, params }): Entry[] =>
    params && needsEncoder(contract, params) ? [[call, 'encodeValue']] : [],
  );
  const manifest = [
    "/** @type {import('rocket-io/internal').ClientManifest} */",
    'const manifest = {',
    `  contract: ${quote(hash)},`,
    `  actions: ${table(withActions.map(({ name, actions }) => [name, list(actions)]))},`,
    `  clientActions: ${table(withClients.map(({ name, clientActions }) => [name, list(clientActions)]))},`,
    `  streams: [${streams.map((call) => quote(call)).join(', ')}],`,
    `  encodeParams: ${table(encoded)},`,
    `  reviveResult: ${table(results)},`,
    `  reviveItem: ${table(items)},`,
    `  reviveArgs: ${table(args)},`,
    `  fields: ${fieldTable(contract)},`,
    '};',
  ].join('\n');
  const text = sections(
    header(fromControllers),
    [
      importText(['ClientController', 'connectWith', 'startWith'], 'rocket-io/client'),
      importText([...revivers.imports, ...(encoded.length > 0 ? ['encodeValue'] : [])], 'rocket-io/internal'),
    ]
      .filter((line) => line !== undefined)
      .join('\n'),
    manifest,
    withClients
      .map(({ name }) => `export class ${name}ClientController extends ClientController {}`)
      .join('\n\n'),
    'export const connect = (options) => connectWith(manifest, options);',
    'export const start = (options) => startWith(manifest, options);',
    revivers.text(),
  );
  return { path: `${outputFolder}/client.js`, text };
}

type Entry = readonly [name: string, value: string];

function revived(
  controllers: readonly ControllerContract[],
  revivers: ReviverEmitter,
  shapesOf: (
    controller: ControllerContract,
  ) => readonly { readonly name: string; readonly shape: Shape | undefined; readonly kind: string }[],
): Entry[] {
  return controllers.flatMap((controller) =>
    shapesOf(controller).flatMap(({ name, shape, kind }): Entry[] => {
      const reviver = shape && revivers.forShape(shape, `${controller.name}${capitalized(name)}${kind}`);
      return reviver === undefined ? [] : [[`${controller.name}.${name}`, reviver]];
    }),
  );
}

function table(entries: readonly Entry[]): string {
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([name, value]) => `    ${key(name)}: ${value},\n`).join('')}  }`;
}

function list(named: readonly { readonly name: string }[]): string {
  const names = named.map(({ name }) => name).sort();
  return `[${names.map((name) => quote(name)).join(', ')}]`;
}
