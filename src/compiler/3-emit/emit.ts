import type { Contract } from '../../contract/contract.js';
import type { NamedTemplate } from '../2-model/name-templates.js';
import { clientCode } from './client.js';
import { clientTypes } from './client-types.js';
import { contractFile, contractHash } from './manifest.js';
import { serverCode, serverTypes } from './server.js';
import type { OutputFile } from './source-text.js';
import { templatesCode, templatesTypes } from './templates.js';

/** Every generated file, from the contract and the templates alone: equal input gives equal bytes. */
export function emit(contract: Contract, templates: readonly NamedTemplate[], sources: string): OutputFile[] {
  const hash = contractHash(contract);
  return [
    clientTypes(contract),
    clientCode(contract, hash),
    contractFile(contract, hash, sources),
    serverTypes(contract),
    serverCode(contract, hash),
    templatesTypes(templates),
    templatesCode(templates),
  ];
}
