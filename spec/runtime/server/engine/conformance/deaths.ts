import { expect } from '@jest/globals';
import type { RocketError } from '../../../../../src/errors.js';
import { entries } from './sessions.js';
import { conflict, eventually, lease, outcomeUnknown, type Try, unavailable } from './trial.js';

/** What is left by a node that is killed, and found by the others. */
export function describeDeaths(that: Try): void {
  that('a dead node is survived by its sessions, and its members depart when its lease ends', async (t) => {
    const two = await t.another();
    const group = 'group:g';
    await t.node.follow(group);
    for (const id of ['s', 't', 'u']) {
      await two.open(id, `user of ${id}`);
      await two.write(id, { entries: entries(1, 1), lastCall: 1 });
      await two.enter(group, id, 1, `user of ${id}`);
    }
    await t.kill(two);
    // Others need not wait for the lease: a client that comes back is served at once.
    const taken = await t.node.claim('t', 'user of t');
    expect(taken).toMatchObject({ entries: entries(1, 1), lastCall: 1 });
    await t.node.enter(group, 't', taken?.owner, 'user of t');
    // Whether its owner is there cannot be known yet.
    const early = t.engine.toSession('s', { body: 'early' }).then(
      (isTaken) => isTaken,
      (error: unknown) => error,
    );
    await t.engine.kick('user of u', 'out');
    expect(await t.node.claim('u', 'user of u')).toBeUndefined();
    await t.pass(lease);
    await eventually(async () => expect(await t.node.present(group)).toEqual(['t']));
    const answer = await early;
    if (answer !== true) expect([unavailable, outcomeUnknown]).toContainEqual(shortly(answer));
    expect(await eventually(() => t.engine.toSession('s', { body: 'late' }))).toBe(true);
    expect(await t.engine.toSession('s', { body: 'lost', volatile: true })).toBe(true);
    const claimed = await t.node.claim('s', 'user of s');
    const joined = claimed?.entries.slice(1).map(({ body }) => body);
    expect(joined).toEqual(answer === true ? ['early', 'late'] : ['late']);
    const { position } = claimed?.entries.at(-1) ?? {};
    expect(Number(position?.[0])).toBeGreaterThan(1);
    expect(claimed?.owner).toBeGreaterThan(Number(position?.[0]));
    await t.settled(group, t.node);
    const told = t.node.bodies(group);
    expect(told.slice(0, 3)).toEqual(['s', 't', 'u'].map((id) => `hello user of ${id}`));
    expect(told.slice(3).sort()).toEqual(['s', 'u'].map((id) => `bye user of ${id}`));
    await expect(t.node.write('s', {}, 1)).rejects.toMatchObject(conflict);
  });
}

function shortly(error: unknown): { code: unknown; retryable: unknown } {
  const { code, retryable } = error as RocketError;
  return { code, retryable };
}
