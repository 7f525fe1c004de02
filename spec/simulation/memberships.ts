import type { Seen } from './history.js';

/** Whether a session is in a group; `maybe`: a join or a leave is under way, or nobody knows how far it came. */
export type Standing = 'member' | 'maybe' | 'none';

interface Change {
  readonly index: number;
  readonly standing: Standing;
  /** Whether a member is to be listed; undefined: nobody knows. */
  readonly isPresent: boolean | undefined;
}

/** Who was in which group when, as the app was told. Of joins and leaves that overlap nobody knows which came last. */
export class Memberships {
  private readonly groups = new Map<string, { changes: Change[]; underWay: number; isMixed: boolean }>();

  note(one: Seen<'joining'> | Seen<'joined'> | Seen<'leaving'> | Seen<'left'>): void {
    const { index, session, group } = one;
    const known = this.of(session, group);
    const { isPresent } = known.changes.at(-1) ?? { isPresent: false };
    if (one.kind === 'joining' || one.kind === 'leaving') {
      if (known.underWay > 0) known.isMixed = true;
      known.underWay += 1;
      // A node may die after it has entered the session, and before it says so.
      const mayEnter = one.kind === 'joining' && one.isPresent && isPresent === false;
      // Or after the session has departed, and before it says that.
      const mayDepart = one.kind === 'leaving' && isPresent === true;
      const becomes = known.isMixed || mayEnter || mayDepart ? undefined : isPresent;
      known.changes.push({ index, standing: 'maybe', isPresent: becomes });
      return;
    }
    known.underWay = Math.max(0, known.underWay - 1);
    if (known.isMixed) {
      if (known.underWay === 0) known.isMixed = false;
      return;
    }
    if (one.kind === 'left') known.changes.push({ index, standing: 'none', isPresent: false });
    else known.changes.push({ index, standing: 'member', isPresent: one.isPresent || isPresent });
  }

  /** The session has another owner: what was under way at the former one never ends. */
  moved(session: string): void {
    for (const [key, known] of this.groups) {
      if (!key.startsWith(`${session} `)) continue;
      known.underWay = 0;
      known.isMixed = false;
    }
  }

  standing(session: string, group: string, index: number): Standing {
    return this.at(session, group, index)?.standing ?? 'none';
  }

  /** Whether a member is to be listed; undefined: nobody knows. */
  isPresent(session: string, group: string, index: number): boolean | undefined {
    const last = this.at(session, group, index);
    return last === undefined ? false : last.isPresent;
  }

  private at(session: string, group: string, index: number): Change | undefined {
    return this.groups.get(`${session} ${group}`)?.changes.findLast((one) => one.index <= index);
  }

  private of(session: string, group: string) {
    const key = `${session} ${group}`;
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const made = { changes: [], underWay: 0, isMixed: false };
    this.groups.set(key, made);
    return made;
  }
}
