import { describe, expect, test } from '@jest/globals';
import { ContainerModule, injectable } from 'inversify';
import { Controller } from '../../../../decorators/index.js';
import { readInjection } from '../../../../decorators/metadata.js';
import { readBindings } from '../../../../runtime/server/actions/bindings.js';
import { Call } from '../../../../runtime/server/actions/call.js';
import { CurrentCall } from '../../../../runtime/server/actions/current-call.js';
import { Scopes } from '../../../../runtime/server/actions/scopes.js';
import { Authenticator } from '../../../../runtime/server/delivery/authenticator.js';
import { CurrentUser } from '../../../../runtime/server/delivery/current-user.js';
import { Presence } from '../../../../runtime/server/delivery/presence.js';
import { Transmitter } from '../../../../runtime/server/delivery/transmitter.js';
import { FakePresence } from '../../../support/fake-presence.js';
import { FakeTransmitter } from '../../../support/fake-transmitter.js';
import { FakeUser } from '../../../support/fake-user.js';

@injectable()
class Repository {}

@Controller()
class SongController {
  constructor(
    readonly repository: Repository,
    readonly currentUser: CurrentUser,
    readonly transmitter: Transmitter,
  ) {}
}

class Door extends Authenticator {
  override authenticate() {
    return null;
  }
}

const transmitter = new FakeTransmitter();
const presence = new FakePresence();

async function loaded(...modules: ContainerModule[]): Promise<Scopes> {
  const scopes = new Scopes();
  await scopes.load({ modules, controllers: [SongController], transmitter, presence, authenticator: Door });
  return scopes;
}

const models = new ContainerModule(({ bind }) => {
  bind(Repository).toSelf().inSingletonScope();
});

describe('a controller', () => {
  test('is fresh for each call, with the user of the call', async () => {
    const scopes = await loaded(models);
    const alice = new FakeUser('alice');
    const bob = new FakeUser('bob');
    const create = () => scopes.create(SongController);
    const first = scopes.context.run(new Call(alice, 'Test.call', 1), create);
    const second = scopes.context.run(new Call(bob, 'Test.call', 1), create);
    expect(first).not.toBe(second);
    expect(first.currentUser).toBe(alice);
    expect(second.currentUser).toBe(bob);
    expect(first.repository).toBe(second.repository);
    expect(first.transmitter).toBe(transmitter);
  });

  test('asks for nobody outside a call, and says so', async () => {
    const scopes = await loaded(models);
    expect(() => scopes.create(SongController)).toThrow(/CurrentUser was asked for outside an action/);
  });
});

test('a singleton that a function builds cannot keep whoever called first; what is built for each call can', async () => {
  @injectable()
  class Audit {
    constructor(readonly user: CurrentUser) {}
  }
  const build = ({ get }: { get: (token: typeof CurrentUser) => CurrentUser }) => new Audit(get(CurrentUser));
  for (const bind of ['bind', 'rebind'] as const) {
    const scopes = await loaded(
      models,
      new ContainerModule((options) => {
        if (bind === 'rebind') options.bind(Audit).toConstantValue(new Audit(new FakeUser()));
        (options[bind](Audit) as ReturnType<typeof options.bind<Audit>>)
          .toDynamicValue(build)
          .inSingletonScope();
        options.bind('fresh').toDynamicValue(build);
      }),
    );
    const alice = new FakeUser('alice');
    expect(() =>
      scopes.context.run(new Call(alice, 'Test.call', 1), () => scopes.container.get(Audit)),
    ).toThrow(/CurrentUser was asked for outside an action/);
    expect(
      scopes.context.run(new Call(alice, 'Test.call', 1), () => scopes.container.get<Audit>('fresh')).user,
    ).toBe(alice);
  }
});

test('an authenticator is one for the app', async () => {
  const scopes = await loaded(models);
  expect(scopes.container.get(Authenticator)).toBeInstanceOf(Door);
  expect(scopes.container.get(Authenticator)).toBe(scopes.container.get(Authenticator));
});

test('modules may load asynchronously', async () => {
  const scopes = await loaded(
    new ContainerModule(async ({ bind }) => {
      await Promise.resolve();
      bind(Repository).toSelf();
    }),
  );
  expect(
    scopes.context.run(new Call(new FakeUser(), 'Test.call', 1), () => scopes.create(SongController))
      .repository,
  ).toBeInstanceOf(Repository);
});

test('an asynchronous singleton is there once somebody has awaited it', async () => {
  const repository = new Repository();
  const scopes = await loaded(
    new ContainerModule(({ bind }) => {
      bind(Repository)
        .toDynamicValue(async () => repository)
        .inSingletonScope();
    }),
  );
  await scopes.container.getAsync(Repository);
  expect(
    scopes.context.run(new Call(new FakeUser(), 'Test.call', 1), () => scopes.create(SongController))
      .repository,
  ).toBe(repository);
});

describe('the call', () => {
  @injectable()
  class Report {
    constructor(readonly call: CurrentCall) {}
  }

  test('is given to whoever is built for it, and is the call of each', async () => {
    const scopes = await loaded(models, new ContainerModule(({ bind }) => void bind(Report).toSelf()));
    const [first, second] = [1, 2].map((id) => new Call(new FakeUser('alice'), 'Song.show', id)) as [
      Call,
      Call,
    ];
    const call = (one: Call) => scopes.context.run(one, () => scopes.container.get(Report).call);
    expect([call(first), call(second)]).toEqual([first, second]);
    expect(first.idempotencyKey).not.toBe(second.idempotencyKey);
  });

  test('cannot be kept by a singleton', async () => {
    const scopes = await loaded(
      models,
      new ContainerModule(({ bind }) => {
        bind(Report)
          .toDynamicValue(({ get }) => new Report(get(CurrentCall)))
          .inSingletonScope();
      }),
    );
    expect(() =>
      scopes.context.run(new Call(new FakeUser(), 'Song.show', 1), () => scopes.container.get(Report)),
    ).toThrow(/CurrentCall was asked for outside an action/);
  });
});

test('presence is the one of the app, and no module may bind another', async () => {
  expect((await loaded(models)).container.get(Presence)).toBe(presence);
  const scopes = await loaded(
    models,
    new ContainerModule(({ bind }) => {
      bind(Presence).toConstantValue(new FakePresence());
      bind(CurrentCall).toConstantValue(new Call(new FakeUser(), 'Song.show', 1));
    }),
  );
  expect(scopes.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'reserved_binding: A module binds CurrentCall, which Rocket binds itself',
    'reserved_binding: A module binds Presence, which Rocket binds itself',
  ]);
});

describe('the installed inversify', () => {
  test('keeps the metadata of classes where it is read', () => {
    expect(readInjection(SongController)).toMatchObject({
      injectable: true,
      emitted: [Repository, CurrentUser, Transmitter],
      parameters: [{ token: Repository, kind: 'one' }, { token: CurrentUser }, { token: Transmitter }],
      scope: undefined,
    });
    @injectable('Singleton')
    class Single {}
    expect(readInjection(Single).scope).toBe('Singleton');
  });

  test('shows its bindings to a plugin', async () => {
    const { container } = await loaded(models);
    const bindings = readBindings(container);
    expect(bindings.get(Repository)).toEqual([
      expect.objectContaining({ type: 'Instance', scope: 'Singleton', implementationType: Repository }),
    ]);
    expect(bindings.get(CurrentUser)?.map(({ type, scope }) => [type, scope])).toEqual([
      ['DynamicValue', 'Transient'],
    ]);
    expect(bindings.get(Transmitter)?.map(({ type }) => type)).toEqual(['ConstantValue']);
  });
});
