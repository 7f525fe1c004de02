import { describe, expect, test } from '@jest/globals';
import {
  ContainerModule,
  type ContainerModuleLoadOptions,
  inject,
  injectable,
  injectFromBase,
  LazyServiceIdentifier,
  multiInject,
  named,
  optional,
  unmanaged,
} from 'inversify';
import { type Class, Controller } from '../../../../decorators/index.js';
import { Scopes } from '../../../../runtime/server/actions/scopes.js';
import { wiringProblems } from '../../../../runtime/server/actions/wiring.js';
import type { AuthenticationRequest } from '../../../../runtime/server/delivery/authenticator.js';
import { Authenticator } from '../../../../runtime/server/delivery/authenticator.js';
import { CurrentUser } from '../../../../runtime/server/delivery/current-user.js';
import { Transmitter } from '../../../../runtime/server/delivery/transmitter.js';
import type { Problem } from '../../../../src/problems.js';
import { FakePresence } from '../../../support/fake-presence.js';
import { FakeTransmitter } from '../../../support/fake-transmitter.js';

interface Store {
  readonly kind: string;
}

@injectable()
class Repository {}

@injectable()
class Audit {
  constructor(readonly currentUser: CurrentUser) {}
}

@injectable()
class Journal {
  constructor(readonly audit: Audit) {}
}

/** No class of a fixture may be built by the check. */
class Untouchable {
  constructor() {
    throw new Error('Built during the check');
  }
}

async function problemsOf(
  bind: (options: ContainerModuleLoadOptions) => void,
  controllers: readonly Class[] = [],
  authenticator?: Class<Authenticator>,
): Promise<Problem[]> {
  const scopes = new Scopes();
  const modules = [new ContainerModule(bind)];
  await scopes.load({
    modules,
    controllers,
    transmitter: new FakeTransmitter(),
    presence: new FakePresence(),
    authenticator,
  });
  const files = new Map(controllers.map((one) => [one, `app/controllers/${one.name}.ts`]));
  return [...scopes.problems, ...wiringProblems(scopes.container, files)];
}

describe('an app that is put together well has no problems', () => {
  test('with every kind of binding', async () => {
    const token = Symbol('token');
    @injectable()
    class Service {
      @inject(token) readonly property!: unknown;
      constructor(
        readonly repository: Repository,
        @inject('path') readonly path: string,
        @inject('absent') @optional() readonly absent: string | undefined,
        @inject('many') @named('x') readonly picked: string,
        @multiInject('many') readonly all: string[],
        @multiInject('none') readonly none: string[],
        @inject(new LazyServiceIdentifier(() => Repository)) readonly late: object,
        @unmanaged() readonly own = 1,
        readonly settings: object = {},
      ) {}
    }
    @injectFromBase({ extendProperties: true })
    @injectable()
    class Special extends Service {}
    @injectable()
    class Explicit extends Audit {
      constructor() {
        super(undefined as never);
      }
    }
    @Controller()
    class SongController {
      constructor(
        readonly service: Service,
        readonly special: Special,
        readonly explicit: Explicit,
        readonly currentUser: CurrentUser,
        readonly transmitter: Transmitter,
        readonly journal: Journal,
        @inject('factory') readonly factory: () => object,
        @inject('resolved') readonly resolved: object,
        @inject('alias') readonly alias: object,
      ) {}
    }
    class Door extends Authenticator {
      override authenticate(_request: AuthenticationRequest) {
        return null;
      }
    }
    const found = await problemsOf(
      ({ bind }) => {
        bind(Repository).toSelf().inSingletonScope();
        bind(Service).toSelf().inSingletonScope();
        bind(Special).toSelf();
        bind(Explicit).toSelf().inSingletonScope();
        bind(Audit).toSelf();
        bind(Journal).toSelf().inRequestScope();
        bind(Untouchable).toSelf().inSingletonScope();
        bind('path').toConstantValue('/');
        bind('many').toConstantValue('a').whenNamed('x');
        bind('many').toConstantValue('b').whenNamed('y');
        bind(token).toDynamicValue(() => new Untouchable());
        bind<() => object>('factory').toFactory(() => () => new Untouchable());
        bind('resolved').toResolvedValue(
          (repository) => ({ repository, built: new Untouchable() }),
          [Repository],
        );
        bind('alias').toService(Repository);
      },
      [SongController],
      Door,
    );
    expect(found).toEqual([]);
  });

  test('with conditions that depend on who asks', async () => {
    @injectable()
    class One {
      constructor(@inject('log') readonly log: object) {}
    }
    @injectable()
    class Two {
      constructor(@inject('log') readonly log: object) {}
    }
    const found = await problemsOf(({ bind }) => {
      bind(One).toSelf().inSingletonScope();
      bind(Two).toSelf();
      bind('log').toConstantValue('plain').whenParentIs(One);
      bind('log').to(Audit).whenParentIs(Two);
      bind('far').toConstantValue(1).whenAnyAncestorIs(Two);
      bind('far').toConstantValue(2).whenNoAncestorIs(Two);
      bind('asks').toResolvedValue((far) => ({ far }), ['far']);
    });
    expect(found).toEqual([]);
  });
});

