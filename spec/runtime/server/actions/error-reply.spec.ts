import { describe, expect, test } from '@jest/globals';
import { NotFound } from '../../../../decorators/index.js';
import { errorReply } from '../../../../runtime/server/actions/error-reply.js';
import { RocketError } from '../../../../src/errors.js';

test.each([
  [new NotFound('No song 7')],
  [new RocketError('sold_out', 'Too late')],
  [Object.freeze(new NotFound())],
])('an error of ours reaches the caller as it is: %s', (error) => {
  expect(errorReply(error)).toBe(error);
});

describe('an error of ours that cannot be told is as any other', () => {
  class Silent extends RocketError {
    override toWire(): never {
      throw new Error('secret');
    }
  }
  class Empty extends RocketError {
    override toWire() {
      return undefined as never;
    }
  }
  const unreadable = new RocketError('sold_out');
  Object.defineProperty(unreadable, 'issues', { get: () => explode() });

  test.each([
    ['it throws', new Silent('sold_out')],
    ['it says nothing', new Empty('sold_out')],
    ['its issues throw', unreadable],
    ['its code is no text', new RocketError(7 as never)],
    ['its code is nothing that JSON has', new RocketError(7n as never)],
  ])('%s', (_case, error) => {
    expect(errorReply(error)).toMatchObject({ code: 'internal', reference: expect.any(String) });
  });
});

describe('of anything else the caller learns a reference and no more', () => {
  class HostileError extends Error {
    override get message(): string {
      return explode();
    }
    override get stack(): string {
      return explode();
    }
    get code(): string {
      return explode();
    }
  }
  const trap = new Proxy(
    {},
    {
      get: explode,
      has: explode,
      getPrototypeOf: explode,
      ownKeys: explode,
      getOwnPropertyDescriptor: explode,
    },
  );
  const revoked = Proxy.revocable(new NotFound('secret'), {});
  revoked.revoke();

  test.each<[string, unknown]>([
    ['an error', new Error('secret')],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'secret'],
    ['a symbol', Symbol('secret')],
    ['a frozen object', Object.freeze({ code: 'not_found', message: 'secret' })],
    ['an object without prototype', Object.create(null)],
    ['an error with throwing getters', new HostileError()],
    ['a proxy that throws', trap],
    ['a revoked proxy', revoked.proxy],
    ['a thenable that throws', Object.fromEntries([['then', explode]])],
    ['a function', explode],
    ['a promise', Promise.resolve('secret')],
  ])('%s', (_kind, thrown) => {
    const error = errorReply(thrown);
    expect(error.toWire()).toEqual({
      code: 'internal',
      message: 'Something went wrong on the server',
      retryable: false,
      reference: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  test('a rejected promise, which then counts as handled', async () => {
    let unhandled = 0;
    const count = () => {
      unhandled++;
    };
    process.on('unhandledRejection', count);
    try {
      expect(errorReply(Promise.reject(new Error('secret'))).code).toBe('internal');
      await new Promise(setImmediate);
      expect(unhandled).toBe(0);
    } finally {
      process.off('unhandledRejection', count);
    }
  });

  test('references differ', () => {
    expect(errorReply(1).reference).not.toBe(errorReply(1).reference);
  });
});

function explode(): never {
  throw new Error('exploded');
}
