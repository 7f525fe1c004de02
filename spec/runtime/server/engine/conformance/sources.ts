import { expect } from '@jest/globals';
import type { Page } from '../../../../../runtime/server/engine/engine.js';
import type { Position } from '../../../../../src/protocol/positions.js';
import { inJson } from './recording-node.js';
import { conflict, eventually, oddNames, page, readAll, type Try } from './trial.js';

/** Numbered logs, as a single node sees them. */
export function describeSources(that: Try): void {
  const small = { entries: 4, bytes: 100 };

  that(
    'entries are numbered consecutively, and each behind the head delivered once and in order',
    async (t) => {
      const { node } = t;
      await node.append('group:a', 'before');
      const [generation, number] = await node.follow('group:a');
      const last = await node.append('group:a', 'a', 'b');
      await node.append('group:a', 'c');
      expect(number).toBe(1);
      expect(last).toEqual([generation, 3]);
      await t.settled('group:a', node);
      expect(node.entries('group:a')).toEqual(
        ['a', 'b', 'c'].map((body, index) => ({ body, position: [generation, index + 2] })),
      );
    },
  );

  that('the last append of a source is answered again after others, and a lower one refused', async (t) => {
    const { engine, node } = t;
    const append = async (source: string, body: string, number: number) =>
      engine.append(source, [{ body }], number);
    await node.follow('all');
    await node.follow('group:a');
    const first = await append('all', 'a', 5);
    const other = await append('group:a', 'b', 6);
    expect(await append('all', 'a', 5)).toEqual(first);
    await expect(append('all', 'z', 4)).rejects.toMatchObject(conflict);
    expect(await append('all', 'a', 5)).toEqual(first);
    expect(await append('group:a', 'b', 6)).toEqual(other);
    const last = await append('all', 'c', 7);
    expect(last).toEqual([first[0], 2]);
    expect(await append('all', 'c', 7)).toEqual(last);
    await expect(append('all', 'a', 5)).rejects.toMatchObject(conflict);
    await eventually(() => expect(node.bodies('all')).toContain('c'));
    await eventually(() => expect(node.bodies('group:a')).toContain('b'));
    expect(node.bodies('all')).toEqual(['a', 'c']);
    expect(node.bodies('group:a')).toEqual(['b']);
  });

  that(
    'who follows while an append is under way gets what is behind the head, and nothing else',
    async (t) => {
      const { node } = t;
      for (let turn = 0; turn < 20; turn += 1) {
        const before = node.entries('all').length;
        const appending = [node.append('all', 'a', 'b'), node.append('all', 'c')];
        const [, head] = await node.follow('all');
        await Promise.all(appending);
        await t.settled('all', node);
        const numbers = node.entries('all').slice(before);
        const expected = Array.from({ length: turn * 4 + 3 - head }, (_, index) => head + 1 + index);
        expect(numbers.map(({ position }) => position[1])).toEqual(expected);
        node.unfollow('all');
      }
    },
  );

  that(
    'no generation is shared between sources, nor with a source that was forgotten',
    async (t) => {
      const [one] = await t.node.append('group:a', 'a');
      const [other] = await t.node.append('group:b', 'b');
      await t.pass(t.window * 2);
      expect(await t.engine.range('group:a', [one, 1], page)).toEqual({ gap: 'unknown' });
      const [again] = await t.node.append('group:a', 'c');
      expect(new Set([one, other, again]).size).toBe(3);
    },
    { window: 'short' },
  );

  that('nothing is delivered after an unfollow, and only what is new after following again', async (t) => {
    const { node } = t;
    await node.follow('all');
    node.unfollow('all');
    await node.append('all', 'missed');
    const [, head] = await node.follow('all');
    expect(head).toBe(1);
    await node.append('all', 'new');
    await t.settled('all', node);
    expect(node.bodies('all')).toEqual(['new']);
  });

  that(
    'a read ends well at all edges: all, none, expired, unknown, and at least one',
    async ({ engine, node }) => {
      let generation = '';
      for (let n = 1; n <= 6; n += 1) [generation] = await node.append('all', `${n}`);
      const read = async (after: Position, limits = page) =>
        numbers(await engine.range('all', after, limits));
      expect(await read([generation, 2])).toEqual([3, 4, 5, 6]);
      expect(await read([generation, 1])).toBe('expired');
      expect(await read([generation, 6])).toEqual([]);
      expect(await read([generation, 7])).toBe('unknown');
      expect(await read(['other', 3])).toBe('unknown');
      expect(await read([generation, 3], { entries: 1, bytes: 0 })).toEqual([4]);
      expect(numbers(await engine.range('group:none', [generation, 0], page))).toBe('unknown');
    },
    { history: small },
  );

  that('a read by limits of any size comes to the end', async ({ engine, node }) => {
    let head: Position = ['', 0];
    const bodies = Array.from({ length: 60 }, (_, index) => 'x'.repeat(index));
    for (const body of bodies) head = await node.append('all', body);
    const start: Position = [head[0], 0];
    for (const limits of [
      { entries: 1, bytes: 1e9 },
      { entries: 7, bytes: 1e9 },
      { entries: 1000, bytes: 0 },
      { entries: 1000, bytes: 100 },
    ]) {
      const all = await readAll(engine, 'all', start, limits);
      expect(all.map(({ body }) => body)).toEqual(bodies);
      const first = await engine.range('all', start, limits);
      expect('entries' in first && first.entries.length < 60 && first.head).toEqual(head);
    }
  });

  that(
    'the newest entries within the history are kept, by count and by size',
    async ({ engine, node }) => {
      const kept = async (source: string, bodies: readonly string[]) => {
        const [generation, head] = await node.append(source, ...bodies);
        const from = async (number: number) =>
          numbers(await engine.range(source, [generation, number], page));
        for (let base = 0; base <= head; base += 1)
          if ((await from(base)) !== 'expired') return (await from(base)).length;
        return undefined;
      };
      expect(await kept('group:a', ['1', '2', '3', '4', '5', '6'])).toBe(4);
      expect(await kept('group:b', ['x'.repeat(90), 'y'.repeat(50), 'z'.repeat(50)])).toBe(2);
      expect(await kept('group:c', ['x', 'y'.repeat(101)])).toBe(0);
    },
    { history: small },
  );

  that(
    'a followed source is kept, but no entry that is older than the window',
    async (t) => {
      await t.node.follow('all');
      const [generation] = await t.node.append('all', 'a');
      await t.pass(t.window * 0.75);
      await t.node.append('all', 'b');
      await t.pass(t.window * 1.15);
      for (const number of [0, 1])
        expect(await t.engine.range('all', [generation, number], page)).toEqual({ gap: 'expired' });
      expect(await t.node.append('all', 'c')).toEqual([generation, 3]);
    },
    { window: 'short' },
  );

  that('except, also and the place of what a key supersedes are kept', async (t) => {
    const { engine, node } = t;
    const also = { all: ['x', 3] as const };
    const entry = { body: 'new', key: 'k', except: ['s'], also };
    await node.follow('user:a');
    await node.append('user:a', { body: 'old', key: 'k' }, { body: 'other', key: 'l' });
    const [generation] = await node.append('user:a', entry);
    const read = await readAll(engine, 'user:a', [generation, 0]);
    expect(read).toMatchObject([
      { position: [generation, 1] },
      { position: [generation, 2], body: 'other' },
      { position: [generation, 3], body: 'new', except: ['s'], also },
    ]);
    expect(read[0]?.body).toBeUndefined();
    // Whoever follows was handed each as it was.
    await node.append('user:a', { body: 'placed', also }, { body: 'kept from', except: ['t', 'u'] });
    await t.settled('user:a', node);
    expect(node.bodies('user:a')).toEqual(['old', 'other', 'new', 'placed', 'kept from']);
    expect(node.entries('user:a').slice(2)).toMatchObject([
      { except: ['s'], also },
      { body: 'placed', also },
      { body: 'kept from', except: ['t', 'u'] },
    ]);
    const behind = await readAll(engine, 'user:a', [generation, 3]);
    expect(behind.slice(0, 2)).toEqual(node.entries('user:a').slice(3));
  });

  that('what is published reaches who follows any of the sources once, and has no place', async (t) => {
    const { engine, node } = t;
    const sources = ['all', 'user:a', 'group:b'];
    await node.follow('all');
    await node.follow('user:a');
    const [, head] = await node.follow('group:b');
    engine.publish(['all', 'user:a', 'group:x'], { body: 'v' });
    engine.publish(['group:x'], { body: 'none' });
    engine.publish(['group:b'], { body: 'w' });
    await eventually(() => expect(node.flashed.length).toBeGreaterThanOrEqual(2));
    for (const source of sources) await t.settled(source, node);
    expect(node.flashed.map(([, body]) => body).sort()).toEqual(['v', 'w']);
    const [followed = []] = node.flashed.find(([, body]) => body === 'v') ?? [];
    expect(followed).toEqual(expect.arrayContaining(['all', 'user:a']));
    expect(node.bodies('group:b')).toEqual([]);
    expect(await node.append('group:b', 'first')).toMatchObject({ 1: head + 2 });
  });

  that('names and keys may be anything', async (t) => {
    const { engine, node } = t;
    for (const name of oddNames) {
      for (const source of [`group:${name}`, `user:${name}`]) {
        const [generation] = await node.follow(source);
        await node.append(
          source,
          { body: 'old', key: name },
          { body: inJson(name), key: name, except: [name] },
        );
        await t.settled(source, node);
        expect(node.bodies(source)).toEqual(['old', inJson(name)]);
        expect(node.entries(source).at(-1)?.except).toEqual([name]);
        const [old, kept] = await readAll(engine, source, [generation, 0]);
        expect([old?.body, kept?.body]).toEqual([undefined, inJson(name)]);
      }
    }
    const flashes = oddNames.map((name) => `flash of ${inJson(name)}`);
    for (const [index, name] of oddNames.entries())
      engine.publish([`group:${name}`, `user:${name}`], { body: flashes[index] as string });
    await eventually(() => expect(node.flashed.map(([, body]) => body).sort()).toEqual(flashes.sort()));
  });

  that('a body arrives as it is, be it of 100 KB', async (t) => {
    const { engine, node } = t;
    const bodies = ['x'.repeat(100_000), inJson('😀\n\r\u0000\u2028"\\').repeat(20_000), '', ' ', '-'];
    const [generation] = await node.follow('all');
    await node.append('all', ...bodies);
    await t.settled('all', node);
    expect(node.bodies('all')).toEqual(bodies);
    const read = await readAll(engine, 'all', [generation, 0]);
    expect(read.slice(0, bodies.length).map(({ body }) => body)).toEqual(bodies);
  });

  that('hundreds of sources can be followed and appended to at once', async ({ node }) => {
    const sources = Array.from({ length: 300 }, (_, index) => `group:${index}`);
    const heads = await Promise.all(sources.map((source) => node.follow(source)));
    expect(new Set(heads.map(([generation]) => generation)).size).toBe(sources.length);
    await Promise.all(sources.map((source) => node.append(source, 'a', 'b')));
    await Promise.all(sources.map((source) => node.append(source, 'c')));
    for (const source of sources)
      await eventually(() => expect(node.bodies(source)).toEqual(['a', 'b', 'c']));
    for (const source of sources) node.unfollow(source);
    await Promise.all(sources.map((source) => node.append(source, 'd')));
    await Promise.all(sources.map((source) => node.follow(source)));
    await Promise.all(sources.map((source) => node.append(source, 'e')));
    for (const source of sources)
      await eventually(() => expect(node.bodies(source)).toEqual(['a', 'b', 'c', 'e']));
  });
}

function numbers(read: Page): number[] | string {
  return 'gap' in read ? read.gap : read.entries.map(({ position }) => position[1]);
}