describe('a missing binding', () => {
  test('names class, file, what is missing and the cure', async () => {
    @Controller()
    class SongController {
      constructor(readonly repository: Repository) {}
    }
    expect(await problemsOf(() => {}, [SongController])).toEqual([
      {
        code: 'missing_binding',
        message: 'SongController needs Repository, which nothing provides',
        place: 'app/controllers/SongController.ts',
        cure: 'Bind it in a module of rocket.config.ts: bind(Repository).toSelf()',
      },
    ]);
  });

  test.each<[string, (options: ContainerModuleLoadOptions) => void, RegExp]>([
    ['of a name', ({ bind }) => bind(NeedsPath).toSelf(), /^NeedsPath needs "path" named "home", which/],
    [
      'of a property',
      ({ bind }) => bind(NeedsProperty).toSelf(),
      /^NeedsProperty needs Symbol\(clock\), which/,
    ],
    [
      'under another name',
      ({ bind }) => {
        bind(NeedsPath).toSelf();
        bind('path').toConstantValue('/').whenNamed('work');
      },
      /^NeedsPath needs "path" named "home"/,
    ],
    ['of an alias', ({ bind }) => bind('alias').toService(Repository), /^alias needs Repository/],
    [
      'of a resolved value',
      ({ bind }) => bind('value').toResolvedValue((one) => one, [Repository]),
      /^value needs Repository/,
    ],
    [
      'for one parent only, asked for by another',
      ({ bind }) => {
        bind(Journal).toSelf();
        bind(Audit).toSelf().whenParentIs(Repository);
      },
      /^Journal needs Audit/,
    ],
  ])('is found where it is %s', async (_where, bind, message) => {
    const found = await problemsOf(bind);
    expect(found.map(({ code }) => code)).toEqual(['missing_binding']);
    expect(found[0]?.message).toMatch(message);
  });

  test('is told once for each class', async () => {
    @injectable()
    class Twice {
      constructor(
        readonly one: Repository,
        readonly two: Repository,
      ) {}
    }
    const found = await problemsOf(({ bind }) => {
      bind(Twice).toSelf();
      bind(Twice).toSelf().whenNamed('other');
    });
    expect(found.map(({ message }) => message)).toEqual(['Twice needs Repository, which nothing provides']);
  });
});

test('two bindings where one is asked for are a problem', async () => {
  @injectable()
  class Service {
    constructor(readonly repository: Repository) {}
  }
  const found = await problemsOf(({ bind }) => {
    bind(Service).toSelf();
    bind(Repository).toSelf();
    bind(Repository).toConstantValue(new Repository());
  });
  expect(found).toEqual([
    expect.objectContaining({
      code: 'ambiguous_binding',
      message: 'Service needs Repository, which 2 bindings provide',
    }),
  ]);
});

