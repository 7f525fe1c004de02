import { createHash } from 'node:crypto';
import { canonicalText } from '../../contract/canonical.js';
import type { Contract } from '../../contract/contract.js';
import { type SourceHashes, sourcesFile } from '../../sources.js';
import { type OutputFile, outputFolder } from './source-text.js';

const generated = 'by `rocket compile` from app/. Do not edit: it is written anew by every compile.';

/** The contract itself, for tools and for comparing: `rocket start` looks at `sources`. */
export function contractFile(contract: Contract, hash: string, sources: string): OutputFile {
  const text = `${JSON.stringify({ generated, hash, sources, ...contract }, null, 2)}\n`;
  return { path: `${outputFolder}/contract.json`, text };
}

/** What was compiled, file by file, so that a stale output can be told from which sources it has come apart. */
export function sourcesOutput({ files }: SourceHashes): OutputFile {
  const text = `${JSON.stringify({ generated, files }, null, 2)}\n`;
  return { path: sourcesFile, text };
}

/**
 * What both ends compare when they meet. Where something is declared, in which order, and what its
 * documentation says changes nothing for the other end, so it changes no hash.
 */
export function contractHash({ version, controllers, types }: Contract): string {
  const promises = {
    version,
    controllers: controllers.map(({ name, actions, clientActions }) => ({
      name,
      actions: Object.fromEntries(
        actions.map(({ name, params, result, items, unknown }) => [
          name,
          bare({ params, result, items, unknown }),
        ]),
      ),
      clientActions: Object.fromEntries(clientActions.map(({ name, args }) => [name, bare({ args })])),
    })),
    types: Object.fromEntries(Object.entries(types).map(([name, shape]) => [name, bare(shape)])),
  };
  return createHash('sha256').update(canonicalText(promises)).digest('hex').slice(0, 16);
}

/** A shape without documentation. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== 'doc');
  return Object.fromEntries(entries.map(([name, inner]) => [name, bare(inner)]));
}
