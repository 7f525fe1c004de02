import { RocketError } from '../../../src/errors.js';
import type { ActionTable } from './action-table.js';

/**
 * What a call of an unknown name is told. A hint names only what is in the table, which every client's
 * generated code lists anyway: undecorated methods cannot come up.
 */
export function unknownAction(name: string, table: ActionTable): RocketError {
  const hint = closest(name, table);
  return new RocketError(
    'unknown_action',
    `No action "${shown(name)}"${hint === undefined ? '' : `. Did you mean "${hint}"?`}`,
  );
}

/** A stranger's name, short enough to be repeated. */
export function shown(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

/** The name at most two letters away, the nearest of them; compared without regard to case. */
function closest(name: string, table: ActionTable): string | undefined {
  // Long names are not typing mistakes, and comparing them would cost a hostile client nothing.
  if (name.length > 60) return undefined;
  let best: string | undefined;
  let limit = 2;
  for (const candidate of table.keys()) {
    const distance = distanceWithin(name.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance === undefined) continue;
    best = candidate;
    if (distance === 0) break;
    limit = distance - 1;
  }
  return best;
}

/** How many letters to insert, drop or change, if no more than `limit`. */
function distanceWithin(a: string, b: string, limit: number): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) > limit) return undefined;
    row = next;
  }
  const distance = row[b.length] ?? 0;
  return distance > limit ? undefined : distance;
}