describe('a parameter without a type at run time', () => {
  test('names the class, the position and the name', async () => {
    @Controller()
    class SongController {
      constructor(
        readonly repository: Repository,
        readonly store: Store,
        readonly title: string,
      ) {}
    }
    const found = await problemsOf(({ bind }) => bind(Repository).toSelf(), [SongController]);
    expect(found).toEqual([
      {
        code: 'unknown_dependency',
        message: expect.stringMatching(
          /^SongController cannot be given parameter 2 \(store\) of its constructor: .*interface or comes by `import type`/,
        ),
        place: 'app/controllers/SongController.ts',
        cure: expect.stringContaining('@inject(token)'),
      },
      expect.objectContaining({
        message:
          'SongController cannot be given parameter 3 (title) of its constructor: the container has no String to give',
      }),
    ]);
  });

  test('is found in front of one that has a type', async () => {
    @injectable()
    class Service {
      constructor(
        readonly store: Store = { kind: '' },
        readonly repository?: Repository,
      ) {}
    }
    const found = await problemsOf(({ bind }) => {
      bind(Service).toSelf();
      bind(Repository).toSelf();
    });
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Service cannot be given parameter 1 \(store\)/),
    ]);
  });

  test('is told apart from a class without decorator', async () => {
    class Bare {
      constructor(readonly repository: Repository) {}
    }
    const found = await problemsOf(({ bind }) => {
      bind(Bare).toSelf();
      bind(Repository).toSelf();
    });
    expect(found).toEqual([
      expect.objectContaining({
        code: 'unknown_dependency',
        message: expect.stringMatching(/^Bare has constructor parameters but no decorator.*\(repository\)/),
        cure: 'Put @injectable() on Bare',
      }),
    ]);
  });

  test('is told apart from a build without emitDecoratorMetadata', async () => {
    class Unemitted {
      constructor(readonly repository: Repository) {}
    }
    // By hand, as compiled code without the option does it.
    injectable()(Unemitted);
    const found = await problemsOf(({ bind }) => bind(Unemitted).toSelf());
    expect(found).toEqual([
      expect.objectContaining({
        code: 'unknown_dependency',
        message: expect.stringMatching(/^Unemitted was compiled without the types/),
        cure: expect.stringContaining('"emitDecoratorMetadata": true'),
      }),
    ]);
  });

  test('is found on the authenticator', async () => {
    class Door extends Authenticator {
      constructor(readonly repository: Repository) {
        super();
      }

      override authenticate() {
        return null;
      }
    }
    const found = await problemsOf(({ bind }) => bind(Repository).toSelf(), [], Door);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Door has constructor parameters/),
    ]);
  });

  test('is found where two files import each other', async () => {
    class Early {
      constructor(readonly late: object) {}
    }
    Reflect.defineMetadata('design:paramtypes', [undefined], Early);
    injectable()(Early);
    const found = await problemsOf(({ bind }) => bind(Early).toSelf());
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('two files import each other'),
    ]);
  });

  test('is found where a constructor is inherited without its parameters', async () => {
    @injectable()
    class Derived extends Journal {}
    const found = await problemsOf(({ bind }) => bind(Derived).toSelf());
    expect(found).toEqual([
      expect.objectContaining({
        code: 'unknown_dependency',
        message: expect.stringMatching(/^Derived inherits the constructor of Journal/),
      }),
    ]);
  });
});

