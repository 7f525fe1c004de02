import { expect } from '@jest/globals';
import type { RecordingNode } from './recording-node.js';
import { eventually, readAll, type Try } from './trial.js';

/** Sources that several nodes follow, and who is present in them by way of several. */
export function describeSharedSources(that: Try): void {
  that('all nodes get every entry once and in order, while all append at once', async (t) => {
    const nodes = [t.node, await t.another('two'), await t.another('three')];
    const sources = Array.from({ length: 20 }, (_, index) => `group:${index}`);
    const heads = await Promise.all(
      nodes.map((node) => Promise.all(sources.map((source) => node.follow(source)))),
    );
    expect(heads[1]).toEqual(heads[0]);
    const rounds = 12;
    const appendAll = async (node: RecordingNode) => {
      for (let round = 0; round < rounds; round += 1)
        await Promise.all(sources.map((source) => node.append(source, `${node.id} ${round}`)));
    };
    await Promise.all(nodes.map(appendAll));
    for (const [index, source] of sources.entries()) {
      await t.settled(source, ...nodes);
      const [first, ...others] = nodes.map((node) => node.entries(source));
      const [generation = ''] = heads[0]?.[index] ?? [];
      expect(first?.map(({ position }) => position)).toEqual(
        Array.from({ length: rounds * nodes.length }, (_, number) => [generation, number + 1]),
      );
      for (const other of others) expect(other).toEqual(first);
      const read = await readAll(t.engine, source, [generation, 0]);
      expect(read.slice(0, -1)).toEqual(first);
      // What a node appends one after another stays so.
      for (const { id } of nodes) {
        const own = first?.map(({ body }) => body).filter((body) => body?.startsWith(`${id} `));
        expect(own).toEqual(Array.from({ length: rounds }, (_, round) => `${id} ${round}`));
      }
    }
  });

  that('who begins to follow in the midst of it misses nothing behind the head', async (t) => {
    const two = await t.another();
    await t.node.follow('all');
    let appended = 0;
    let isOver = false;
    const append = async () => {
      for (; !isOver; appended += 1) {
        await t.node.append('all', `${appended}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const appending = append();
    for (let turn = 0; turn < 20; turn += 1) {
      const before = two.entries('all').length;
      const [, head] = await two.follow('all');
      await eventually(() => expect(two.entries('all').length).toBeGreaterThan(before + 2));
      two.unfollow('all');
      const numbers = two
        .entries('all')
        .slice(before)
        .map(({ position }) => position[1]);
      expect(numbers).toEqual(numbers.map((_, index) => head + 1 + index));
    }
    isOver = true;
    await appending;
    await t.settled('all', t.node);
    expect(t.node.entries('all')).toHaveLength(appended);
  });

  that('an unfollow of one node leaves the other one alone', async (t) => {
    const two = await t.another();
    await Promise.all([t.node.follow('all'), two.follow('all')]);
    await two.append('all', 'a');
    await t.settled('all', t.node, two);
    two.unfollow('all');
    await two.append('all', 'b');
    await t.settled('all', t.node);
    const [, head] = await two.follow('all');
    await t.node.append('all', 'c');
    await t.settled('all', t.node, two);
    expect(t.node.bodies('all')).toEqual(['a', 'b', 'c']);
    expect(two.bodies('all')).toEqual(['a', 'c']);
    expect(two.entries('all').at(-1)?.position[1]).toBe(head + 1);
  });

  that('numbers of appends are counted for each node by itself', async (t) => {
    const two = await t.another();
    const [generation] = await t.engine.append('all', [{ body: 'a' }], 7);
    expect(await two.engine.append('all', [{ body: 'b' }], 3)).toEqual([generation, 2]);
    expect(await t.engine.append('all', [{ body: 'a' }], 7)).toEqual([generation, 1]);
    expect(await two.engine.append('all', [{ body: 'b' }], 3)).toEqual([generation, 2]);
    const read = await readAll(two.engine, 'all', [generation, 0]);
    expect(read.map(({ body }) => body)).toEqual(['a', 'b']);
  });

  that('a key supersedes what another node appended', async (t) => {
    const two = await t.another();
    const [generation] = await t.node.append('all', { body: 'a', key: 'k' });
    await two.append('all', { body: 'b', key: 'k' }, { body: 'c', key: 'l' });
    await t.node.append('all', { body: 'd', key: 'k' });
    const read = await readAll(two.engine, 'all', [generation, 0]);
    expect(read.map(({ body }) => body)).toEqual([undefined, undefined, 'c', 'd']);
  });

  that('what is published reaches each node once, and not who follows none of the sources', async (t) => {
    const [two, three] = [await t.another('two'), await t.another('three')];
    const shared = ['all', 'group:a', 'user:b'];
    for (const source of shared) for (const node of [t.node, two]) await node.follow(source);
    await three.follow('group:other');
    const bodies = Array.from({ length: 30 }, (_, index) => `v${index}`);
    for (const body of bodies) two.engine.publish([...shared, 'group:none'], { body });
    for (const node of [t.node, two])
      await eventually(() => expect(node.flashed.length).toBeGreaterThanOrEqual(bodies.length));
    for (const source of shared) await t.settled(source, t.node, two);
    await t.settled('group:other', three);
    for (const node of [t.node, two])
      expect(node.flashed.map(([, body]) => body).sort()).toEqual([...bodies].sort());
    expect(three.flashed).toEqual([]);
  });

  that('greetings and farewells alternate, whoever comes and goes where', async (t) => {
    const nodes = [t.node, await t.another()];
    const group = 'group:g';
    await Promise.all(nodes.map((node) => node.follow(group)));
    const sessions = Array.from({ length: 20 }, (_, index) => `s${index}`);
    const byNode = (index: number) => nodes[index % 2] as RecordingNode;
    for (let turn = 0; turn < 3; turn += 1) {
      await Promise.all(sessions.map((session, index) => byNode(index).enter(group, session)));
      expect((await byNode(turn).present(group)).sort()).toEqual([...sessions].sort());
      await Promise.all(sessions.map((session, index) => byNode(index).engine.depart(group, session, 1)));
      expect(await byNode(turn).present(group)).toEqual([]);
    }
    // Coming and going at once.
    const comeAndGo = async (session: string, index: number) => {
      for (let turn = 0; turn < 5; turn += 1) {
        await byNode(index).enter(group, session);
        await byNode(index + turn).engine.depart(group, session, 1);
      }
    };
    await Promise.all(sessions.map(comeAndGo));
    await t.settled(group, ...nodes);
    const told = t.node.bodies(group);
    expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 'hello ada' : 'bye ada')));
    expect(told.length % 2).toBe(0);
    expect(told.slice(0, 6)).toHaveLength(6);
    expect(nodes[1]?.bodies(group)).toEqual(told);
  });

  that('members stand in the order of entering for every node, among the entries', async (t) => {
    const two = await t.another();
    await two.follow('group:g');
    await t.node.enter('group:g', 's3', 1, 'cleo');
    await two.enter('group:g', 's1', 1, 'ada');
    await t.node.append('group:g', 'a');
    await two.enter('group:g', 's2', 1, 'bob');
    // The session goes on at another node.
    await two.enter('group:g', 's3', 2, 'cleo');
    await t.engine.depart('group:g', 's3', 1);
    expect(await t.node.present('group:g')).toEqual(['s3', 's1', 's2']);
    expect(await two.present('group:g')).toEqual(['s3', 's1', 's2']);
    await t.settled('group:g', two);
    expect(two.bodies('group:g')).toEqual(['hello cleo', 'hello ada', 'a', 'hello bob']);
  });
}
