import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Engine, EngineNode, Entry, NewEntry, Page } from '../../../../runtime/server/engine/engine.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';

/** How the suite gets at an engine, and at what only some can do. */
export interface EngineMaker {
  engine(): Engine;
  /** Another node that shares what the first has. */
  second?(): Engine;
  /** Ends the first node as a kill does. */
  kill?(engine: Engine): void;
  /** The same again after `stop`: another process. */
  reopen?(): Engine;
  end(): void | Promise<void>;
}

/** A node that remembers what it was told. */
export class RecordingNode implements EngineNode {
  readonly delivered: [source: string, entry: Entry][] = [];
  readonly flashed: [sources: readonly string[], body: string][] = [];
  readonly fencedSessions: string[] = [];
  readonly kickedSessions: string[] = [];
  readonly received: string[] = [];

  constructor(readonly id: string) {}

  deliver(source: string, entry: Entry): void {
    this.delivered.push([source, entry]);
  }

  flash(sources: readonly string[], { body }: NewEntry): void {
    this.flashed.push([sources, body]);
  }

  fenced(session: string): void {
    this.fencedSessions.push(session);
  }

  kicked(session: string): void {
    this.kickedSessions.push(session);
  }

  async receive(_session: string, { body }: NewEntry): Promise<boolean> {
    this.received.push(body);
    return true;
  }

  bodies(source: string): (string | undefined)[] {
    return this.delivered.filter(([name]) => name === source).map(([, { body }]) => body);
  }
}

const page = { entries: 100, bytes: 10_000 };
const facts = { proof: 'proof', user: 'ada' };
const window = 1000;

