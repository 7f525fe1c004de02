import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import { mayBeEmpty, needsEncoder, reaches } from './shape-facts.js';
import {
  fromControllers,
  header,
  importText,
  type OutputFile,
  outputFolder,
  quote,
  sections,
} from './source-text.js';
import { type Side, typeDeclarations, typeText } from './type-text.js';
import { ValidatorEmitter } from './validators.js';

const side: Side = { writes: true };

/** What the server runs: validators and the names of calls. */
export function serverCode(contract: Contract, hash: string): OutputFile {
  const validators = new ValidatorEmitter(contract);
  const imports = new Set<string>();
  const actions = serverActions(contract).map(({ call, params, unknown }) => {
    const validator = params ? validators.forParams(call, params, unknown === 'refuse') : 'null';
    return `  ${quote(call)}: ${validator},\n`;
  });
  const encoder = (shape: Shape | undefined): string | undefined => {
    if (shape === undefined || !needsEncoder(contract, shape)) return undefined;
    imports.add('encodeValue');
    return 'encodeValue';
  };
  const encoders = (entries: readonly (readonly [call: string, shape: Shape | undefined])[]): string[] =>
    entries.flatMap(([call, shape]) => {
      const name = encoder(shape);
      return name === undefined ? [] : [`  ${quote(call)}: ${name},\n`];
    });
  const clientActions = clientCalls(contract).map(
    ({ call, args }) => `  ${quote(call)}: ${encoder(args) ?? 'null'},\n`,
  );
  const results = encoders(serverActions(contract).map(({ call, result }) => [call, result]));
  const items = encoders(serverActions(contract).map(({ call, items }) => [call, items]));
  const text = sections(
    header(fromControllers),
    importText([...validators.imports, ...imports], 'rocket-io/internal'),
    `/** Hash of the contract. */\nexport const contract = ${quote(hash)};`,
    `/** Every action that clients may call, with what checks its arguments. */\nexport const actions = ${body('{', actions, '}')};`,
    `/** Every action that the server may call on clients, with what makes JSON of its arguments. */\nexport const clientActions = ${body('{', clientActions, '}')};`,
    `/** What makes JSON of results, where JSON.stringify alone would not. */\nexport const results = ${body('{', results, '}')};`,
    `/** What makes JSON of streamed items, where JSON.stringify alone would not. */\nexport const items = ${body('{', items, '}')};`,
    validators.text(),
  );
  return { path: `${outputFolder}/server.js`, text };
}

/** What makes `transmit` and `redirect` typed. */
export function serverTypes(contract: Contract): OutputFile {
  const names = new Set<string>();
  const entry = ({ call, shape }: { call: string; shape: Shape | undefined }, indent: string): string => {
    const types = shape ? [typeText(shape, side, indent)] : [];
    if (shape === undefined || mayBeEmpty(contract, shape)) types.push('NoArguments');
    if (types.includes('NoArguments')) names.add('NoArguments');
    if (shape && reaches(contract, shape, ({ kind }) => kind === 'file')) names.add('UploadedFile');
    return `${indent}${quote(call)}: ${types.join(' | ')};\n`;
  };
  const indent = '      ';
  const clients = clientCalls(contract).map(({ call, args }) => entry({ call, shape: args }, indent));
  const servers = serverActions(contract).map(({ call, params }) => entry({ call, shape: params }, indent));
  const register = [
    "declare module 'rocket-io' {",
    '  interface Register {',
    '    /** What the server may transmit: the name of the call and its arguments. */',
    `    clientActions: ${entries(clients)};`,
    '    /** What an action may redirect to: the name of the call and its arguments. */',
    `    serverActions: ${entries(servers)};`,
    '  }',
    '}',
  ].join('\n');
  const manifest = [
    "export declare const contract: ServerManifest['contract'];",
    "export declare const actions: ServerManifest['actions'];",
    "export declare const clientActions: ServerManifest['clientActions'];",
    "export declare const results: ServerManifest['results'];",
    "export declare const items: ServerManifest['items'];",
  ].join('\n');
  const text = sections(
    header(fromControllers),
    [
      importText(names, 'rocket-io', true),
      importText(['ServerManifest'], 'rocket-io/internal', true),
      "import type {} from './assert.js'; // So that tsc looks at it",
    ]
      .filter((line) => line !== undefined)
      .join('\n'),
    typeDeclarations(contract, side),
    register,
    manifest,
  );
  return { path: `${outputFolder}/server.d.ts`, text };
}

function serverActions(contract: Contract) {
  return contract.controllers.flatMap(({ name, actions }) =>
    [...actions].sort(byName).map((action) => ({ ...action, call: `${name}.${action.name}` })),
  );
}

function clientCalls(contract: Contract) {
  return contract.controllers.flatMap(({ name, clientActions }) =>
    [...clientActions].sort(byName).map((action) => ({ ...action, call: `${name}.${action.name}` })),
  );
}

function body(open: string, lines: readonly string[], close: string): string {
  return lines.length === 0 ? open + close : `${open}\n${lines.join('')}${close}`;
}

function entries(lines: readonly string[]): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}    }`;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
