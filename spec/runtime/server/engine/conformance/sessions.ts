import { expect } from '@jest/globals';
import type { Entry, GroupSpan } from '../../../../../runtime/server/engine/engine.js';
import { inJson } from './recording-node.js';
import { conflict, eventually, notFound, oddNames, type Try } from './trial.js';

/** Records of sessions, and what happens to them, as a single node sees it. */
export function describeSessions(that: Try): void {
  that('a claimed session is handed over as it was written, without what was handled', async ({ node }) => {
    await node.open('s');
    const changes = {
      ...{ entries: entries(1, 3), lastCall: 2, groups: { g: [{ from: ['x', 1] as const }] } },
      results: [1, 2].map((call) => ({ call, frame: `reply ${call}` })),
    };
    await node.write('s', changes);
    await node.write('s', { handled: { position: ['1', 1], calls: 1 } });
    // The same again changes nothing.
    await node.write('s', changes);
    await node.write('s', { lastCall: 1 });
    const claimed = await node.claim('s');
    expect(claimed).toEqual({
      ...{ owner: claimed?.owner, user: 'ada', base: ['1', 1], lastCall: 2, groups: changes.groups },
      ...{ entries: entries(2, 3), results: [{ call: 2, frame: 'reply 2' }] },
    });
    expect(claimed?.owner).toBeGreaterThan(1);
  });

  that('nothing of a new session is left out', async ({ node }) => {
    await node.open('s');
    expect(await node.claim('s')).toMatchObject({
      ...{ user: 'ada', base: ['1', 0], lastCall: 0, groups: {}, entries: [], results: [] },
    });
  });

  that('only who has the proof can claim a session, and of what is unknown there is none', async (t) => {
    await t.node.open('s');
    expect(await t.node.claim('s', 'ada', 'wrong')).toBeUndefined();
    expect(await t.node.claim('none')).toBeUndefined();
    await t.node.write('s', { lastCall: 1 });
    // Whoever is believed to have it: the record says who does.
    expect(await t.node.claim('s', 'bob')).toMatchObject({ user: 'ada', lastCall: 1 });
  });

  that('a claim ends what earlier owners can do, and numbers rise', async (t) => {
    const { node } = t;
    await node.open('s');
    await node.write('s', { lastCall: 1 });
    const first = await node.claim('s');
    const second = await node.claim('s');
    const owners = [1, first?.owner as number, second?.owner as number];
    expect(owners[1]).toBeGreaterThan(1);
    expect(owners[2]).toBeGreaterThan(owners[1] as number);
    for (const owner of owners.slice(0, 2)) {
      await expect(node.write('s', { lastCall: 9 }, owner)).rejects.toMatchObject(conflict);
      await t.engine.endSession('s', owner);
    }
    await node.write('s', { lastCall: 2 });
    expect(await node.claim('s')).toMatchObject({ lastCall: 2 });
  });

  that('a session may be opened again by its owner, and by nobody before it', async (t) => {
    const { node } = t;
    await node.open('s');
    await node.write('s', { lastCall: 3 });
    await node.open('s');
    const claimed = await node.claim('s');
    expect(claimed).toMatchObject({ lastCall: 3 });
    await node.open('s', 'ada', claimed?.owner);
    await expect(node.open('s')).rejects.toMatchObject(conflict);
    await node.write('s', { lastCall: 4 }, claimed?.owner);
    expect(await node.claim('s')).toMatchObject({ lastCall: 4 });
  });

  that('a record that is behind its owner counts as lost, and is replaced', async ({ engine, node }) => {
    await node.open('s');
    await node.write('s', { lastCall: 3, entries: entries(1, 2) });
    await expect(node.write('s', {}, 5)).rejects.toMatchObject(notFound);
    await node.open('s', 'bob', 5);
    await expect(engine.writeSession('s', 1, {})).rejects.toMatchObject(conflict);
    await node.write('s', { lastCall: 1 });
    const claimed = await node.claim('s', 'bob');
    expect(claimed).toMatchObject({ user: 'bob', lastCall: 1, entries: [] });
    expect(claimed?.owner).toBeGreaterThan(5);
  });

  that('of what the engine has no record the owner is told, and opens it whole', async ({ node }) => {
    await expect(node.write('s', {}, 7)).rejects.toMatchObject(notFound);
    await node.open('s', 'ada', 7);
    const groups = {
      g: [{ from: ['x', 1] as const, until: ['x', 3] as const }, { from: ['x', 9] as const }],
    };
    await node.write('s', {
      ...{ entries: [...entries(8, 9, '3'), ...entries(1, 2, '7')], lastCall: 12, groups },
      ...{ results: [{ call: 12, frame: 'reply' }], handled: { position: ['3', 7], calls: 11 } },
    });
    const claimed = await node.claim('s');
    expect(claimed).toEqual({
      ...{ owner: claimed?.owner, user: 'ada', base: ['3', 7], lastCall: 12, groups },
      entries: [...entries(8, 9, '3'), ...entries(1, 2, '7')],
      results: [{ call: 12, frame: 'reply' }],
    });
    expect(claimed?.owner).toBeGreaterThan(7);
  });

  that('a session that has ended is over for everybody', async (t) => {
    const { engine, node } = t;
    await node.open('s');
    await node.open('t');
    const claimed = await node.claim('t');
    await engine.endSession('s', 1);
    await engine.endSession('s', 1);
    await expect(node.write('s', {})).rejects.toMatchObject(conflict);
    await expect(node.open('s')).rejects.toMatchObject(conflict);
    expect(await node.claim('s')).toBeUndefined();
    expect(await engine.toSession('s', { body: 'x' })).toBe(false);
    // Only its owner can end it.
    await engine.endSession('t', 1);
    await engine.endSession('none', 1);
    await node.write('t', { lastCall: 1 }, claimed?.owner);
    expect(await node.claim('t')).toMatchObject({ lastCall: 1 });
  });

  that('the stretches of a group are kept in order, and none means forget it', async ({ node }) => {
    const presence = { info: '{"id":1}', greeting: undefined, farewell: { body: 'bye', key: 'k' } };
    const spans: GroupSpan[] = [
      { from: ['x', 1], until: ['x', 3] },
      { from: ['x', 5], until: ['x', 9], restart: ['x', 6] },
      { from: ['y', 0], presence },
    ];
    const named = (name: string): GroupSpan[] => [{ from: [`of ${name}`, 1] }];
    await node.open('s');
    await node.write('s', { groups: { g: spans, h: spans.slice(0, 1), i: spans } });
    await node.write('s', { groups: { h: spans.slice(1), i: [], none: [] } });
    await node.write('s', { groups: Object.fromEntries(oddNames.map((name) => [name, named(name)])) });
    const { groups = {} } = (await node.claim('s')) ?? {};
    const { greeting, ...rest } = presence;
    expect(groups.g).toMatchObject([spans[0], spans[1], { from: ['y', 0], presence: rest }]);
    expect(groups.g?.[2]?.presence?.greeting).toBeUndefined();
    expect(groups.h).toEqual(spans.slice(1).map((span) => (span.presence ? groups.g?.[2] : span)));
    expect(Object.keys(groups).sort()).toEqual(['g', 'h', ...oddNames].sort());
    const byName = new Map(Object.entries(groups));
    for (const name of oddNames) expect(byName.get(name)).toEqual(named(name));
    await node.write('s', { groups: Object.fromEntries(oddNames.map((name) => [name, []])) });
    expect(Object.keys((await node.claim('s'))?.groups ?? {}).sort()).toEqual(['g', 'h']);
  });

  that(
    'a record keeps the newest within the history, and says what it does not keep',
    async ({ node }) => {
      await node.open('s');
      for (let n = 1; n <= 6; n += 1) await node.write('s', { entries: entries(n, n) });
      const results = Array.from({ length: 6 }, (_, index) => ({ call: index + 1, frame: '{}' }));
      await node.write('s', { results });
      expect(await node.claim('s')).toMatchObject({
        ...{ base: ['1', 2], entries: entries(3, 6), results: results.slice(2) },
      });
      await node.write('s', { entries: [{ position: ['1', 7], body: 'x'.repeat(99) }] });
      expect(await node.claim('s')).toMatchObject({ base: ['1', 6], entries: [{ position: ['1', 7] }] });
    },
    { history: { entries: 4, bytes: 100 } },
  );

  that('an entry of a record supersedes those before it with its key', async ({ node }) => {
    await node.open('s');
    const entry = { body: 'new', key: '__proto__', except: ['t'], also: { all: ['x', 3] as const } };
    await node.write('s', {
      entries: [{ position: ['1', 1], body: 'old', key: '__proto__' }, ...entries(2, 2)],
    });
    await node.write('s', { entries: [{ position: ['1', 3], ...entry }] });
    const claimed = await node.claim('s');
    expect(claimed?.entries).toMatchObject([
      { position: ['1', 1] },
      ...entries(2, 2),
      { position: ['1', 3], ...entry },
    ]);
    expect(claimed?.entries[0]?.body).toBeUndefined();
  });

  that('a record holds bodies and replies of 100 KB', async ({ node }) => {
    const [body, frame] = [inJson('😀\n"').repeat(25_000), '\u2028{}'.repeat(33_000)];
    const written = { entries: [{ position: ['1', 1] as const, body }], results: [{ call: 1, frame }] };
    await node.open('s');
    await node.write('s', written);
    expect(await node.claim('s')).toMatchObject(written);
  });

  that(
    'a session whose owner lives is kept, however long nothing happens',
    async (t) => {
      await t.node.open('s');
      await t.pass(t.window * 3);
      await t.node.write('s', { lastCall: 1 });
      expect(await t.node.claim('s')).toMatchObject({ lastCall: 1 });
    },
    { window: 'short' },
  );

  that('an entry for a session is given to its owner, whose answer is returned', async ({ engine, node }) => {
    await node.open('s');
    expect(await engine.toSession('s', { body: 'one' })).toBe(true);
    expect(await engine.toSession('s', { body: 'two', volatile: true })).toBe(true);
    expect(await engine.toSession('none', { body: 'three' })).toBe(false);
    node.answer = async () => false;
    expect(await engine.toSession('s', { body: 'four' })).toBe(false);
    expect(node.received).toEqual(['one', 'two', 'four'].map((body) => ['s', body]));
  });

  that('a kick ends the sessions of the user, and no other', async (t) => {
    const { engine, node } = t;
    for (const id of ['s', 't']) await node.open(id);
    await node.open('u', 'bob');
    await engine.kick('ada', 'out');
    for (const id of ['s', 't']) expect(await node.claim(id)).toBeUndefined();
    await eventually(() => expect(node.kicks).toEqual([['ada', 'out']]));
    await eventually(() => expect(engine.writeSession('s', 1, {})).rejects.toMatchObject(conflict));
    expect(await engine.toSession('t', { body: 'x' })).toBe(false);
    expect(await node.claim('u', 'bob')).toBeDefined();
    await t.settled('user:ada', node);
    expect(node.kicks).toHaveLength(1);
  });

  that('a session that was opened after a kick lives', async (t) => {
    const { engine, node } = t;
    await engine.kick('ada', 'before');
    await node.open('s');
    await engine.kick('ada', 'out');
    await eventually(() => expect(node.kicks.at(-1)).toEqual(['ada', 'out']));
    await node.open('t');
    await node.write('t', { lastCall: 1 });
    expect(await node.claim('t')).toMatchObject({ lastCall: 1 });
    expect(await node.claim('s')).toBeUndefined();
    expect(await engine.toSession('t', { body: 'x' })).toBe(true);
    await engine.kick('nobody', 'out');
  });

  that('a kick is for who has the session now', async ({ engine, node }) => {
    await node.open('s');
    await node.follow('user:bob');
    await node.write('s', { user: 'bob' });
    await engine.kick('ada', 'out');
    expect(await engine.claimSession('s', 'proof of s', 'bob')).toMatchObject({ user: 'bob' });
    await engine.kick('bob', 'out');
    expect(await engine.claimSession('s', 'proof of s', 'bob')).toBeUndefined();
  });

  that('users may have any name, and clients ask for any session', async ({ engine, node }) => {
    for (const [index, name] of oddNames.entries()) {
      const id = `s${index}`;
      await node.open(id, name);
      await node.write(id, { lastCall: 1, user: name });
      expect(await engine.toSession(id, { body: inJson(name), key: name, except: [name] })).toBe(true);
      expect(node.received.at(-1)).toEqual([id, inJson(name)]);
      expect(await node.claim(id, name)).toMatchObject({ user: name, lastCall: 1 });
      expect(await node.claim(name, name)).toBeUndefined();
      expect(await engine.toSession(name, { body: 'x' })).toBe(false);
    }
    for (const [index, name] of oddNames.entries()) {
      await engine.kick(name, name);
      expect(await node.claim(`s${index}`, name)).toBeUndefined();
    }
    const told = oddNames.map((name) => [name, name]);
    await eventually(() => expect([...node.kicks].sort()).toEqual(told.sort()));
  });
}

/** As many entries as there are numbers, up to and with `last`. */
export function entries(first: number, last: number, generation = '1'): Entry[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    position: [generation, first + index],
    body: `${generation}.${first + index}`,
  }));
}
