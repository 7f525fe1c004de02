import type { ActionContract, Contract, ControllerContract } from '../../contract/contract.js';
import { type Marks, width } from './declaration-map.js';
import { mayBeEmpty } from './shape-facts.js';
import { docComment, quote, sections } from './source-text.js';
import { type Side, typeDeclarations, typeText } from './type-text.js';

/**
 * The typed client without what pages need beside: every call with its params and results, every client
 * action with its arguments, and the client that has them.
 *
 * @param marks leads names back to the app, for the app's own client. Undefined: for somebody else's
 */
export function callTypes(contract: Contract, marks?: Marks): string {
  const side: Side = marks ? { writes: false, marks } : { writes: false };
  const withActions = contract.controllers.filter(({ actions }) => actions.length > 0);
  return sections(
    typeDeclarations(contract, side),
    serverActions(withActions, side),
    clientActions(contract.controllers, side),
    helpers(side),
    ...withActions.map((controller) => actionsInterface(contract, controller, side)),
    rocketClient(withActions, side),
  );
}

/** What `callTypes` needs of `rocket-io/client`. */
export function callImports({ controllers }: Contract): string[] {
  const calls = controllers.flatMap(({ actions }) => actions);
  return [
    'CallErrorOf',
    ...(calls.length > 0 ? ['CallOptions'] : []),
    'Client',
    ...(calls.some(({ items }) => items) ? ['Stream'] : []),
  ];
}

function serverActions(controllers: readonly ControllerContract[], side: Side): string {
  const entries = controllers.flatMap(({ name, actions }) =>
    actions.map(({ name: action, params, result, items, source }) => {
      const given = params ? typeText(params, side, '    ') : 'undefined';
      const answer = result ? typeText(result, side, '    ') : 'void';
      const call = `${side.marks?.before(source) ?? ''}${quote(`${name}.${action}`)}`;
      const parts = [`params: ${given}`, `result: ${answer}`];
      if (items) parts.push(`items: ${typeText(items, side, '    ')}`);
      const line = `  ${call}: { ${parts.join('; ')} };\n`;
      if (width(line) <= 110 && !/\n./.test(line)) return line;
      return `  ${call}: {\n${parts.map((part) => `    ${part};\n`).join('')}  };\n`;
    }),
  );
  return `/** Every action of the server. */\nexport interface ServerActions ${members(entries)}`;
}

function clientActions(controllers: readonly ControllerContract[], side: Side): string {
  const entries = controllers.flatMap(({ name, clientActions }) =>
    clientActions.map(({ name: action, args, source }) => {
      const call = `${side.marks?.before(source) ?? ''}${quote(`${name}.${action}`)}`;
      return `  ${call}: ${args ? typeText(args, side, '  ') : 'undefined'};\n`;
    }),
  );
  return `/** Every action that the server may call here. */\nexport interface ClientActions ${members(entries)}`;
}

function members(lines: readonly string[]): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}}`;
}

function helpers({ marks }: Side): string {
  const tied = (name: string, types: string): string =>
    marks ? `Tied<\`\${Name} ${name}\`, ${types}>` : types;
  return [
    "/** What a client action is given: `Args<'Song.index'>`. */",
    `export type Args<Name extends keyof ClientActions> = ${tied('args', 'ClientActions[Name]')};`,
    '',
    "/** What an action of the server takes: `Params<'Song.show'>`. */",
    `export type Params<Name extends keyof ServerActions> = ${tied('params', "ServerActions[Name]['params']")};`,
    '',
    '/** What an action of the server answers with. */',
    "export type Result<Name extends keyof ServerActions> = ServerActions[Name]['result'];",
    '',
    "/** What a call rejects with: `rocket.Song.show({ id }).catch((error: CallError<'Song.show'>) => …)`. */",
    'export type CallError<Name extends keyof ServerActions> = CallErrorOf<Params<Name>>;',
  ].join('\n');
}

function actionsInterface(
  contract: Contract,
  { name, doc, actions, source }: ControllerContract,
  { marks }: Side,
): string {
  const methods = actions.map((action) => {
    const call = quote(`${name}.${action.name}`);
    const result = action.result ? `Result<${call}>` : 'void';
    const answer = action.items ? `Stream<ServerActions[${call}]['items'], ${result}>` : `Promise<${result}>`;
    const method = `${marks?.before(action.source) ?? ''}${action.name}`;
    const given = parameters(contract, action, call);
    const line = `  ${method}(${given.join(', ')}): ${answer};\n`;
    const wide = `  ${method}(\n${given.map((one) => `    ${one},\n`).join('')}  ): ${answer};\n`;
    return `${docComment(action.doc, '  ')}${width(line) <= 110 ? line : wide}`;
  });
  const type = `${name}Actions`;
  if (!marks) return `${docComment(doc)}export interface ${type} {\n${methods.join('')}}`;
  const head = marks.declare('export interface', type, source);
  return `${docComment(doc)}${head} extends Tied<'${type}', {\n${methods.join('')}}> {}`;
}

/** An object in which nothing is required may be left out altogether. Options always come second. */
function parameters(contract: Contract, { params }: ActionContract, call: string): string[] {
  const type = params === undefined ? 'undefined' : `Params<${call}>`;
  const mark = params === undefined || mayBeEmpty(contract, params) ? '?' : '';
  return [`params${mark}: ${type}`, 'options?: CallOptions'];
}

function rocketClient(controllers: readonly ControllerContract[], { marks }: Side): string {
  const properties = controllers.map(({ name, source }) => {
    return `  ${marks?.declare('readonly', name, source) ?? `readonly ${name}`}: ${name}Actions;\n`;
  });
  const actions = marks ? '{ [Name in keyof ClientActions]: Args<Name> }' : 'ClientActions';
  const doc = '/** A connected client: a property for each controller that has actions. */';
  return `${doc}\nexport interface RocketClient extends Client<${actions}> ${members(properties)}`;
}
