import { expect } from '@jest/globals';
import { entries } from './sessions.js';
import { eventually, oddNames, page, readAll, type Try } from './trial.js';

/** A single process that ends in peace, and the next one. */
export function describeRestarts(that: Try): void {
  that('everything is there after a restart, and goes on where it was', async (t) => {
    const presence = { info: '{}', greeting: undefined, farewell: { body: 'bye' } };
    const groups = Object.fromEntries(
      oddNames.map((name) => [
        name,
        [
          { from: ['x', 1] as const, until: ['x', 2] as const },
          { from: ['x', 5] as const, presence },
        ],
      ]),
    );
    const [generation] = await t.node.append('all', { body: 'a', key: 'k' }, { body: 'b', except: ['s'] });
    const results = [{ call: 4, frame: 'reply' }];
    await t.node.open('s');
    await t.node.write('s', { entries: entries(1, 3), lastCall: 4, results, groups });
    await t.node.write('s', { handled: { position: ['1', 1], calls: 3 }, user: 'bob' });
    const before = await t.node.claim('s', 'bob');
    await t.reopen();
    expect(await readAll(t.engine, 'all', [generation, 0])).toEqual([
      { position: [generation, 1], body: 'a', key: 'k' },
      { position: [generation, 2], body: 'b', except: ['s'] },
    ]);
    expect(await t.node.append('all', { body: 'c', key: 'k' })).toEqual([generation, 3]);
    const [superseded] = await readAll(t.engine, 'all', [generation, 0]);
    expect(superseded?.body).toBeUndefined();
    expect(await t.engine.toSession('s', { body: 'adrift' })).toBe(true);
    await t.reopen();
    const after = await t.node.claim('s', 'bob');
    const [adriftAs = ''] = after?.entries.at(-1)?.position ?? [];
    expect(after).toMatchObject({
      ...{ user: 'bob', base: ['1', 1], lastCall: 4, results },
      entries: [...entries(2, 3), { position: [adriftAs, 1], body: 'adrift' }],
    });
    expect(Object.keys(after?.groups ?? {}).sort()).toEqual([...oddNames].sort());
    expect(after?.groups['{}']).toMatchObject([{ until: ['x', 2] }, { presence: { info: '{}' } }]);
    expect(Number(adriftAs)).toBeGreaterThan(before?.owner as number);
    expect(after?.owner).toBeGreaterThan(Number(adriftAs));
  });

  that('a session that is over stays so after a restart, and nobody is present in it', async (t) => {
    await t.node.open('s');
    await t.node.open('t', 'bob');
    const [generation] = await t.node.follow('group:g');
    await t.node.enter('group:g', 't', 1, 'bob');
    await t.node.end('s');
    await t.reopen();
    expect(await t.node.claim('s')).toBeUndefined();
    await t.engine.kick('bob', 'out');
    await eventually(async () => expect(await t.node.present('group:g')).toEqual([]));
    await t.reopen();
    expect(await t.node.claim('t', 'bob')).toBeUndefined();
    expect(await t.node.present('group:g')).toEqual([]);
    const read = await readAll(t.engine, 'group:g', [generation, 0]);
    expect(read.map(({ body }) => body)).toEqual(['hello bob', 'bye bob']);
  });

  that(
    'places go on behind those that are no longer kept',
    async (t) => {
      await t.node.open('s');
      await t.reopen();
      expect(await t.engine.toSession('s', { body: 'x'.repeat(200) })).toBe(true);
      // Twice: the next process may have it from what happened, and the one after that from a summary.
      await t.reopen();
      await t.reopen();
      expect(await t.engine.toSession('s', { body: 'kept' })).toBe(true);
      const claimed = await t.node.claim('s');
      const [generation = ''] = claimed?.base ?? [];
      expect(claimed).toMatchObject({
        ...{ base: [generation, 1], entries: [{ position: [generation, 2], body: 'kept' }] },
      });
    },
    { history: { entries: 4, bytes: 100 } },
  );

  that(
    'a lost session, and what no one follows, is let go of after the window',
    async (t) => {
      const [generation] = await t.node.append('all', 'a');
      await t.node.open('s');
      await t.node.open('t');
      const began = t.maker.clock.now();
      await t.reopen();
      const isInTime = await t.claimInTime('s', began);
      await t.pass(t.window * 2);
      expect(await t.node.claim('t')).toBeUndefined();
      if (isInTime) await t.node.write('s', { lastCall: 1 });
      expect(await t.engine.range('all', [generation, 0], page)).toEqual({ gap: 'unknown' });
    },
    { window: 'short' },
  );
}
