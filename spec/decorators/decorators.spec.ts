import { describe, expect, test } from '@jest/globals';
import { injectable } from 'inversify';
import {
  Action,
  Conflict,
  Controller,
  controllerMetadata,
  Forbidden,
  FormErrors,
  NotFound,
  RateLimit,
  Redirect,
  redirect,
  Unauthenticated,
} from '../../decorators/index.js';
import { readInjection } from '../../decorators/metadata.js';
import { RocketError } from '../../src/errors.js';

interface SongClient {
  show(args: { title: string }): void;
}

class Repository {}

@Controller<SongClient>()
class SongController {
  constructor(readonly repository: Repository) {}

  @Action()
  index(): void {}

  @Action({ serial: true })
  async show(_params: { id: string }): Promise<void> {}

  helper(): void {}
}

describe('@Controller and @Action', () => {
  test('say what may be called, in the order of declaration, and nothing else', () => {
    const metadata = controllerMetadata(SongController);
    expect(metadata).toMatchObject({ name: 'Song', serial: false, duplicates: [] });
    expect([...(metadata?.actions ?? [])]).toMatchObject([
      ['index', { method: 'index', serial: false, idempotent: false }],
      ['show', { method: 'show', serial: true, idempotent: false }],
    ]);
  });

  test('make the class injectable, with its parameters', () => {
    const { injectable: isInjectable, parameters } = readInjection(SongController);
    expect(isInjectable).toBe(true);
    expect(parameters.map(({ token }) => token)).toEqual([Repository]);
  });

  test('can name the controller and make all of it serial', () => {
    @Controller({ name: 'Track', serial: true })
    class Tracks {
      @Action()
      index(): void {}

      @Action({ serial: false })
      show(): void {}
    }
    const metadata = controllerMetadata(Tracks);
    expect(metadata).toMatchObject({ name: 'Track', serial: true });
    expect(metadata?.actions.get('index')?.serial).toBe(true);
    expect(metadata?.actions.get('show')?.serial).toBe(false);
  });

  test('allow a controller without actions', () => {
    @Controller<{ notice(): void }>()
    class AppController {}
    expect(controllerMetadata(AppController)?.actions.size).toBe(0);
  });

  test('do not reach subclasses: neither the controller nor its actions are inherited', () => {
    class PlainSongs extends SongController {}
    @Controller()
    class LoudSongController extends SongController {
      @Action()
      shout(): void {}

      override index(): void {}
    }
    expect(controllerMetadata(PlainSongs)).toBeUndefined();
    expect([...(controllerMetadata(LoudSongController)?.actions.keys() ?? [])]).toEqual(['shout']);
    expect([...(controllerMetadata(SongController)?.actions.keys() ?? [])]).toEqual(['index', 'show']);
  });

  test.each([[Repository], [{}], [() => undefined], [SongController.prototype]])(
    'are not found on %p',
    (thing) => {
      expect(controllerMetadata(thing)).toBeUndefined();
    },
  );

  test('leave the name open where the class name does not give one', () => {
    @Controller()
    class Songs {}
    expect(controllerMetadata(Songs)?.name).toBeUndefined();
  });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('a timeout of %p is none', (timeout) => {
  const { prototype } = SongController;
  expect(() => Action({ timeout })(prototype, 'index', { value: prototype.index })).toThrow(
    /^SongController\.index has timeout: .* no number of milliseconds/,
  );
});

test.each<[Parameters<typeof RateLimit>[0], RegExp]>([
  [{}, /needs one of perSecond and perMinute/],
  [{ perSecond: 1, perMinute: 1 }, /needs one of perSecond and perMinute/],
  [{ perMinute: 0 }, /has perMinute: 0, which is no number above 0/],
  [{ perSecond: Number.NaN }, /has perSecond: NaN/],
  [{ perSecond: 1, burst: 0.5 }, /has burst: 0.5/],
  [{ perSecond: 1, by: 'browser' as never }, /has by: "browser"/],
])('a limit of %p is none', (options, message) => {
  expect(() => RateLimit(options)(SongController)).toThrow(message);
  expect(() => RateLimit(options)(SongController.prototype, 'index')).toThrow(/on SongController\.index /);
});

describe('a doubled decorator', () => {
  test('of a controller names the class', () => {
    expect(() => Controller()(SongController)).toThrow(
      new TypeError('SongController is decorated twice: keep one @Controller()'),
    );
  });

  test('@injectable() on a controller is told apart', () => {
    const decorate = () => {
      @Controller()
      @injectable()
      class DoubledController {}
      return DoubledController;
    };
    expect(decorate).toThrow(/DoubledController .* remove @injectable\(\)/);
  });

  test('of an action is kept for the report at start', () => {
    class TwiceController {
      index(): void {}
    }
    const { prototype } = TwiceController;
    const descriptor = { value: prototype.index };
    Action()(prototype, 'index', descriptor);
    Action()(prototype, 'index', descriptor);
    Controller()(TwiceController);
    expect(controllerMetadata(TwiceController)?.duplicates).toEqual(['index']);
  });
});

describe('@Action on what cannot be an action names class and member', () => {
  class OddController {
    static helper(): void {}
    get value(): number {
      return 1;
    }
  }
  const decorate = Action() as (target: unknown, key: unknown, descriptor?: PropertyDescriptor) => void;
  const { prototype } = OddController;
  const method = { value() {} };

  test.each<[string, unknown, unknown, PropertyDescriptor | undefined, RegExp]>([
    ['static', OddController, 'helper', { value: OddController.helper }, /OddController\.helper .*static/],
    [
      'accessor',
      prototype,
      'value',
      Object.getOwnPropertyDescriptor(prototype, 'value'),
      /OddController\.value .*not a method/,
    ],
    ['field', prototype, 'field', undefined, /OddController\.field .*not a method/],
    ['private', prototype, '#secret', method, /OddController\.#secret .*private/],
    ['symbol', prototype, Symbol('odd'), method, /OddController\.Symbol\(odd\) .*not a string/],
    ['capital', prototype, 'Index', method, /OddController\.Index .*small letter/],
    ['control field', prototype, '$id', method, /OddController\.\$id .*small letter/],
    ['__proto__', prototype, '__proto__', method, /OddController\.__proto__ .*name/],
  ])('%s', (_kind, target, key, descriptor, message) => {
    const attempt = () => decorate(target, key, descriptor);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(message);
  });

  test('decorators of the later standard are told apart', () => {
    expect(() => decorate(method.value, { kind: 'method', name: '#secret' } as never)).toThrow(
      /#secret .*experimentalDecorators/,
    );
    const decorateClass = Controller() as (target: unknown, context: unknown) => void;
    expect(() => decorateClass(OddController, { kind: 'class' })).toThrow(/experimentalDecorators/);
    expect(() => decorateClass('SongController', undefined)).toThrow(TypeError);
  });
});

test.each([undefined, null, 'Song.show'])('redirect to %p says what it takes', (message) => {
  expect(() => redirect(message as never)).toThrow(/redirect takes a message such as/);
});

test('redirect keeps its message', () => {
  const result = redirect({ 'Song.show': { id: '1' } });
  expect(result).toBeInstanceOf(Redirect);
  expect(result.message).toEqual({ 'Song.show': { id: '1' } });
});

describe('errors', () => {
  test.each([
    [NotFound, 'not_found', 'NotFound'],
    [Forbidden, 'forbidden', 'Forbidden'],
    [Unauthenticated, 'unauthenticated', 'Unauthenticated'],
    [Conflict, 'conflict', 'Conflict'],
  ])('%p has the code %s', (ErrorClass, code, name) => {
    const error = new ErrorClass('Because');
    expect(error).toBeInstanceOf(RocketError);
    expect(error).toMatchObject({ code, name, message: 'Because' });
    expect(new ErrorClass().message.length).toBeGreaterThan(3);
  });

  test('FormErrors turns fields into issues', () => {
    const error = new FormErrors({
      'song.title': ['is taken', 'is odd'],
      'tags.0': 'is empty',
      '': 'Try again',
    });
    expect(error).toMatchObject({ code: 'invalid_arguments', name: 'FormErrors' });
    expect(error.issues).toEqual([
      { path: ['song', 'title'], message: 'is taken' },
      { path: ['song', 'title'], message: 'is odd' },
      { path: ['tags', 0], message: 'is empty' },
      { path: [], message: 'Try again' },
    ]);
    expect(error.toWire().issues).toHaveLength(4);
  });

  test('FormErrors of a type checks the fields when it compiles', () => {
    interface Node {
      name: string;
      children: Node[];
      born?: Date;
    }
    const error = new FormErrors<{ song: { title: string; tags?: string[] }; node: Node }>({
      'song.title': 'is taken',
      'song.tags.3': 'is odd',
      'node.born': 'is later than today',
      'node.children.0.name': 'is empty',
      // @ts-expect-error: no such field
      'song.titel': 'is taken',
    });
    expect(error.issues).toHaveLength(5);
  });
});
