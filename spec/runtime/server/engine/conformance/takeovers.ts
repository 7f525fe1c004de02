import { expect } from '@jest/globals';
import { RocketError } from '../../../../../src/errors.js';
import { inJson, type RecordingNode } from './recording-node.js';
import { entries } from './sessions.js';
import { conflict, eventually, type Try, unavailable } from './trial.js';

/** Sessions that several nodes want, or want to reach. */
export function describeTakeovers(that: Try): void {
  that('a living owner is told that another node has the session, and can do nothing more', async (t) => {
    const two = await t.another();
    await t.node.open('s');
    await t.node.write('s', { entries: entries(1, 2), lastCall: 3 });
    const claimed = await two.claim('s');
    expect(claimed).toMatchObject({ entries: entries(1, 2), lastCall: 3 });
    await expect(t.engine.writeSession('s', 1, { lastCall: 9 })).rejects.toMatchObject(conflict);
    await t.engine.endSession('s', 1);
    const facts = { owner: 1, proof: 'proof of s', user: 'ada' };
    await expect(t.engine.openSession('s', facts)).rejects.toMatchObject(conflict);
    await eventually(() => expect(t.node.fences).toEqual([['s', claimed?.owner]]));
    await two.write('s', { lastCall: 4 });
    const back = await t.node.claim('s');
    expect(back).toMatchObject({ lastCall: 4 });
    expect(back?.owner).toBeGreaterThan(claimed?.owner as number);
    await eventually(() => expect(two.fences).toEqual([['s', back?.owner]]));
    await t.settled('user:ada', t.node, two);
    expect(t.node.fences).toHaveLength(1);
  });

  that('of what the owner writes meanwhile, the new one has all that was accepted', async (t) => {
    const two = await t.another();
    for (let turn = 1; turn <= 10; turn += 1) {
      const id = `s${turn}`;
      await t.node.open(id);
      let accepted = 0;
      const write = async () => {
        try {
          for (;;) {
            const next = accepted + 1;
            await t.engine.writeSession(id, 1, { entries: entries(next, next) });
            accepted = next;
            await new Promise((resolve) => setTimeout(resolve, 0));
          }
        } catch (error) {
          expect(error).toMatchObject(conflict);
        }
      };
      const writing = write();
      await eventually(() => expect(accepted).toBeGreaterThan(turn));
      const claimed = await two.claim(id);
      await writing;
      const found = claimed?.entries.length ?? 0;
      expect(claimed?.entries).toEqual(entries(1, found));
      expect(found).toBeGreaterThanOrEqual(accepted);
      expect((await two.claim(id))?.entries).toHaveLength(found);
    }
  });

  that('of nodes that claim a session at once, the last one has it, and the others are told', async (t) => {
    const nodes = [t.node, await t.another('two'), await t.another('three')];
    for (let turn = 1; turn <= 10; turn += 1) {
      const id = `s${turn}`;
      await t.node.open(id);
      const owners = await Promise.all(
        nodes.slice(1).map(async (node) => (await node.claim(id))?.owner ?? 0),
      );
      const [last, other] = owners[0] === Math.max(...owners) ? [0, 1] : [1, 0];
      expect(owners[other]).toBeGreaterThan(1);
      expect(owners[last]).toBeGreaterThan(owners[other] as number);
      const [winner, loser] = [nodes[last + 1] as RecordingNode, nodes[other + 1] as RecordingNode];
      await winner.engine.writeSession(id, owners[last] as number, { lastCall: turn });
      await expect(loser.engine.writeSession(id, owners[other] as number, {})).rejects.toMatchObject(
        conflict,
      );
      await eventually(() => expect(loser.fences).toContainEqual([id, owners[last]]));
      await eventually(() => expect(t.node.fences.some(([session]) => session === id)).toBe(true));
      expect(winner.fences.filter(([session]) => session === id)).toEqual([]);
    }
  });

  that('an entry for a session is given to the node that has it, and its answer returned', async (t) => {
    const two = await t.another();
    await two.open('s');
    expect(await t.engine.toSession('s', { body: 'a' })).toBe(true);
    expect(await t.engine.toSession('s', { body: 'b', volatile: true })).toBe(true);
    two.answer = async () => false;
    expect(await t.engine.toSession('s', { body: 'c' })).toBe(false);
    two.answer = () => Promise.reject(new RocketError('unavailable', 'Not now'));
    await expect(t.engine.toSession('s', { body: 'd' })).rejects.toMatchObject(unavailable);
    two.answer = async () => true;
    expect(two.received.map(([, body]) => body)).toEqual(['a', 'b', 'c', 'd']);
    const body = inJson('😀\n').repeat(30_000);
    expect(await t.engine.toSession('s', { body })).toBe(true);
    expect(two.received.at(-1)).toEqual(['s', body]);
    // One after another they arrive so.
    const many = Array.from({ length: 100 }, (_, index) => `${index}`);
    for (const one of many) expect(await t.engine.toSession('s', { body: one })).toBe(true);
    expect(two.received.slice(-100).map(([, one]) => one)).toEqual(many);
    await t.node.claim('s');
    expect(await two.engine.toSession('s', { body: 'e' })).toBe(true);
    expect(t.node.received).toEqual([['s', 'e']]);
    expect((await two.claim('s'))?.entries).toEqual([]);
  });

  that('a kick reaches the sessions of the user on every node', async (t) => {
    const nodes = [t.node, await t.another('two'), await t.another('three')];
    for (const node of nodes) {
      await node.open(`s of ${node.id}`);
      await node.open(`t of ${node.id}`, 'bob');
    }
    await nodes[1]?.engine.kick('ada', 'out');
    for (const { id } of nodes) expect(await t.node.claim(`s of ${id}`)).toBeUndefined();
    for (const node of nodes) {
      await eventually(() => expect(node.kicks).toEqual([['ada', 'out']]));
      await eventually(() =>
        expect(node.engine.writeSession(`s of ${node.id}`, 1, {})).rejects.toMatchObject(conflict),
      );
      await node.write(`t of ${node.id}`, { lastCall: 1 });
    }
    await nodes[2]?.open('s again');
    expect(await t.node.claim('s again')).toBeDefined();
    await t.settled('user:ada', ...nodes);
    for (const node of nodes) expect(node.kicks).toHaveLength(1);
  });

  that('of a kick and a claim at once, nothing is left that can be claimed', async (t) => {
    const [two, three] = [await t.another('two'), await t.another('three')];
    for (let turn = 1; turn <= 10; turn += 1) {
      const id = `s${turn}`;
      await t.node.open(id);
      await Promise.all([two.claim(id), t.engine.kick('ada', 'out'), three.claim(id)]);
      expect(await t.node.claim(id)).toBeUndefined();
      await eventually(() => expect(two.engine.toSession(id, { body: 'x' })).resolves.toBe(false));
    }
  });

  that('the sessions of a node that stops can be claimed, and entries join their records', async (t) => {
    const two = await t.another();
    for (const id of ['s', 't']) {
      await two.open(id);
      await two.write(id, { entries: entries(1, 2), lastCall: 1 });
    }
    await two.engine.stop();
    expect(await t.node.claim('t')).toMatchObject({ entries: entries(1, 2), lastCall: 1 });
    for (const body of ['a', 'b']) {
      expect(await t.engine.toSession('s', { body })).toBe(true);
      expect(await t.engine.toSession('s', { body: 'lost', volatile: true })).toBe(true);
    }
    const claimed = await t.node.claim('s');
    const [generation = ''] = claimed?.entries.at(-1)?.position ?? [];
    expect(claimed?.entries).toEqual([
      ...entries(1, 2),
      { position: [generation, 1], body: 'a' },
      { position: [generation, 2], body: 'b' },
    ]);
    expect(Number(generation)).toBeGreaterThan(1);
    expect(claimed?.owner).toBeGreaterThan(Number(generation));
  });

  that(
    'a session whose node has stopped can be claimed for the window',
    async (t) => {
      const two = await t.another();
      await two.open('s');
      await two.open('t');
      const began = t.maker.clock.now();
      await two.engine.stop();
      const isInTime = await t.claimInTime('s', began);
      await t.pass(t.window * 3);
      expect(await t.node.claim('t')).toBeUndefined();
      expect(await t.engine.toSession('t', { body: 'x' })).toBe(false);
      if (isInTime) await t.node.write('s', { lastCall: 1 });
    },
    { window: 'short' },
  );
}
