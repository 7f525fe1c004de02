import { canonicalText } from '../../contract/canonical.js';
import type { Contract } from '../../contract/contract.js';
import type { Shape } from '../../contract/shape.js';
import { declarationOf, declare } from './declarations.js';

/** The contract of one controller, with names for its types that mean something in it alone. */
export class ContractPart {
  /** Name of a type → its shape with all that it refers to, written so that equal types have equal texts. */
  readonly signatures: ReadonlyMap<string, string>;

  constructor(readonly contract: Contract) {
    this.signatures = new Map(
      Object.keys(contract.types).map((name) => [name, signatureOf(name, contract.types)]),
    );
  }
}

/**
 * One contract of several. Types that are equal, name and all, become one; of others that have the same
 * name all but the first are numbered.
 */
export function mergeContracts(parts: readonly ContractPart[]): Contract {
  const sorted = [...parts].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const taken = new Set(
    sorted.flatMap((part) => [`${nameOf(part)}ClientController`, `${nameOf(part)}Actions`]),
  );
  const names = new Map<string, string>();
  const types: [string, Shape][] = [];
  const controllers = sorted.flatMap(({ contract, signatures }) => {
    const renamed = new Map<string, string>();
    const added: [string, Shape][] = [];
    for (const [name, shape] of Object.entries(contract.types)) {
      const signature = signatures.get(name) ?? '';
      const known = names.get(signature);
      const merged = known ?? freeName(name, taken);
      if (merged !== name) renamed.set(name, merged);
      if (known !== undefined) continue;
      names.set(signature, merged);
      taken.add(merged);
      added.push([merged, shape]);
    }
    types.push(...added.map(([name, shape]): [string, Shape] => [name, withNames(shape, renamed)]));
    return withNames(contract.controllers, renamed);
  });
  types.sort(([a], [b]) => (a < b ? -1 : 1));
  return { version: 1, controllers, types: Object.fromEntries(types) };
}

function nameOf({ contract }: ContractPart): string {
  return contract.controllers[0]?.name ?? '';
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const base = name.replace(/\d+$/, '') || name;
  for (let count = 2; ; count++) if (!taken.has(base + count)) return base + count;
}

/** Plain data with the names of references replaced. */
function withNames<Data>(data: Data, renamed: ReadonlyMap<string, string>): Data {
  return renamed.size === 0 ? data : (replaced(data, renamed) as Data);
}

function replaced(data: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(data)) return data.map((item) => replaced(item, renamed));
  if (typeof data !== 'object' || data === null) return data;
  if (isReference(data)) return { ...data, name: renamed.get(data.name) ?? data.name };
  const copy = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, replaced(value, renamed)]),
  );
  return declare(copy, declarationOf(data));
}

/** The type and all that it leads to, with places in that order for names: numbers of names mean nothing. */
function signatureOf(name: string, types: Readonly<Record<string, Shape>>): string {
  const way = [name];
  const texts: string[] = [];
  for (const one of way) {
    const shape = types[one];
    for (const inner of referencesIn(shape)) if (!way.includes(inner)) way.push(inner);
    const places = new Map(way.map((inner, place) => [inner, `#${place}`]));
    texts.push(`${baseOf(one, types)} ${canonicalText(withNames(shape, places))}`);
  }
  return texts.join('\n');
}

/** `Song` of `Song2`, where the number was put to tell the two apart. */
function baseOf(name: string, types: Readonly<Record<string, Shape>>): string {
  const base = name.replace(/\d+$/, '');
  return base in types ? base : name;
}

function referencesIn(data: unknown): string[] {
  if (Array.isArray(data)) return data.flatMap(referencesIn);
  if (typeof data !== 'object' || data === null) return [];
  return isReference(data) ? [data.name] : Object.values(data).flatMap(referencesIn);
}

function isReference(data: object): data is { kind: 'ref'; name: string } {
  return 'kind' in data && data.kind === 'ref';
}
