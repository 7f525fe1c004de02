import type { ActionContract, Contract, ControllerContract } from '../../contract/contract.js';
import { mayBeEmpty } from './shape-facts.js';
import {
  docComment,
  header,
  importText,
  type OutputFile,
  outputFolder,
  quote,
  sections,
} from './source-text.js';
import { typeDeclarations, typeText } from './type-text.js';

const from = 'the controllers in app/controllers';

/** The typed client: calls with their params and results, client actions with their arguments, stubs. */
export function clientTypes(contract: Contract): OutputFile {
  const { controllers } = contract;
  const withActions = controllers.filter(({ actions }) => actions.length > 0);
  const withClients = controllers.filter(({ clientActions }) => clientActions.length > 0);
  const text = sections(
    header(from),
    importText(['Client', 'ClientController', 'ConnectOptions', 'StartOptions'], 'rocket-io/client', true),
    typeDeclarations(contract, 'reads'),
    serverActions(withActions),
    clientActions(withClients),
    helpers,
    ...withActions.map((controller) => actionsInterface(contract, controller)),
    rocketClient(withActions),
    ...withClients.map(stub),
    connect,
    start(withClients),
  );
  return { path: `${outputFolder}/client.d.ts`, text };
}

function serverActions(controllers: readonly ControllerContract[]): string {
  const entries = controllers.flatMap(({ name, actions }) =>
    actions.map(({ name: action, params, result }) => {
      const given = params ? typeText(params, 'reads', '    ') : 'undefined';
      const answer = result ? typeText(result, 'reads', '    ') : 'void';
      const call = quote(`${name}.${action}`);
      const line = `  ${call}: { params: ${given}; result: ${answer} };\n`;
      if (line.length <= 110 && !/\n./.test(line)) return line;
      return `  ${call}: {\n    params: ${given};\n    result: ${answer};\n  };\n`;
    }),
  );
  return `/** Every action of the server. */\nexport interface ServerActions ${members(entries)}`;
}

function clientActions(controllers: readonly ControllerContract[]): string {
  const entries = controllers.flatMap(({ name, clientActions }) =>
    clientActions.map(({ name: action, args }) => {
      return `  ${quote(`${name}.${action}`)}: ${args ? typeText(args, 'reads', '  ') : 'undefined'};\n`;
    }),
  );
  return `/** Every action that the server may call here. */\nexport interface ClientActions ${members(entries)}`;
}

function members(lines: readonly string[]): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}}`;
}

const helpers = [
  "/** What a client action is given: `Args<'Song.index'>`. */",
  'export type Args<Name extends keyof ClientActions> = ClientActions[Name];',
  '',
  "/** What an action of the server takes: `Params<'Song.show'>`. */",
  "export type Params<Name extends keyof ServerActions> = ServerActions[Name]['params'];",
  '',
  '/** What an action of the server answers with. */',
  "export type Result<Name extends keyof ServerActions> = ServerActions[Name]['result'];",
].join('\n');

function actionsInterface(contract: Contract, { name, doc, actions }: ControllerContract): string {
  const methods = actions.map((action) => {
    const call = quote(`${name}.${action.name}`);
    const result = action.result ? `Result<${call}>` : 'void';
    return `${docComment(action.doc, '  ')}  ${action.name}(${parameter(contract, action, call)}): Promise<${result}>;\n`;
  });
  return `${docComment(doc)}export interface ${name}Actions {\n${methods.join('')}}`;
}

/** An object in which nothing is required may be left out altogether. */
function parameter(contract: Contract, { params }: ActionContract, call: string): string {
  if (params === undefined) return '';
  return `params${mayBeEmpty(contract, params) ? '?' : ''}: Params<${call}>`;
}

function rocketClient(controllers: readonly ControllerContract[]): string {
  const properties = controllers.map(({ name }) => `  readonly ${name}: ${name}Actions;\n`);
  const doc = '/** A connected client: a property for each controller that has actions. */';
  return `${doc}\nexport interface RocketClient extends Client<ClientActions> ${members(properties)}`;
}

function stub({ name, clientActions }: ControllerContract): string {
  const methods = clientActions.map(({ name: action, doc, args }) => {
    const given = args ? `args: Args<${quote(`${name}.${action}`)}>` : '';
    return `${docComment(doc, '  ')}  abstract ${action}(${given}): void | Promise<void>;\n`;
  });
  return [
    `/** What the server calls on ${name}: extend it and write the methods. */`,
    `export declare abstract class ${name}ClientController extends ClientController<RocketClient> {`,
    `${methods.join('')}}`,
  ].join('\n');
}

const connect = [
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
