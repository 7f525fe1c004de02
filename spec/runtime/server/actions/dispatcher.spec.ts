import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ContainerModule, injectable, type Newable } from 'inversify';
import {
  Action,
  type Class,
  Controller,
  Forbidden,
  FormErrors,
  type Redirect,
  redirect,
} from '../../../../decorators/index.js';
import { buildActionTable } from '../../../../runtime/server/actions/action-table.js';
import { Call } from '../../../../runtime/server/actions/call.js';
import { CallContext } from '../../../../runtime/server/actions/call-context.js';
import { CurrentCall } from '../../../../runtime/server/actions/current-call.js';
import { Dispatcher } from '../../../../runtime/server/actions/dispatcher.js';
import { Scopes } from '../../../../runtime/server/actions/scopes.js';
import { CurrentUser } from '../../../../runtime/server/delivery/current-user.js';
import { ManualClock } from '../../../../runtime/testing/manual-clock.js';
import type { ServerManifest, Validator } from '../../../../src/contract/manifest.js';
import type { StandardSchema } from '../../../../src/contract/standard-schema.js';
import { RocketError } from '../../../../src/errors.js';
import { type EventName, Events, type ServerEvents } from '../../../../src/events.js';
import { FakePresence } from '../../../support/fake-presence.js';
import { FakeTransmitter } from '../../../support/fake-transmitter.js';
import { FakeUser } from '../../../support/fake-user.js';

type Report = { [Name in EventName]: { name: Name; fields: ServerEvents[Name] } }[EventName];

/** What controllers wrote down, shared through the container. */
@injectable()
class Log {
  readonly lines: string[] = [];
}

const alice = new FakeUser('alice');

/** An object with a string `id`, as emitted validators check it. */
const withId: Validator = (value, issues, text) => {
  const id = (value as { id?: unknown } | null)?.id;
  if (typeof id === 'string') return { id };
  if (text && typeof id === 'number') return { id: String(id) };
  issues.push({ path: ['id'], message: 'is missing' });
  return undefined;
};
const anything: Validator = (value) => value;

function manifestOf(actions: ServerManifest['actions']): ServerManifest {
  return { contract: '', actions, clientActions: {}, results: {}, items: {} };
}

async function start(
  controllers: readonly Class[],
  actions: Record<string, Validator | null>,
  quiet = false,
  services: readonly Newable<object>[] = [],
) {
  const files = new Map(controllers.map((one) => [one, `${one.name}.ts`]));
  const { table, problems } = buildActionTable(files, manifestOf(actions));
  expect(problems).toEqual([]);
  const scopes = new Scopes(context);
  const log = new Log();
  const modules = [
    new ContainerModule(({ bind }) => {
      bind(Log).toConstantValue(log);
      for (const service of services) bind(service).toSelf();
    }),
  ];
  await scopes.load({
    modules,
    controllers,
    transmitter: new FakeTransmitter(),
    presence: new FakePresence(),
  });
  const events = new Events();
  const reports: Report[] = [];
  if (!quiet) {
    events.on('call.started', (fields) => reports.push({ name: 'call.started', fields }));
    events.on('call.finished', (fields) => reports.push({ name: 'call.finished', fields }));
    events.on('call.failed', (fields) => reports.push({ name: 'call.failed', fields }));
  }
  const clock = new ManualClock();
  const inner = new Dispatcher({ table, scopes, events, clock });
  // What it answers or throws at once is a promise's here as well.
  const dispatcher = {
    dispatch: async (...call: Parameters<Dispatcher['dispatch']>) => inner.dispatch(...call),
  };
  return { inner, dispatcher, log: log.lines, reports, clock };
}

/** One for all: each that has run looks at every promise of the process. */
const context = new CallContext();

let ids = 0;

function callOf(user: CurrentUser, action: string): Call {
  ids += 1;
  return new Call(user, action, ids);
}

