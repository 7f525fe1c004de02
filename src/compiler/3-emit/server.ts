import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import { mayBeEmpty } from './shape-facts.js';
import { header, importText, type OutputFile, outputFolder, quote, sections } from './source-text.js';
import { type Side, typeDeclarations, typeText } from './type-text.js';
import { ValidatorEmitter } from './validators.js';

const from = 'the controllers in app/controllers';
const side: Side = 'writes';

/** What the server runs: validators and the names of calls. */
export function serverCode(contract: Contract, hash: string): OutputFile {
  const validators = new ValidatorEmitter(contract);
  const actions = serverActions(contract).map(({ call, params }) => {
    return `  ${quote(call)}: ${params ? validators.forParams(call, params) : 'null'},\n`;
  });
  const clientActions = clientCalls(contract).map(({ call }) => `  ${quote(call)},\n`);
  const text = sections(
    header(from),
    importText(validators.imports, 'rocket-io/internal'),
    `/** Hash of the contract. */\nexport const contract = ${quote(hash)};`,
    `/** Every action that clients may call, with what checks its arguments. */\nexport const actions = ${body('{', actions, '}')};`,
    `/** Every action that the server may call on clients. */\nexport const clientActions = ${body('[', clientActions, ']')};`,
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
  ].join('\n');
  const text = sections(
    header(from),
    [importText(names, 'rocket-io', true), importText(['ServerManifest'], 'rocket-io/internal', true)]
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