describe('a singleton that captures CurrentUser', () => {
  test.each<[string, (options: ContainerModuleLoadOptions) => void, string]>([
    ['itself', ({ bind }) => bind(Audit).toSelf().inSingletonScope(), 'Audit → CurrentUser'],
    [
      'through a transient',
      ({ bind }) => {
        bind(Journal).toSelf().inSingletonScope();
        bind(Audit).toSelf();
      },
      'Journal → Audit → CurrentUser',
    ],
    [
      'through a request-scoped one and an alias',
      ({ bind }) => {
        bind('journal').to(Journal).inSingletonScope();
        bind(Audit).toService('audit');
        bind('audit').to(Audit).inRequestScope();
      },
      'Journal → Audit → Audit → CurrentUser',
    ],
    [
      'in a resolved value',
      ({ bind }) => {
        bind('value')
          .toResolvedValue((user) => user, [CurrentUser])
          .inSingletonScope();
      },
      'value → CurrentUser',
    ],
  ])('%s is told with the chain', async (_how, bind, chain) => {
    const found = await problemsOf(bind);
    expect(found.map(({ code }) => code)).toEqual(['captive_current_user']);
    expect(found[0]?.message).toMatch(/^(Audit|Journal|value) is a singleton/);
    expect(found[0]?.message).toContain(`: ${chain}`);
    expect(found[0]?.cure).toContain('transient');
  });

  test('by its own decorator is found as well', async () => {
    @injectable('Singleton')
    class Sticky {
      constructor(readonly currentUser: CurrentUser) {}
    }
    const found = await problemsOf(({ bind }) => bind(Sticky).toSelf());
    expect(found.map(({ code }) => code)).toEqual(['captive_current_user']);
  });

  test('through another singleton is that one’s fault alone', async () => {
    const found = await problemsOf(({ bind }) => {
      bind(Journal).toSelf().inSingletonScope();
      bind(Audit).toSelf().inSingletonScope();
    });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(': Audit → CurrentUser')]);
  });

  test('may be the authenticator', async () => {
    @injectable()
    class Door extends Authenticator {
      constructor(readonly currentUser: CurrentUser) {
        super();
      }

      override authenticate() {
        return null;
      }
    }
    const found = await problemsOf(() => {}, [], Door);
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('Door → CurrentUser')]);
  });
});

test('a circle is told once', async () => {
  @injectable()
  class Hen {
    constructor(@inject(new LazyServiceIdentifier(() => Egg)) readonly egg: object) {}
  }
  @injectable()
  class Egg {
    constructor(readonly hen: Hen) {}
  }
  @Controller()
  class FarmController {
    constructor(
      readonly hen: Hen,
      readonly egg: Egg,
    ) {}
  }
  const found = await problemsOf(
    ({ bind }) => {
      bind(Hen).toSelf();
      bind(Egg).toSelf();
    },
    [FarmController],
  );
  expect(found).toEqual([
    expect.objectContaining({
      code: 'circular_dependency',
      message: 'Classes depend on each other in a circle: Hen → Egg → Hen',
    }),
  ]);
});

test('what Rocket binds itself cannot be bound by a module', async () => {
  @Controller()
  class SongController {}
  const found = await problemsOf(
    ({ bind }) => {
      bind(SongController).toSelf().inSingletonScope();
      bind(Transmitter).toConstantValue(new FakeTransmitter());
      bind(CurrentUser).toDynamicValue(() => undefined as never);
    },
    [SongController],
  );
  expect(found.map(({ code, message }) => [code, message.split(',')[0]])).toEqual([
    ['reserved_binding', 'A module binds CurrentUser'],
    ['reserved_binding', 'A module binds Transmitter'],
    ['reserved_binding', 'A module binds SongController'],
  ]);
});

test('five faults are reported at once', async () => {
  @injectable()
  class Loop {
    constructor(@inject(new LazyServiceIdentifier(() => Loop)) readonly self: object) {}
  }
  class Bare {
    constructor(readonly loop: Loop) {}
  }
  @Controller()
  class SongController {
    constructor(
      readonly repository: Repository,
      readonly store: Store,
    ) {}
  }
  const found = await problemsOf(
    ({ bind }) => {
      bind(Audit).toSelf().inSingletonScope();
      bind(Loop).toSelf();
      bind(Bare).toSelf();
    },
    [SongController],
  );
  expect(found.map(({ code, message }) => `${code} ${message.split(' ')[0]}`)).toEqual([
    'unknown_dependency Bare',
    'unknown_dependency SongController',
    'missing_binding SongController',
    'captive_current_user Audit',
    'circular_dependency Classes',
  ]);
  expect(found.every(({ cure }) => cure.length > 10)).toBe(true);
});

@injectable()
class NeedsPath {
  constructor(@inject('path') @named('home') readonly path: string) {}
}

@injectable()
class NeedsProperty {
  @inject(Symbol.for('clock')) readonly clock!: object;
}
