import type { Contract, ControllerContract } from '../../contract/contract.js';
import { declarationOf } from '../2-model/declarations.js';
import { callImports, callTypes } from './call-types.js';
import { Marks, mappedFiles } from './declaration-map.js';
import {
  docComment,
  fromControllers,
  header,
  importText,
  type OutputFile,
  outputFolder,
  quote,
  sections,
} from './source-text.js';

/** The typed client of the app's pages with its map: calls, client actions, stubs of client controllers. */
export function clientTypes(contract: Contract): OutputFile[] {
  const marks = new Marks();
  const withClients = contract.controllers.filter(({ clientActions }) => clientActions.length > 0);
  const imports = [...callImports(contract), 'ClientController', 'ConnectOptions', 'StartOptions'];
  const text = sections(
    header(fromControllers),
    importText(imports, 'rocket-io/client', true),
    tie,
    callTypes(contract, marks),
    ...withClients.map((controller) => stub(controller, marks)),
    connect,
    start(withClients),
  );
  return mappedFiles(`${outputFolder}/client.d.ts`, text, marks);
}

/**
 * Flat types are quick to check, and have no tie of their own to where they come from. Their members are taken from
 * the declarations, by name alone: then an editor goes to those, finds and renames them, and nothing of the
 * generated file is in the way.
 */
const tie = [
  '/** Filled by `assert.ts`, for editors: the members of what stands here, where the app declares them. */',
  'export interface Declarations {}',
  '',
  'type Declared<Name> = Name extends keyof Declarations ? Declarations[Name] : {};',
  '',
  '/** These types, for an editor that looks for their names where the app declares them. */',
  'type Tied<Name, Types> = Name extends keyof Declarations',
  '  ? { -readonly [Key in keyof Declarations[Name]]: Key extends keyof Types ? Types[Key] : never }',
  '  : Types;',
].join('\n');

function stub(controller: ControllerContract, marks: Marks): string {
  const { name, clientActions, source } = controller;
  // Not marked: TypeScript 7 would rename through the map what it renames through `implements` already.
  const methods = clientActions.map(({ name: action, doc, args }) => {
    const given = args ? `args: Args<${quote(`${name}.${action}`)}>` : '';
    return `${docComment(doc, '  ')}  abstract ${action}(${given}): void | Promise<void>;\n`;
  });
  const { client, place = source } = declarationOf(controller);
  const type = `${name}ClientController`;
  return [
    `/** What the server calls on ${name}: extend it and write the methods. */`,
    marks.declare('export declare abstract class', type, client?.place ?? place),
    `  extends ClientController<RocketClient> implements Declared<'${type}'> {`,
    `${methods.join('')}}`,
  ].join('\n');
}

/** The same in the client of an app and in its SDK. */
export const connect = [
  '/** Connects from anywhere; settles when the server has welcomed the client. */',
  'export declare function connect(options?: ConnectOptions): Promise<RocketClient>;',
].join('\n');

function start(controllers: readonly ControllerContract[]): string {
  const classes = controllers.map(
    ({ name }) => `    ${name}: new (rocket: RocketClient) => ${name}ClientController;\n`,
  );
  const body = classes.length === 0 ? 'Record<string, never>' : `{\n${classes.join('')}  }`;
  return [
    '/** Starts the client of a page: makes the controllers, takes over links and forms, connects. */',
    'export declare function start(options: StartOptions & {',
    `  controllers: ${body};`,
    '}): RocketClient;',
  ].join('\n');
}
