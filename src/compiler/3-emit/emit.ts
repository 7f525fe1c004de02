import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import type { SourceHashes } from '../../sources.js';
import type { NamedTemplate } from '../2-model/name-templates.js';
import { assertions } from './assertions.js';
import { clientCode } from './client.js';
import { clientTypes } from './client-types.js';
import { contractFile, contractHash, sourcesOutput } from './manifest.js';
import { serverCode, serverTypes } from './server.js';
import type { OutputFile } from './source-text.js';
import { templatesCode, templatesTypes } from './templates.js';

/** The templates of an app, and the types of the app that their locals name. */
export interface Templates {
  readonly all: readonly NamedTemplate[];
  readonly types: Readonly<Record<string, Shape>>;
}

/** Every generated file, from the contract and the templates alone: equal input gives equal bytes. */
export function emit(contract: Contract, templates: Templates, sources: SourceHashes): OutputFile[] {
  const hash = contractHash(contract);
  return [
    assertions(contract),
    ...clientTypes(contract),
    clientCode(contract, hash),
    contractFile(contract, hash, sources.whole),
    sourcesOutput(sources),
    serverTypes(contract),
    serverCode(contract, hash),
    templatesTypes(templates.all, templates.types),
    templatesCode(templates.all),
  ];
}
