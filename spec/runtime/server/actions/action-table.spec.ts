import { expect, test } from '@jest/globals';
import { Action, type Class, Controller, RateLimit } from '../../../../decorators/index.js';
import { buildActionTable } from '../../../../runtime/server/actions/action-table.js';
import type { ServerManifest, Validator } from '../../../../src/contract/manifest.js';

const accept: Validator = (value) => value;

function manifest(actions: Record<string, Validator | null>): ServerManifest {
  return { contract: 'c', actions, clientActions: {}, results: {}, items: {} };
}

function filesOf(...controllers: Class[]): Map<Class, string> {
  return new Map(controllers.map((one, index) => [one, `app/controllers/${index}.controller.ts`]));
}

@Controller()
class SongController {
  @Action()
  index(): void {}

  @Action({ serial: true })
  save(_params: object): void {}

  helper(): void {}
}

const plain = {
  controller: SongController,
  input: undefined,
  idempotent: false,
  timeout: undefined,
  rateLimit: undefined,
};

test('the table has how an action is limited: its own limit, or the one it shares with the rest', () => {
  @Controller()
  @RateLimit({ perMinute: 5 })
  class FormController {
    @Action({ idempotent: true, timeout: 5_000 })
    one(): void {}

    @Action()
    two(): void {}

    @RateLimit({ perSecond: 1, burst: 3, by: 'address' })
    @Action()
    three(): void {}

    @RateLimit({ perSecond: 1 })
    helper(): void {}
  }
  const { table, problems } = buildActionTable(
    filesOf(FormController),
    manifest({ 'Form.one': null, 'Form.two': null, 'Form.three': null }),
  );
  expect(table.get('Form.one')).toMatchObject({ idempotent: true, timeout: 5_000 });
  expect(table.get('Form.one')?.rateLimit).toMatchObject({ name: 'Form', by: 'user', rate: { burst: 5 } });
  expect(table.get('Form.two')?.rateLimit).toBe(table.get('Form.one')?.rateLimit);
  expect(table.get('Form.three')?.rateLimit).toMatchObject({
    ...{ name: 'Form.three', by: 'address', rate: { perSecond: 1, burst: 3 } },
  });
  expect(problems).toEqual([
    expect.objectContaining({
      code: 'bad_decorator',
      message: '@RateLimit() on FormController.helper limits nothing: the method is no action',
    }),
  ]);
});

test('the table has what is declared and compiled', () => {
  const { table, problems } = buildActionTable(
    filesOf(SongController),
    manifest({ 'Song.index': null, 'Song.save': accept }),
  );
  expect(problems).toEqual([]);
  expect([...table.values()]).toEqual([
    { ...plain, name: 'Song.index', method: 'index', validate: null, queue: undefined },
    { ...plain, name: 'Song.save', method: 'save', validate: accept, queue: 'Song.save' },
  ]);
});

test('the actions of a serial controller share a queue', () => {
  @Controller({ serial: true })
  class FormController {
    @Action()
    one(): void {}

    @Action({ serial: true })
    two(): void {}

    @Action({ serial: false })
    free(): void {}
  }
  const { table } = buildActionTable(
    filesOf(FormController),
    manifest({ 'Form.one': null, 'Form.two': null, 'Form.free': null }),
  );
  expect([...table.values()].map(({ queue }) => queue)).toEqual(['Form', 'Form', undefined]);
});

test.each(['constructor', '__proto__', '__proto__.x', 'toString', 'Song.constructor', 'Song.helper', 'Song'])(
  '%s is not in the table',
  (name) => {
    const { table } = buildActionTable(
      filesOf(SongController),
      manifest({ 'Song.index': null, 'Song.save': accept }),
    );
    expect(table.get(name)).toBeUndefined();
  },
);

test('classes that are no controllers are passed over', () => {
  class Helper {}
  expect(buildActionTable(filesOf(Helper), manifest({})).problems).toEqual([]);
});

test('everything that is wrong is reported at once, each with class, file and cure', () => {
  @Controller()
  class Songs {}

  @Controller({ name: 'no good' })
  class NamedController {}

  @Controller({ name: 'Song' })
  class OtherController {
    @Action()
    index(): void {}
  }

  class TwiceController {
    index(): void {}
  }
  const descriptor = { value: TwiceController.prototype.index };
  Action()(TwiceController.prototype, 'index', descriptor);
  Action()(TwiceController.prototype, 'index', descriptor);
  Controller()(TwiceController);

  const { problems } = buildActionTable(
    filesOf(SongController, Songs, NamedController, OtherController, TwiceController),
    manifest({ 'Song.index': null, 'Song.gone': null, 'Film.index': null, 'Twice.index': null }),
  );
  expect(problems.map(({ code, message, place }) => [code, message, place])).toEqual([
    [
      'stale_output',
      expect.stringMatching(/^SongController\.save .*"Song\.save"/),
      'app/controllers/0.controller.ts',
    ],
    [
      'bad_controller_name',
      'Songs is a controller, but its name does not end in Controller',
      'app/controllers/1.controller.ts',
    ],
    [
      'bad_controller_name',
      '"no good", the name given to NamedController, cannot stand in a call',
      'app/controllers/2.controller.ts',
    ],
    [
      'duplicate_controller',
      'OtherController and SongController of app/controllers/0.controller.ts are both called "Song"',
      'app/controllers/3.controller.ts',
    ],
    [
      'duplicate_action',
      'TwiceController declares the action "index" more than once',
      'app/controllers/4.controller.ts',
    ],
    [
      'stale_output',
      expect.stringMatching(/"Song\.gone", but SongController/),
      'app/controllers/0.controller.ts',
    ],
    ['stale_output', expect.stringMatching(/"Film\.index", but no controller/), undefined],
  ]);
  expect(problems.every(({ cure }) => cure.length > 10)).toBe(true);
});

test('a manifest with names from elsewhere is read by its own properties', () => {
  @Controller()
  class OddController {
    @Action()
    index(): void {}
  }
  const inherited = Object.create({ 'Odd.index': accept }) as Record<string, Validator>;
  const { problems } = buildActionTable(filesOf(OddController), manifest(inherited));
  expect(problems.map(({ code }) => code)).toEqual(['stale_output']);
});
