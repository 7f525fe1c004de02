import type { ActionContract, ClientActionContract, Contract } from './contract.js';
import type { Shape } from './shape.js';
import { type ShapeDifference, shapeDifferences } from './shape-differences.js';

/** Whether two ends of different age get on. */
export type Verdict = 'compatible' | 'breaking';

/** One thing that two contracts say differently. */
export interface ContractDifference {
  /** `Song.create`, or with the place inside: `Song.create, params: song.title`, or `SongView: title`. */
  readonly subject: string;
  /** What is different: `is new and required`. */
  readonly what: string;
  /** The calls that it concerns, sorted. */
  readonly calls: readonly string[];
  /** Clients of the old contract, with a server of the new one. */
  readonly oldClients: Verdict;
  /** Clients of the new contract, with a server of the old one. */
  readonly newClients: Verdict;
}

/** How a version number goes on: by the rules of semantic versioning, for those who have clients of the old contract. */
export type VersionStep = 'major' | 'minor' | 'patch';

export interface ContractComparison {
  /** In the order of the controllers, actions before client actions. */
  readonly differences: readonly ContractDifference[];
  /** Breaking where one difference is. */
  readonly oldClients: Verdict;
  readonly newClients: Verdict;
  readonly step: VersionStep;
}

/**
 * What a new contract means for those who still have the old one, and the other way round.
 *
 * What clients send has to be taken by the server, so that a required parameter more breaks old clients and
 * one less breaks none. What the server sends has to be taken by clients, so that there it is the other way round.
 *
 * @example compareContracts(published, current).step // 'minor'
 */
export function compareContracts(before: Contract, after: Contract): ContractComparison {
  const differences = new Differences();
  for (const name of namesOf(before.controllers, after.controllers)) {
    const old = before.controllers.find((controller) => controller.name === name);
    const now = after.controllers.find((controller) => controller.name === name);
    compareActions(name, [old?.actions ?? [], before], [now?.actions ?? [], after], differences);
    compareClientActions(
      name,
      [old?.clientActions ?? [], before],
      [now?.clientActions ?? [], after],
      differences,
    );
  }
  const found = differences.all();
  const worst = (side: 'oldClients' | 'newClients'): Verdict =>
    found.some((difference) => difference[side] === 'breaking') ? 'breaking' : 'compatible';
  const oldClients = worst('oldClients');
  const step = oldClients === 'breaking' ? 'major' : found.length > 0 ? 'minor' : 'patch';
  return { differences: found, oldClients, newClients: worst('newClients'), step };
}

type Side<Item> = readonly [items: readonly Item[], contract: Contract];

/** Who writes what is compared: it decides which direction is which. */
type Writer = 'client' | 'server';

const nothing: Shape = { kind: 'object', properties: [] };

class Differences {
  private readonly found = new Map<string, ContractDifference>();

  add(difference: ContractDifference): void {
    const { subject, what, oldClients, newClients } = difference;
    const key = [subject, what, oldClients, newClients].join('\n');
    const calls = new Set([...(this.found.get(key)?.calls ?? []), ...difference.calls]);
    this.found.set(key, { ...difference, calls: [...calls].sort() });
  }

  /** What is sent from one end to the other: a type has differences of its own, told once for all calls. */
  addShapes(call: string, part: string, writer: Writer, found: readonly ShapeDifference[]): void {
    for (const { type, path, what, forward, backward } of found) {
      const owner = type === undefined ? `${call}, ${part}` : `${type}, as the ${writer} sends it`;
      // Old clients write forward in time, and are written to from the future.
      const [oldClients, newClients] = writer === 'client' ? [forward, backward] : [backward, forward];
      this.add({
        subject: path === '' ? owner : `${owner}: ${path}`,
        what,
        calls: [call],
        oldClients: verdict(oldClients),
        newClients: verdict(newClients),
      });
    }
  }

  all(): ContractDifference[] {
    return [...this.found.values()];
  }
}

function compareActions(
  controller: string,
  [before, old]: Side<ActionContract>,
  [after, now]: Side<ActionContract>,
  differences: Differences,
): void {
  const compare = (action: ActionContract, other: ActionContract, call: string, into: Differences) =>
    compareAction(call, [action, old], [other, now], into);
  for (const name of namesOf(before, after)) {
    const call = `${controller}.${name}`;
    const [action, other] = [find(before, name), find(after, name)];
    if (action && other) compare(action, other, call, differences);
    else if (action) {
      const renamed = renaming(action, after, before, compare);
      const hint = renamed ? `; ${controller}.${renamed} is new and the same otherwise: was it renamed?` : '';
      differences.add({
        ...{ subject: call, what: `is gone${hint}`, calls: [call] },
        ...{ oldClients: 'breaking', newClients: 'compatible' },
      });
    } else {
      differences.add({
        ...{ subject: call, what: 'is new', calls: [call] },
        ...{ oldClients: 'compatible', newClients: 'breaking' },
      });
    }
  }
}