/** Holds an engine to the sentences of its contract. */
export function describeEngine(name: string, make: () => EngineMaker): void {
  describe(name, () => {
    let maker: EngineMaker;
    let clock: ManualClock;
    let engine: Engine;
    let node: RecordingNode;
    const settings = () => ({ clock, window, history: { entries: 4, bytes: 100 } });
    const numbers = (read: Page) =>
      'gap' in read ? read.gap : read.entries.map(({ position }) => position[1]);

    beforeEach(async () => {
      maker = make();
      clock = new ManualClock();
      engine = maker.engine();
      node = new RecordingNode('one');
      await engine.start(node, settings());
    });
    afterEach(async () => {
      await engine.stop();
      await maker.end();
      expect(clock.pending).toBe(0);
    });

    test('numbers entries consecutively and delivers each behind the head, once and in order', async () => {
      await engine.append('group:a', [{ body: 'before' }], 1);
      const [generation, number] = await engine.follow('group:a');
      const last = await engine.append('group:a', [{ body: 'a' }, { body: 'b' }], 2);
      await engine.append('group:a', [{ body: 'c' }], 3);
      expect(number).toBe(1);
      expect(last).toEqual([generation, 3]);
      expect(node.delivered.map(([, { position }]) => position)).toEqual(
        [2, 3, 4].map((n) => [generation, n]),
      );
      expect(node.bodies('group:a')).toEqual(['a', 'b', 'c']);
    });

    test('answers the last append again, and refuses a lower one', async () => {
      await engine.follow('all');
      const first = await engine.append('all', [{ body: 'a' }], 5);
      expect(await engine.append('all', [{ body: 'a' }], 5)).toEqual(first);
      await expect(async () => engine.append('all', [{ body: 'z' }], 4)).rejects.toMatchObject({
        code: 'conflict',
        retryable: false,
      });
      expect(node.bodies('all')).toEqual(['a']);
    });

    test('shares no generation between sources, nor with a source that was forgotten', async () => {
      const [one] = await engine.append('group:a', [{ body: 'a' }], 1);
      const [other] = await engine.append('group:b', [{ body: 'b' }], 2);
      await clock.advance(window + 1);
      expect(await engine.range('group:a', [one, 1], page)).toEqual({ gap: 'unknown' });
      const [again] = await engine.append('group:a', [{ body: 'c' }], 3);
      expect(new Set([one, other, again]).size).toBe(3);
    });

    test('delivers nothing after an unfollow, and only what is new after following again', async () => {
      await engine.follow('all');
      engine.unfollow('all');
      await engine.append('all', [{ body: 'missed' }], 1);
      const [, head] = await engine.follow('all');
      await engine.append('all', [{ body: 'new' }], 2);
      expect(head).toBe(1);
      expect(node.bodies('all')).toEqual(['new']);
    });

    test('reads at the edges: all, none, expired, unknown, and at least one', async () => {
      let generation = '';
      for (let n = 1; n <= 6; n += 1) [generation] = await engine.append('all', [{ body: `${n}` }], n);
      expect(numbers(await engine.range('all', [generation, 2], page))).toEqual([3, 4, 5, 6]);
      expect(numbers(await engine.range('all', [generation, 1], page))).toBe('expired');
      expect(numbers(await engine.range('all', [generation, 6], page))).toEqual([]);
      expect(numbers(await engine.range('all', [generation, 7], page))).toBe('unknown');
      expect(numbers(await engine.range('all', ['other', 3], page))).toBe('unknown');
      expect(numbers(await engine.range('all', [generation, 3], { entries: 1, bytes: 0 }))).toEqual([4]);
    });

    test('keeps a followed source, but no entry that is older than the window', async () => {
      await engine.follow('all');
      const [generation] = await engine.append('all', [{ body: 'a' }], 1);
      await clock.advance(window * 2);
      expect(numbers(await engine.range('all', [generation, 0], page))).toBe('expired');
      expect(await engine.append('all', [{ body: 'b' }], 2)).toEqual([generation, 2]);
    });

    test('keeps except and also, and the place of what a key supersedes', async () => {
      const also = { all: ['x', 3] as const };
      await engine.append('user:a', [{ body: 'old', key: 'k' }], 1);
      const [generation] = await engine.append('user:a', [{ body: 'new', key: 'k', except: ['s'], also }], 2);
      const read = await engine.range('user:a', [generation, 0], page);
      expect(read).toMatchObject({
        head: [generation, 2],
        entries: [{ position: [generation, 1] }, { body: 'new', except: ['s'], also }],
      });
      expect('entries' in read && read.entries[0]?.body).toBeUndefined();
    });

    test('publishes once to who follows any of the sources', async () => {
      await engine.follow('all');
      await engine.follow('user:a');
      engine.publish(['all', 'user:a', 'group:x'], { body: 'v' });
      engine.publish(['group:x'], { body: 'none' });
      expect(node.flashed).toEqual([[['all', 'user:a'], 'v']]);
    });

    test('hands a claimed session over as it was written, without what was handled', async () => {
      await engine.openSession('s', facts);
      const entries: Entry[] = [1, 2, 3].map((n) => ({ position: ['1', n], body: `${n}` }));
      const changes = {
        ...{ entries, lastCall: 2, groups: { g: { from: ['x', 1] as const } } },
        results: [1, 2].map((call) => ({ call, frame: `${call}` })),
      };
      await engine.writeSession('s', 1, changes);
      await engine.writeSession('s', 1, { handled: { position: ['1', 1], calls: 1 } });
      await engine.writeSession('s', 1, changes);
      expect(await engine.claimSession('s', 'wrong')).toBeUndefined();
      expect(await engine.claimSession('s', 'proof')).toEqual({
        ...{ owner: 2, user: 'ada', base: ['1', 1], lastCall: 2, groups: changes.groups },
        ...{ entries: entries.slice(1), results: [{ call: 2, frame: '2' }] },
      });
      await expect(engine.writeSession('s', 1, {})).rejects.toMatchObject({
        code: 'conflict',
        retryable: false,
      });
      await engine.endSession('s', 1);
      await engine.writeSession('s', 2, {});
      await engine.endSession('s', 2);
      await expect(engine.writeSession('s', 2, {})).rejects.toMatchObject({ code: 'conflict' });
      expect(await engine.claimSession('s', 'proof')).toBeUndefined();
    });

    test('keeps a session whose owner lives, sends to it, and ends it with a kick', async () => {
      await engine.openSession('s', facts);
      await clock.advance(window * 3);
      expect(await engine.toSession('s', { body: 'hi' })).toBe(true);
      expect(await engine.toSession('none', { body: 'hi' })).toBe(false);
      expect(node.received).toEqual(['hi']);
      await engine.kick('ada', 'out');
      expect(node.kickedSessions).toEqual(['s']);
      expect(await engine.claimSession('s', 'proof')).toBeUndefined();
    });

    test('has nobody present in a session that is over', async () => {
      await engine.follow('group:g');
      for (const session of ['s1', 's2']) {
        const farewell = { body: `bye ${session}` };
        await engine.openSession(session, { ...facts, user: session });
        await engine.enter('group:g', { session, user: session, info: '{}', farewell }, undefined);
      }
      await engine.kick('s1', 'out');
      await engine.endSession('s2', 1);
      expect(await engine.members('group:g')).toEqual([]);
      expect(node.bodies('group:g')).toEqual(['bye s1', 'bye s2']);
    });

    test('greets the first session of a user and says farewell to the last', async () => {
      await engine.follow('group:g');
      const member = (session: string) => ({ session, user: 'ada', info: '{}', farewell: { body: 'bye' } });
      await engine.enter('group:g', member('s1'), { body: 'hello' });
      await engine.enter('group:g', member('s2'), { body: 'hello' });
      await engine.enter('group:g', member('s1'), { body: 'hello' });
      expect((await engine.members('group:g')).map(({ session }) => session)).toEqual(['s1', 's2']);
      await engine.depart('group:g', 's1');
      await engine.depart('group:g', 's1');
      await engine.depart('group:g', 's2');
      expect(node.bodies('group:g')).toEqual(['hello', 'bye']);
    });

    if (make().second !== undefined) {
      test('fences an owner that lives, and takes over from one that was killed', async () => {
        const other = maker.second?.() as Engine;
        const otherNode = new RecordingNode('two');
        await other.start(otherNode, settings());
        await engine.openSession('s', facts);
        await other.claimSession('s', 'proof');
        expect(node.fencedSessions).toEqual(['s']);
        await expect(engine.writeSession('s', 1, {})).rejects.toMatchObject({ code: 'conflict' });
        await engine.follow('group:g');
        const farewell = { body: 'bye' };
        await other.enter('group:g', { session: 's', user: 'ada', info: '{}', farewell }, undefined);
        maker.kill?.(other);
        await expect(engine.toSession('s', { body: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
        await clock.advance(5000);
        expect(node.bodies('group:g')).toEqual(['bye']);
        expect(await engine.toSession('s', { body: 'x' })).toBe(true);
        expect(await engine.claimSession('s', 'proof')).toMatchObject({
          owner: 4,
          entries: [{ position: ['3', 1], body: 'x' }],
        });
        expect(otherNode.delivered).toEqual([]);
      });
    }

    if (make().reopen !== undefined) {
      test('goes on after a restart where it was, and lets a lost session go after the window', async () => {
        const [generation] = await engine.append('all', [{ body: 'a' }], 1);
        await engine.openSession('s', facts);
        await engine.openSession('t', facts);
        await engine.stop();
        engine = maker.reopen?.() as Engine;
        await engine.start(new RecordingNode('one again'), settings());
        expect(numbers(await engine.range('all', [generation, 0], page))).toEqual([1]);
        expect(await engine.append('all', [{ body: 'b' }], 1)).toEqual([generation, 2]);
        expect(await engine.claimSession('s', 'proof')).toMatchObject({ owner: 2 });
        await clock.advance(window);
        expect(await engine.claimSession('t', 'proof')).toBeUndefined();
        expect(await engine.claimSession('s', 'proof')).toMatchObject({ owner: 3 });
      });
    }
  });
}
