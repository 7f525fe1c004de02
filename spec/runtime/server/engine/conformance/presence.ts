import { expect } from '@jest/globals';
import { inJson } from './recording-node.js';
import { eventually, oddNames, type Try } from './trial.js';

/** Who is present, as a single node sees it. */
export function describePresence(that: Try): void {
  that('the first session of a user is greeted, and the last bidden farewell', async (t) => {
    const { engine, node } = t;
    const group = 'group:g';
    await node.follow(group);
    await node.enter(group, 's1');
    await node.append(group, 'a');
    await node.enter(group, 's2');
    await node.enter(group, 's3', 1, 'bob');
    await node.enter(group, 's1');
    expect(await node.present(group)).toEqual(['s1', 's2', 's3']);
    await engine.depart(group, 's1', 1);
    await engine.depart(group, 's1', 1);
    await engine.depart(group, 'none', 1);
    await node.append(group, 'b');
    await engine.depart(group, 's2', 1);
    expect(await node.present(group)).toEqual(['s3']);
    await node.enter(group, 's1');
    expect(await node.present(group)).toEqual(['s3', 's1']);
    await t.settled(group, node);
    expect(node.bodies(group)).toEqual([...['hello ada', 'a', 'hello bob', 'b', 'bye ada', 'hello ada']]);
  });

  that('what was noted is told as it was, and replaced when the session enters again', async (t) => {
    const { engine, node } = t;
    const member = { session: 's', owner: 1, user: 'ada', info: '{"a":"😀\\n"}', farewell: undefined };
    await node.follow('group:g');
    await engine.enter('group:g', member, undefined);
    const [noted] = await engine.members('group:g');
    expect(noted).toMatchObject({ session: 's', user: 'ada', info: member.info });
    await engine.enter('group:g', { ...member, info: '[]', farewell: { body: 'bye', key: 'k' } }, undefined);
    expect(await engine.members('group:g')).toMatchObject([{ session: 's', info: '[]' }]);
    await engine.depart('group:g', 's', 1);
    expect(await engine.members('group:g')).toEqual([]);
    expect(await engine.members('group:none')).toEqual([]);
    await t.settled('group:g', node);
    expect(node.entries('group:g')).toMatchObject([{ body: 'bye', key: 'k' }]);
  });

  that('a session that enters as another user has departed as the former', async (t) => {
    const { node } = t;
    await node.follow('group:g');
    await node.enter('group:g', 's');
    await node.enter('group:g', 's', 1, 'bob');
    await t.settled('group:g', node);
    expect(node.bodies('group:g')).toEqual(['hello ada', 'bye ada', 'hello bob']);
    expect(await t.engine.members('group:g')).toMatchObject([{ session: 's', user: 'bob' }]);
  });

  that('what an earlier owner says changes nothing', async (t) => {
    const { engine, node } = t;
    await node.follow('group:g');
    await node.enter('group:g', 's', 1);
    await node.enter('group:g', 's', 5);
    await node.enter('group:g', 's', 4, 'bob');
    await engine.depart('group:g', 's', 4);
    expect(await engine.members('group:g')).toMatchObject([{ session: 's', user: 'ada', info: '"s 5"' }]);
    await engine.depart('group:g', 's', 6);
    expect(await engine.members('group:g')).toEqual([]);
    await t.settled('group:g', node);
    expect(node.bodies('group:g')).toEqual(['hello ada', 'bye ada']);
  });

  that('nobody is present in a session that is over', async (t) => {
    const { engine, node } = t;
    for (const session of ['s1', 's2', 's3']) await node.open(session, session);
    for (const group of ['group:g', 'group:h']) {
      await node.follow(group);
      for (const session of ['s1', 's2', 's3']) await node.enter(group, session, 1, session);
    }
    await engine.kick('s1', 'out');
    await node.end('s2');
    for (const group of ['group:g', 'group:h']) {
      await eventually(async () => expect(await node.present(group)).toEqual(['s3']));
      await t.settled(group, node);
      const farewells = node.bodies(group).filter((body) => body?.startsWith('bye'));
      expect(farewells.sort()).toEqual(['bye s1', 'bye s2']);
    }
  });

  that('groups and users may have any name', async (t) => {
    const { engine, node } = t;
    for (const name of oddNames) {
      const group = `group:${name}`;
      await node.follow(group);
      for (const [index, user] of oddNames.entries()) await node.enter(group, `s${index}`, 1, user);
      const members = await engine.members(group);
      expect(members.map(({ session, user }) => [session, user])).toEqual(
        oddNames.map((user, index) => [`s${index}`, user]),
      );
      for (const index of oddNames.keys()) await engine.depart(group, `s${index}`, 1);
      expect(await node.present(group)).toEqual([]);
      await t.settled(group, node);
      const told = (word: string) => oddNames.map((user) => `${word} ${inJson(user)}`);
      expect(node.bodies(group)).toEqual([...told('hello'), ...told('bye')]);
    }
  });
}
