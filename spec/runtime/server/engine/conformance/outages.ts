import { expect } from '@jest/globals';
import { entries } from './sessions.js';
import { eventually, notFound, readAll, type Try, unavailable } from './trial.js';

/** What is shared cannot be reached for a while. */
export function describeOutages(that: Try): void {
  that('what is asked while nothing can be reached may be asked again when it can', async (t) => {
    const { engine, node, maker } = t;
    const two = await t.another();
    for (const one of [node, two]) await one.follow('all');
    await node.open('s');
    const [generation] = await engine.append('all', [{ body: 'a' }], 1);
    expect(engine.trouble).toBeUndefined();
    expect(engine.certainty()).toBeUndefined();
    await maker.down?.();
    const append = async () => engine.append('all', [{ body: 'b' }], 2);
    const write = () => node.write('s', { entries: entries(1, 2), lastCall: 1 });
    const enter = () => node.enter('group:g', 's');
    const asks = [append, write, enter, () => node.open('t')];
    await Promise.all(asks.map((ask) => expect(ask()).rejects.toMatchObject(unavailable)));
    await expect(engine.toSession('none', { body: 'x' })).rejects.toMatchObject({
      code: expect.stringMatching(/^(unavailable|outcome_unknown)$/),
    });
    await eventually(() => expect(typeof engine.trouble).toBe('string'));
    await maker.up?.();
    expect(await eventually(append)).toEqual([generation, 2]);
    for (const ask of [write, enter, () => node.open('t')]) await eventually(ask);
    await eventually(() => expect(engine.trouble).toBeUndefined());
    await eventually(() => expect(engine.certainty()).toBeUndefined());
    expect(await append()).toEqual([generation, 2]);
    await eventually(async () => engine.append('all', [{ body: 'c' }], 3));
    await eventually(async () => two.engine.append('all', [{ body: 'd' }], 1));
    for (const one of [node, two])
      await eventually(() => expect(one.bodies('all')).toEqual(['a', 'b', 'c', 'd']));
    const read = await readAll(two.engine, 'all', [generation, 0]);
    expect(read.map(({ body }) => body)).toEqual(['a', 'b', 'c', 'd']);
    expect(await eventually(() => two.present('group:g'))).toEqual(['s']);
    expect(await eventually(() => two.claim('s'))).toMatchObject({ entries: entries(1, 2), lastCall: 1 });
    expect(await two.claim('t')).toBeDefined();
  });
}

/** A record is lost while its owner lives. */
export function describeLosses(that: Try): void {
  that('a record that was lost is opened again by its owner, and whole for the next', async (t) => {
    const { node, maker } = t;
    const two = await t.another();
    const changes = {
      ...{ entries: entries(4, 6), results: [{ call: 2, frame: 'reply' }], lastCall: 2 },
      groups: { g: [{ from: ['x', 1] as const }] },
    };
    await node.open('s');
    const owner = (await node.claim('s'))?.owner as number;
    await node.write('s', { ...changes, handled: { position: ['1', 3], calls: 1 } });
    await maker.lose?.('s');
    await expect(node.write('s', { lastCall: 3 })).rejects.toMatchObject(notFound);
    expect(await two.claim('s')).toBeUndefined();
    await node.open('s', 'ada', owner);
    await node.write('s', { ...changes, handled: { position: ['1', 3], calls: 1 } });
    const claimed = await two.claim('s');
    expect(claimed).toMatchObject({ ...changes, user: 'ada', base: ['1', 3] });
    expect(claimed?.owner).toBeGreaterThan(owner);
    // Had another node opened it first, its owner would have lost it.
    const facts = { owner, proof: 'proof of s', user: 'ada' };
    await expect(t.engine.openSession('s', facts)).rejects.toMatchObject({ code: 'conflict' });
  });
}