async function refusal(call: Promise<unknown>): Promise<RocketError> {
  const error = await call.then(
    (value) => new Error(`Not refused: ${String(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RocketError);
  return error as RocketError;
}

class Base {
  inherited(): string {
    return 'inherited';
  }
}

@Controller()
class SongController extends Base {
  constructor(
    readonly log: Log,
    readonly currentUser: CurrentUser,
  ) {
    super();
  }

  @Action()
  index(...args: unknown[]): string {
    return `${this.currentUser.id} ${args.filter((arg) => arg !== undefined).length}`;
  }

  @Action()
  async show({ id }: { id: string }): Promise<string> {
    return `song ${id}`;
  }

  @Action()
  echo(params: unknown): unknown {
    return params;
  }

  @Action()
  itself(): object {
    return this;
  }

  undecorated(): string {
    return 'undecorated';
  }
}

const songActions = { 'Song.index': null, 'Song.show': withId, 'Song.echo': anything, 'Song.itself': null };

let app: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  app = await start([SongController], songActions);
});

describe('a call', () => {
  test('settles with what the action returns', async () => {
    expect(await app.dispatcher.dispatch(callOf(alice, 'Song.show'), { id: '7' }, false)).toBe('song 7');
  });

  test('gets a fresh controller', async () => {
    const first = await app.dispatcher.dispatch(callOf(alice, 'Song.itself'), '', false);
    expect(first).toBeInstanceOf(SongController);
    expect(await app.dispatcher.dispatch(callOf(alice, 'Song.itself'), '', false)).not.toBe(first);
  });

  test.each([[''], [null], [undefined], [{}], [{ unexpected: 1 }], [[1, 2]], ['text'], [7]])(
    'of an action without parameters ignores %j',
    async (args) => {
      expect(await app.dispatcher.dispatch(callOf(alice, 'Song.index'), args, false)).toBe('alice 0');
    },
  );

  test.each([[''], [null], [undefined], [{}]])(
    'without arguments, written %j, is checked as {}',
    async (args) => {
      expect(await app.dispatcher.dispatch(callOf(alice, 'Song.echo'), args, false)).toEqual({});
      expect(
        (await refusal(app.dispatcher.dispatch(callOf(alice, 'Song.show'), args, false))).issues,
      ).toEqual([{ path: ['id'], message: 'is missing' }]);
    },
  );

  test('with arguments that do not fit is refused with all issues, and does not run', async () => {
    const error = await refusal(app.dispatcher.dispatch(callOf(alice, 'Song.show'), { id: 7 }, false));
    expect(error).toMatchObject({
      code: 'invalid_arguments',
      issues: [{ path: ['id'], message: 'is missing' }],
    });
  });

  test('of a form has its names expanded and its text converted', async () => {
    const form = { 'song[title]': 'Blue', 'song[tags][]': ['a'] };
    const expanded = { song: { title: 'Blue', tags: ['a'] } };
    expect(await app.dispatcher.dispatch(callOf(alice, 'Song.echo'), form, true)).toEqual(expanded);
    expect(await app.dispatcher.dispatch(callOf(alice, 'Song.echo'), form, false)).toEqual(form);
    expect(await app.dispatcher.dispatch(callOf(alice, 'Song.show'), { id: 7 }, true)).toBe('song 7');
    const list = ['a[b]'];
    expect(await app.dispatcher.dispatch(callOf(alice, 'Song.echo'), list, true)).toBe(list);
  });

  test('of a form with hostile names is refused', async () => {
    const error = await refusal(
      app.dispatcher.dispatch(callOf(alice, 'Song.echo'), { 'a[__proto__][x]': 1 }, true),
    );
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toContain('a[__proto__][x]');
  });
});

describe('a name that is no action', () => {
  test.each([
    'constructor',
    '__proto__',
    '__proto__.x',
    'toString',
    'hasOwnProperty',
    'Song',
    'Song.',
    '.index',
    'Song.constructor',
    'Song.__proto__',
    'Song.toString',
    'Song.inherited',
    'Song.undecorated',
    'Song.log',
    'Song.index.call',
    'Song#index',
    '',
    'Song.index\u0000',
  ])('"%s" is refused', async (name) => {
    const error = await refusal(app.dispatcher.dispatch(callOf(alice, name), {}, false));
    expect(error.code).toBe('unknown_action');
    expect(error.message.length).toBeLessThan(200);
    expect(error.message).not.toMatch(/Did you mean "Song\.(undecorated|inherited)/);
    const [started, failed] = app.reports;
    expect([started?.name, failed?.name, app.reports.length]).toEqual(['call.started', 'call.failed', 2]);
  });

  test('is not repeated at full length, nor compared', async () => {
    const name = 'x'.repeat(100_000);
    const error = await refusal(app.dispatcher.dispatch(callOf(alice, name), {}, false));
    expect(error.message.length).toBeLessThan(200);
    expect(app.reports.every(({ fields }) => JSON.stringify(fields).length < 500)).toBe(true);
  });

  test.each([
    ['Song.frobnicate', 'No action "Song.frobnicate"'],
    ['Song.undecoratet', 'No action "Song.undecoratet"'],
    ['Song.shwo', 'No action "Song.shwo". Did you mean "Song.show"?'],
    ['song.Index', 'No action "song.Index". Did you mean "Song.index"?'],
    ['Songs.index', 'No action "Songs.index". Did you mean "Song.index"?'],
  ])('%s gets a hint only if it is near an action', async (name, message) => {
    expect((await refusal(app.dispatcher.dispatch(callOf(alice, name), {}, false))).message).toBe(message);
  });
});

describe('an action that fails', () => {
  const thrown = new Map<string, unknown>([
    ['error', new Error('secret')],
    ['undefined', undefined],
    ['string', 'secret'],
    ['frozen', Object.freeze({})],
    ['promise', Promise.resolve(1)],
  ]);

  @Controller()
  class FailController {
    @Action()
    now({ kind }: { kind: string }): never {
      throw thrown.get(kind);
    }

    @Action()
    async later({ kind }: { kind: string }): Promise<never> {
      await Promise.resolve();
      throw thrown.get(kind);
    }

    @Action()
    forbidden(): never {
      throw new Forbidden('Not you');
    }

    @Action()
    async form(): Promise<never> {
      throw new FormErrors({ 'song.title': 'is taken' });
    }
  }

  @Controller()
  class BrokenController {
    constructor() {
      throw new Error('secret');
    }

    @Action()
    index(): void {}
  }

  const actions = {
    'Fail.now': anything,
    'Fail.later': anything,
    'Fail.forbidden': null,
    'Fail.form': null,
    'Broken.index': null,
  };

  test.each([...thrown.keys()].flatMap((kind) => [['now', kind] as const, ['later', kind] as const]))(
    'with something unexpected (%s, %s) is answered with a reference that is in the log',
    async (method, kind) => {
      const { dispatcher, reports } = await start([FailController, BrokenController], actions);
      const error = await refusal(dispatcher.dispatch(callOf(alice, `Fail.${method}`), { kind }, false));
      expect(error).toMatchObject({ code: 'internal', message: 'Something went wrong on the server' });
      expect(error.reference).toMatch(/^\w{12}$/);
      expect(reports[1]).toMatchObject({
        name: 'call.failed',
        fields: { action: `Fail.${method}`, session: 'session-of-alice', user: 'alice', code: 'internal' },
      });
      const fields = reports[1]?.fields as ServerEvents['call.failed'];
      expect(fields.reference).toBe(error.reference);
      expect(fields.error).toBe(thrown.get(kind));
    },
  );

  test('with an error of ours tells the caller', async () => {
    const { dispatcher } = await start([FailController, BrokenController], actions);
    expect((await refusal(dispatcher.dispatch(callOf(alice, 'Fail.forbidden'), '', false))).toWire()).toEqual(
      {
        code: 'forbidden',
        message: 'Not you',
        retryable: false,
      },
    );
    expect((await refusal(dispatcher.dispatch(callOf(alice, 'Fail.form'), '', false))).issues).toEqual([
      { path: ['song', 'title'], message: 'is taken' },
    ]);
  });

  test('because its controller cannot be built is answered as well', async () => {
    const { dispatcher } = await start([FailController, BrokenController], actions);
    expect((await refusal(dispatcher.dispatch(callOf(alice, 'Broken.index'), '', false))).code).toBe(
      'internal',
    );
  });

  test('because its validator fails is answered as well', async () => {
    const { dispatcher } = await start([FailController, BrokenController], {
      ...actions,
      'Fail.now': () => {
        throw new Error('secret');
      },
    });
    expect((await refusal(dispatcher.dispatch(callOf(alice, 'Fail.now'), {}, false))).code).toBe('internal');
  });
});

describe('events', () => {
  test('tell the start, the end and the time between', async () => {
    @Controller()
    class SlowController {
      @Action()
      async wait(): Promise<void> {
        await clock.advance(250);
      }
    }
    const { dispatcher, reports, clock } = await start([SlowController], { 'Slow.wait': null });
    await dispatcher.dispatch(callOf(alice, 'Slow.wait'), '', false);
    const fields = { action: 'Slow.wait', session: 'session-of-alice', user: 'alice' };
    expect(reports).toEqual([
      { name: 'call.started', fields },
      { name: 'call.finished', fields: { ...fields, milliseconds: 250 } },
    ]);
  });

  test('cost nothing when nobody listens', async () => {
    const { dispatcher } = await start([SongController], songActions, true);
    const silent = new FakeUser('silent');
    Object.defineProperty(silent, 'sessionId', {
      get() {
        throw new Error('Read for an event');
      },
    });
    expect(await dispatcher.dispatch(callOf(silent, 'Song.show'), { id: '1' }, false)).toBe('song 1');
    expect((await refusal(dispatcher.dispatch(callOf(silent, 'Song.show'), {}, false))).code).toBe(
      'invalid_arguments',
    );
  });
});

test('a result that cannot even be looked at is a failure of nobody but who sends it', async () => {
  const result = new Proxy({}, { getPrototypeOf: () => expect(true).toBe(false) as never });
  @Controller()
  class TrapController {
    @Action()
    set(): object {
      return result;
    }
  }
  const { dispatcher } = await start([TrapController], { 'Trap.set': null });
  expect(await dispatcher.dispatch(callOf(alice, 'Trap.set'), '', false)).toBe(result);
});

describe('identities', () => {
  @injectable()
  class Whoever {
    constructor(readonly currentUser: CurrentUser) {}
  }

  @Controller()
  class MixController {
    constructor(
      readonly currentUser: CurrentUser,
      readonly whoever: Whoever,
    ) {}

    @Action()
    async run({ pauses }: { pauses: number[] }): Promise<string[]> {
      const seen = [this.currentUser.id, this.whoever.currentUser.id];
      for (const ms of pauses) {
        if (ms === 0) await null;
        else await wait(ms);
        seen.push(this.currentUser.id, this.whoever.currentUser.id);
      }
      return seen;
    }

    @Action()
    async hop(params: { pauses: number[] }): Promise<Redirect> {
      await this.run(params);
      return redirect({ 'Mix.keep': { expected: this.currentUser.id } });
    }

    @Action()
    keep({ expected }: { expected: string }): void {
      kept.push([expected, this.currentUser.id]);
    }
  }

  const kept: [string, string][] = [];

  test('are never mixed: 1,000 interleaved calls of 50 users', async () => {
    const files = new Map<Class, string>([[MixController, 'mix.ts']]);
    const actions = { 'Mix.run': anything, 'Mix.hop': anything, 'Mix.keep': anything };
    const { table } = buildActionTable(files, manifestOf(actions));
    const scopes = new Scopes();
    const modules = [new ContainerModule(({ bind }) => void bind(Whoever).toSelf())];
    await scopes.load({
      modules,
      controllers: [MixController],
      transmitter: new FakeTransmitter(),
      presence: new FakePresence(),
    });
    const dispatcher = new Dispatcher({ table, scopes, events: new Events(), clock: new ManualClock() });

    const users = Array.from({ length: 50 }, (_, i) => new FakeUser(`user-${i}`));
    const calls = Array.from({ length: 1_000 }, async (_, i) => {
      const user = users[(i * 7) % users.length] as FakeUser;
      const pauses = [0, i % 4, (i * 3) % 5, 0];
      if (i % 10 === 0) {
        expect(await dispatcher.dispatch(callOf(user, 'Mix.hop'), { pauses }, false)).toBeUndefined();
        return 10;
      }
      const seen = (await dispatcher.dispatch(callOf(user, 'Mix.run'), { pauses }, false)) as string[];
      expect(new Set(seen)).toEqual(new Set([user.id]));
      return seen.length;
    });
    expect((await Promise.all(calls)).every((length) => length === 10)).toBe(true);
    expect(kept).toHaveLength(100);
    expect(kept.every(([expected, actual]) => expected === actual)).toBe(true);
  });

  test('reach timers and promises that outlive the action', async () => {
    const outlived: string[] = [];
    let done = (): void => {};
    const finished = new Promise<void>((resolve) => {
      done = resolve;
    });
    @Controller()
    class LateController {
      constructor(readonly currentUser: CurrentUser) {}

      @Action()
      leave(): void {
        setTimeout(() => {
          outlived.push(this.currentUser.id);
          if (outlived.length === 2) done();
        }, 2);
      }
    }
    const { dispatcher } = await start([LateController], { 'Late.leave': null });
    await dispatcher.dispatch(callOf(alice, 'Late.leave'), '', false);
    await dispatcher.dispatch(callOf(new FakeUser('bob'), 'Late.leave'), '', false);
    await finished;
    expect(outlived).toEqual(['alice', 'bob']);
  });
});

describe('the current call', () => {
  const told: string[] = [];
  const keys = { 'Key.first': null, 'Key.second': null, 'Key.third': null };

  @injectable()
  class Journal {
    constructor(readonly call: CurrentCall) {}

    note(): void {
      told.push(`${this.call.action} ${this.call.idempotencyKey}`);
    }
  }

  @Controller()
  class KeyController {
    constructor(
      readonly journal: Journal,
      readonly call: CurrentCall,
    ) {}

    @Action()
    first(): Redirect {
      this.journal.note();
      return redirect({ 'Key.second': '', 'Key.third': '' });
    }

    @Action()
    second(): Redirect {
      this.journal.note();
      return redirect({ 'Key.third': '' });
    }

    @Action()
    third(): boolean {
      this.journal.note();
      return this.call.signal.aborted;
    }
  }

  test('has a key that is the same each time it is sent, and another for each step of a redirect', async () => {
    const { dispatcher } = await start([KeyController], keys, true, [Journal]);
    for (let time = 0; time < 2; time += 1)
      await dispatcher.dispatch(new Call(alice, 'Key.first', 7), '', false);
    const steps = ['first', 'second', 'third', 'third'].map(
      (action, step) => `Key.${action} session-of-alice:7${step === 0 ? '' : `:${step}`}`,
    );
    expect(told).toEqual([...steps, ...steps]);
  });

  test('of a redirect has the signal of the call that was redirected', async () => {
    const { dispatcher } = await start([KeyController], keys, true, [Journal]);
    const call = new Call(alice, 'Key.first', 8);
    const redirected = call.redirected('Key.third', 1);
    expect(await dispatcher.dispatch(redirected, '', false)).toBe(false);
    call.abort(new RocketError('cancelled'));
    expect(redirected.signal.aborted).toBe(true);
    expect(await dispatcher.dispatch(redirected, '', false)).toBe(true);
  });
});

describe('a redirect', () => {
  @Controller()
  class HopController {
    constructor(
      readonly log: Log,
      readonly currentUser: CurrentUser,
    ) {}

    @Action()
    both(): Redirect {
      return redirect({ 'Hop.slow': { id: '1' }, 'Hop.next': {}, 'Hop.last': { id: '2' } });
    }

    @Action()
    async slow({ id }: { id: string }): Promise<string> {
      await new Promise(setImmediate);
      this.log.lines.push(`slow ${id} ${this.currentUser.id}`);
      return 'not the reply';
    }

    @Action()
    async next(): Promise<Redirect> {
      this.log.lines.push('next');
      return redirect({ 'Hop.last': { id: 'next' } });
    }

    @Action()
    last({ id }: { id: string }): void {
      this.log.lines.push(`last ${id}`);
    }

    @Action()
    wrong(): Redirect {
      return redirect({ 'Hop.last': { id: 7 }, 'Hop.next': '' });
    }

    @Action()
    nowhere(): Redirect {
      return redirect({ 'Hop.gone': {} });
    }

    @Action()
    dated(): Redirect {
      return redirect({
        'Hop.echo': { at: new Date(0), absent: undefined, plays: 1n, byId: new Map([['a', 1]]) },
      });
    }

    @Action()
    echo(params: unknown): void {
      this.log.lines.push(JSON.stringify(params));
    }

    @Action()
    ping(): Redirect {
      this.log.lines.push('ping');
      return redirect({ 'Hop.pong': '' });
    }

    @Action()
    pong(): Redirect {
      return redirect({ 'Hop.ping': undefined });
    }

    @Action()
    streaming(): Redirect {
      return redirect({ 'Hop.stream': '' });
    }

    @Action()
    async *stream(): AsyncGenerator<number> {
      this.log.lines.push('begun');
      yield 1;
    }

    @Action()
    count({ left }: { left: number }): Redirect | string {
      return left === 0 ? 'done' : redirect({ 'Hop.count': { left: left - 1 } });
    }
  }

  const actions = {
    'Hop.both': null,
    'Hop.slow': withId,
    'Hop.next': null,
    'Hop.last': withId,
    'Hop.wrong': null,
    'Hop.nowhere': null,
    'Hop.dated': null,
    'Hop.echo': anything,
    'Hop.ping': null,
    'Hop.pong': null,
    'Hop.streaming': null,
    'Hop.stream': null,
    'Hop.count': anything,
  };

  test('runs its targets in key order for the same user, one after another, and replies with nothing', async () => {
    const { dispatcher, log, reports } = await start([HopController], actions);
    expect(await dispatcher.dispatch(callOf(alice, 'Hop.both'), '', false)).toBeUndefined();
    expect(log).toEqual(['slow 1 alice', 'next', 'last next', 'last 2']);
    const finished = reports.filter(({ name }) => name === 'call.finished');
    expect(finished.map(({ fields }) => (fields as ServerEvents['call.finished']).action)).toEqual([
      'Hop.both',
      'Hop.slow',
      'Hop.next',
      'Hop.last',
      'Hop.last',
    ]);
  });

  test('to a stream is an error that says so: the reply of a redirect carries no items', async () => {
    const { dispatcher, log, reports } = await start([HopController], actions);
    expect(await refusal(dispatcher.dispatch(callOf(alice, 'Hop.streaming'), '', false))).toMatchObject({
      code: 'internal',
    });
    const failed = reports.find(({ name }) => name === 'call.failed');
    expect(failed?.fields).toMatchObject({
      error: { message: expect.stringMatching(/^Hop\.stream answers with a stream/) },
    });
    expect(log).toEqual([]);
  });

  test('is checked like a call, and stops where a target is refused', async () => {
    const { dispatcher, log } = await start([HopController], actions);
    expect((await refusal(dispatcher.dispatch(callOf(alice, 'Hop.wrong'), '', false))).code).toBe(
      'invalid_arguments',
    );
    expect((await refusal(dispatcher.dispatch(callOf(alice, 'Hop.nowhere'), '', false))).code).toBe(
      'unknown_action',
    );
    expect(log).toEqual([]);
  });

  test('hands arguments on as JSON would have brought them', async () => {
    const { dispatcher, log } = await start([HopController], actions);
    await dispatcher.dispatch(callOf(alice, 'Hop.dated'), '', false);
    expect(log).toEqual(['{"at":"1970-01-01T00:00:00.000Z","plays":"1","byId":[["a",1]]}']);
  });

  test('that goes in a circle ends with an error that names it', async () => {
    const { dispatcher, log, reports } = await start([HopController], actions);
    const error = await refusal(dispatcher.dispatch(callOf(alice, 'Hop.ping'), '', false));
    expect(error.code).toBe('internal');
    expect(log).toHaveLength(9);
    const failed = reports.at(-1)?.fields as ServerEvents['call.failed'];
    expect(failed.reference).toBe(error.reference);
    expect((failed.error as Error).message).toMatch(
      /More than 16 redirects in a row: Hop\.(ping|pong) → Hop/,
    );
    expect((failed.error as Error).message.match(/→/g)).toHaveLength(2);
    expect(reports.filter(({ name }) => name === 'call.failed')).toHaveLength(1);
  });

  test('may be followed by sixteen others', async () => {
    const { dispatcher } = await start([HopController], actions);
    expect(await dispatcher.dispatch(callOf(alice, 'Hop.count'), { left: 16 }, false)).toBeUndefined();
    expect((await refusal(dispatcher.dispatch(callOf(alice, 'Hop.count'), { left: 17 }, false))).code).toBe(
      'internal',
    );
  });
});

describe('serial', () => {
  function gated() {
    const gates = new Map<string, () => void>();
    const log: string[] = [];
    async function pass(name: string): Promise<string> {
      log.push(`${name} begins`);
      await new Promise<void>((resolve) => gates.set(name, resolve));
      log.push(`${name} ends`);
      return name;
    }
    @Controller()
    class FreeController {
      @Action()
      run({ id }: { id: string }): Promise<string> {
        return pass(id);
      }

      @Action({ serial: true })
      one({ id }: { id: string }): Promise<string> {
        return pass(id);
      }
    }
    @Controller({ serial: true })
    class QueueController {
      @Action()
      first({ id }: { id: string }): Promise<string> {
        return pass(id);
      }

      @Action()
      async second({ id }: { id: string }): Promise<string> {
        if (id === 'bad') throw new Forbidden('bad');
        return pass(id);
      }

      @Action()
      again({ id }: { id: string }): Redirect {
        log.push(`again ${id}`);
        return redirect({ 'Queue.quick': { id } });
      }

      @Action()
      quick({ id }: { id: string }): void {
        log.push(`quick ${id}`);
      }
    }
    const actions = {
      'Free.run': withId,
      'Free.one': withId,
      'Queue.first': withId,
      'Queue.second': withId,
      'Queue.again': withId,
      'Queue.quick': withId,
    };
    const open = async (name: string) => {
      const gate = gates.get(name);
      if (gate === undefined) throw new Error(`${name} has not begun`);
      gate();
      await new Promise(setImmediate);
    };
    return { controllers: [FreeController, QueueController], actions, log, open };
  }

  test('actions without it run side by side', async () => {
    const { controllers, actions, log, open } = gated();
    const { dispatcher } = await start(controllers, actions);
    const calls = ['a', 'b'].map((id) => dispatcher.dispatch(callOf(alice, 'Free.run'), { id }, false));
    expect(log).toEqual(['a begins', 'b begins']);
    await open('b');
    await open('a');
    expect(await Promise.all(calls)).toEqual(['a', 'b']);
  });

  test('calls of a session wait for one another, in order; those of others do not', async () => {
    const { controllers, actions, log, open } = gated();
    const { dispatcher } = await start(controllers, actions);
    const sameUsersOtherTab = new FakeUser('alice', 'another-session');
    const calls = [
      dispatcher.dispatch(callOf(alice, 'Free.one'), { id: 'a' }, false),
      dispatcher.dispatch(callOf(alice, 'Free.one'), { id: 'b' }, false),
      dispatcher.dispatch(callOf(sameUsersOtherTab, 'Free.one'), { id: 'c' }, false),
      dispatcher.dispatch(callOf(alice, 'Free.run'), { id: 'd' }, false),
    ];
    expect(log).toEqual(['a begins', 'c begins', 'd begins']);
    await open('a');
    expect(log).toEqual(['a begins', 'c begins', 'd begins', 'a ends', 'b begins']);
    for (const name of ['b', 'c', 'd']) await open(name);
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a serial controller has one queue for all its actions, which a failure does not break', async () => {
    const { controllers, actions, log, open } = gated();
    const { dispatcher } = await start(controllers, actions);
    const first = dispatcher.dispatch(callOf(alice, 'Queue.first'), { id: 'a' }, false);
    const bad = refusal(dispatcher.dispatch(callOf(alice, 'Queue.second'), { id: 'bad' }, false));
    const refused = refusal(dispatcher.dispatch(callOf(alice, 'Queue.second'), {}, false));
    const last = dispatcher.dispatch(callOf(alice, 'Queue.second'), { id: 'b' }, false);
    expect((await refused).code).toBe('invalid_arguments');
    expect(log).toEqual(['a begins']);
    await open('a');
    expect((await bad).code).toBe('forbidden');
    expect(log).toEqual(['a begins', 'a ends', 'b begins']);
    await open('b');
    expect(await Promise.all([first, last])).toEqual(['a', 'b']);
  });

  test('a redirect within a queue does not wait for itself', async () => {
    const { controllers, actions, log } = gated();
    const { dispatcher } = await start(controllers, actions);
    await Promise.all([
      dispatcher.dispatch(callOf(alice, 'Queue.again'), { id: '1' }, false),
      dispatcher.dispatch(callOf(alice, 'Queue.again'), { id: '2' }, false),
    ]);
    expect(log.toSorted()).toEqual(['again 1', 'again 2', 'quick 1', 'quick 2']);
  });
});

describe('a schema beside the type', () => {
  /** As a library of schemas would make it: even ids, which become numbers. */
  const evenId: StandardSchema<{ id: string }, { id: string; half: number }> = {
    '~standard': {
      version: 1,
      vendor: 'spec',
      validate: async (value) => {
        const { id } = value as { id: string };
        const half = Number(id) / 2;
        if (id === '2') await wait(5);
        if (Number.isInteger(half)) return { value: { id, half } };
        return {
          issues: [
            { message: 'must be even', path: ['id'] },
            { message: 'is odd', path: [{ key: 'list' }, 0, Symbol.for('odd')] },
            { message: 'is wrong as a whole' },
          ],
        };
      },
    },
  };

  @Controller({ serial: true })
  class EvenController {
    constructor(private readonly log: Log) {}

    @Action({ input: evenId })
    halve({ id, half }: { id: string; half?: number }): string {
      this.log.lines.push(id);
      return `${id} / 2 = ${half}`;
    }

    @Action({ serial: false, input: evenId })
    async *stream({ half = 0 }: { half?: number }): AsyncGenerator<number> {
      yield half;
    }
  }

  const actions = { 'Even.halve': withId, 'Even.stream': withId };

  test('is asked after the type, and what it gives is what the action gets', async () => {
    const { dispatcher } = await start([EvenController], actions);
    expect(await dispatcher.dispatch(callOf(alice, 'Even.halve'), { id: '8', other: 1 }, false)).toBe(
      '8 / 2 = 4',
    );
    const stream = (await dispatcher.dispatch(
      callOf(alice, 'Even.stream'),
      { id: '8' },
      false,
    )) as AsyncIterable<number>;
    const items: number[] = [];
    for await (const item of stream) items.push(item);
    expect(items).toEqual([4]);
  });

  test('refuses with its issues, which are like any others', async () => {
    const { dispatcher, log } = await start([EvenController], actions);
    const error = await refusal(dispatcher.dispatch(callOf(alice, 'Even.halve'), { id: '7' }, false));
    expect(error.code).toBe('invalid_arguments');
    expect(error.issues).toEqual([
      { path: ['id'], message: 'must be even' },
      { path: ['list', 0, 'Symbol(odd)'], message: 'is odd' },
      { path: [], message: 'is wrong as a whole' },
    ]);
    expect(log).toEqual([]);
  });

  test('is not asked about what does not fit the type', async () => {
    const { dispatcher } = await start([EvenController], actions);
    const { issues } = await refusal(dispatcher.dispatch(callOf(alice, 'Even.halve'), {}, false));
    expect(issues).toEqual([{ path: ['id'], message: 'is missing' }]);
  });

  test('keeps its place in the queue', async () => {
    const { dispatcher, log } = await start([EvenController], actions);
    const calls = ['2', '4', '6'].map((id) =>
      dispatcher.dispatch(callOf(alice, 'Even.halve'), { id }, false),
    );
    await Promise.all(calls);
    expect(log).toEqual(['2', '4', '6']);
  });
});
