import { afterEach, describe, expect, test } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { Call } from '../../../../runtime/server/actions/call.js';
import { CallContext } from '../../../../runtime/server/actions/call-context.js';
import { findTracing } from '../../../../runtime/server/telemetry/tracing.js';
import { RocketError } from '../../../../src/errors.js';
import { Events } from '../../../../src/events.js';
import { FakeUser } from '../../../support/fake-user.js';
import { RecordingTelemetry } from '../../../support/recording-telemetry.js';

let telemetry = new RecordingTelemetry();

afterEach(() => {
  telemetry.unregister();
  telemetry = new RecordingTelemetry();
});

function missing(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error('Cannot find package'), { code }));
}

describe('tracing', () => {
  test.each(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])(
    'is none where the API is not installed (%s)',
    async (code) => {
      expect(await findTracing(new Events(), () => missing(code))).toBeUndefined();
    },
  );

  test('is not given up in silence where the API is installed and broken', async () => {
    const broken = () => Promise.reject(new SyntaxError('Unexpected token'));
    await expect(findTracing(new Events(), broken)).rejects.toThrow('Unexpected token');
  });

  test('is none where nobody has registered a provider', async () => {
    const events = new Events();
    expect(await findTracing(events)).toBeUndefined();
    expect(events.heard('transmission.accepted')).toBe(false);
  });

  test('is had of the provider that is registered, until it is stopped', async () => {
    telemetry.register();
    const events = new Events();
    const tracing = await findTracing(events);
    expect(tracing).toBeDefined();
    expect(events.heard('transmission.accepted')).toBe(true);
    tracing?.stop();
    expect(events.heard('transmission.accepted')).toBe(false);
  });

  test('is had of a provider that is not the API’s proxy', async () => {
    const other = Object.create(trace, { getTracerProvider: { value: () => telemetry } }) as typeof trace;
    const tracing = await findTracing(new Events(), async () => ({ trace: other, context, ROOT_CONTEXT }));
    tracing?.calls.begin('Song.show', 'a session', undefined).end();
    expect(telemetry.span('Song.show').ends).toBe(1);
  });
});

test('whatever runs as a part of a call finds its span, a generator between two items as well', async () => {
  telemetry.register();
  const tracing = await findTracing(new Events());
  const call = new Call(new FakeUser(), 'Song.count', 1);
  call.trace = tracing?.calls.begin('Song.count', 'a session', undefined);
  const contexts = new CallContext();
  const found: unknown[] = [];
  async function* count() {
    for (let n = 1; n <= 2; n += 1) {
      await Promise.resolve();
      found.push(trace.getActiveSpan());
      yield contexts.call.action;
    }
  }
  const items = contexts.run(call, count);
  for (let n = 1; n <= 2; n += 1)
    expect(await contexts.run(call, () => items.next())).toEqual({ done: false, value: 'Song.count' });
  call.trace?.end();
  expect(found).toEqual([telemetry.span('Song.count'), telemetry.span('Song.count')]);
  expect(trace.getActiveSpan()).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'undefined'],
  ['a text', 'no luck', 'no luck'],
  [
    'a proxy whose traps throw',
    new Proxy({}, { get: explode, getPrototypeOf: explode }),
    'An error that cannot be described: reading it throws',
  ],
])('%s that is thrown ends the span like any other', async (_, thrown, told) => {
  const own = new RecordingTelemetry().register();
  const tracing = await findTracing(new Events());
  const span = tracing?.calls.begin('Song.fail', 'a session', undefined);
  span?.end(new RocketError('internal'), thrown);
  span?.end();
  expect(own.span('Song.fail')).toMatchObject({ exceptions: [told], ends: 1 });
});

function explode(): never {
  throw new Error('Do not read me');
}