function compareAction(
  call: string,
  [action, old]: readonly [ActionContract, Contract],
  [other, now]: readonly [ActionContract, Contract],
  differences: Differences,
): void {
  const at = (shape: Shape, { types }: Contract, { unknown }: { unknown?: 'refuse' } = {}) => ({
    shape,
    types,
    refusesUnknown: unknown === 'refuse',
  });
  const params = shapeDifferences(
    at(action.params ?? nothing, old, action),
    at(other.params ?? nothing, now, other),
  );
  differences.addShapes(call, 'params', 'client', params);
  if (action.unknown !== other.unknown) {
    const refuses = other.unknown === 'refuse';
    differences.add({
      subject: `${call}, params`,
      what: refuses
        ? 'may no longer have properties that nobody declared'
        : 'may have properties that nobody declared',
      calls: [call],
      oldClients: verdict(!refuses),
      newClients: 'compatible',
    });
  }
  for (const part of ['items', 'result'] as const) {
    const [before, after] = [action[part], other[part]];
    if (before && after)
      differences.addShapes(call, part, 'server', shapeDifferences(at(before, old), at(after, now)));
    else if (before || after) differences.add({ subject: call, calls: [call], ...appeared(part, after) });
  }
}

/** Who does not know of an answer does without it; who waits for items, or does not expect them, does not. */
function appeared(part: 'items' | 'result', after: Shape | undefined) {
  if (part === 'items') {
    const what = after ? 'streams its result now' : 'does not stream its result any more';
    return { what, oldClients: 'breaking', newClients: 'breaking' } as const;
  }
  return after
    ? ({ what: 'has a result now', oldClients: 'compatible', newClients: 'breaking' } as const)
    : ({ what: 'has no result any more', oldClients: 'breaking', newClients: 'compatible' } as const);
}

/** A call that a client does not know is skipped by it; one that does not come any more is missed. */
function compareClientActions(
  controller: string,
  [before, old]: Side<ClientActionContract>,
  [after, now]: Side<ClientActionContract>,
  differences: Differences,
): void {
  const compare = (
    action: ClientActionContract,
    other: ClientActionContract,
    call: string,
    into: Differences,
  ) => {
    const found = shapeDifferences(
      { shape: action.args ?? nothing, types: old.types },
      { shape: other.args ?? nothing, types: now.types },
    );
    into.addShapes(call, 'arguments', 'server', found);
  };
  for (const name of namesOf(before, after)) {
    const call = `${controller}.${name}`;
    const subject = `client action ${call}`;
    const [action, other] = [find(before, name), find(after, name)];
    if (action && other) compare(action, other, call, differences);
    else if (action) {
      const renamed = renaming(action, after, before, compare);
      const hint = renamed ? `; ${controller}.${renamed} is new and the same otherwise: was it renamed?` : '';
      differences.add({
        ...{ subject, what: `is gone${hint}`, calls: [call] },
        ...{ oldClients: 'breaking', newClients: 'compatible' },
      });
    } else {
      differences.add({
        ...{ subject, what: 'is new', calls: [call] },
        ...{ oldClients: 'compatible', newClients: 'breaking' },
      });
    }
  }
}

/** The new name of what is gone: something that was not there before and does not differ in anything else. */
function renaming<Item extends { readonly name: string }>(
  gone: Item,
  after: readonly Item[],
  before: readonly Item[],
  compare: (gone: Item, other: Item, call: string, into: Differences) => void,
): string | undefined {
  const alike = after.filter((other) => {
    if (find(before, other.name)) return false;
    const differences = new Differences();
    compare(gone, other, other.name, differences);
    return differences.all().length === 0;
  });
  return alike.length === 1 ? alike[0]?.name : undefined;
}

function find<Item extends { readonly name: string }>(
  items: readonly Item[],
  name: string,
): Item | undefined {
  return items.find((item) => item.name === name);
}

/** Each name once, those of before first. */
function namesOf(
  before: readonly { readonly name: string }[],
  after: readonly { readonly name: string }[],
): string[] {
  return [...new Set([...before, ...after].map(({ name }) => name))];
}

function verdict(fits: boolean): Verdict {
  return fits ? 'compatible' : 'breaking';
}
