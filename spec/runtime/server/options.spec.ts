import { describe, expect, test } from '@jest/globals';
import { ContainerModule } from 'inversify';
import { Registry } from 'prom-client';
import { type AppOptions, resolveOptions } from '../../../runtime/server/options.js';
import { ProblemsError } from '../../../src/problems.js';

/** What is told of options, as JavaScript may give them. */
function problemsOf(options: Readonly<Record<string, unknown>>): string[] {
  try {
    resolveOptions(options as unknown as AppOptions);
  } catch (error) {
    if (error instanceof ProblemsError)
      return error.problems.map(({ code, message }) => `${code}: ${message}`);
    throw error;
  }
  return [];
}

describe('options that do not work', () => {
  test('are told when they are misspelt, with the names there are', () => {
    const options = { root: '.', prot: 3000, moduls: [] } as unknown as AppOptions;
    expect(problemsOf({ ...options })).toEqual([
      'bad_option: There is no option `prot`',
      'bad_option: There is no option `moduls`',
    ]);
    expect(() => resolveOptions(options)).toThrow(/write one of root, modules, .*logLevel/);
  });

  test('are told when the root is missing', () => {
    expect(problemsOf({})).toEqual(['bad_option: `root` is missing']);
  });

  test.each([
    ['one module that is not in a list', new ContainerModule(() => {})],
    ['a list with something else in it', [{}]],
    ['a list with a hole, such as an import in a circle leaves', [undefined]],
  ])('are told when the modules are %s', (_, modules) => {
    expect(problemsOf({ root: '.', modules })).toEqual([
      'bad_option: `modules` is not a list of inversify modules',
    ]);
  });
});

test.each<[string, unknown]>([
  ['requireOrigin', 'yes'],
  ['maxConnections', 0],
  ['maxConnectionsPerAddress', 1.5],
  ['trustedProxies', 'nobody'],
  ['trustedProxies', ['10.0.0.0/33']],
  ['bufferLimit', 65_535],
  ['messageRate', { perSecond: 0, burst: 5 }],
  ['messageRate', { perSecond: 5 }],
  ['window', -1],
  ['window', 2 ** 31],
  ['presenceGrace', 0.5],
  ['callTimeout', 0],
  ['drainWithin', '5s'],
  ['drainTimeout', Number.NaN],
  ['slowConsumers', 'drop'],
  ['metrics', 'yes'],
  ['metrics', {}],
])('`%s` of %j is told', (name, value) => {
  expect(problemsOf({ root: '.', [name]: value })).toEqual([
    expect.stringMatching(new RegExp(`^bad_option: \`${name}\` is `)),
  ]);
});

test('limits on sockets are none where nothing is said, save those on what one may send and hold', () => {
  expect(resolveOptions({ root: '.' })).toMatchObject({
    ...{ requireOrigin: false, trustedProxies: [], bufferLimit: 262_144 },
    ...{ maxConnections: Number.POSITIVE_INFINITY, maxConnectionsPerAddress: Number.POSITIVE_INFINITY },
    messageRate: { perSecond: 1_000, burst: 5_000 },
  });
  expect(resolveOptions({ root: '.', messageRate: false }).messageRate).toBe(false);
});

test('modules, and every option that may be left out, are taken', () => {
  const models = new ContainerModule(() => {});
  expect(resolveOptions({ root: '.', modules: [models] }).modules).toEqual([models]);
  expect(problemsOf({ root: '.' })).toEqual([]);
});

test('what is kept for those who are away has limits, which can be set and have to be whole', () => {
  expect(resolveOptions({ root: '.', maxCallsInFlight: 10 })).toMatchObject({
    ...{ window: 120_000, presenceGrace: 5_000, slowConsumers: 'catch-up', callTimeout: 60_000 },
    ...{ drainWithin: 5_000, drainTimeout: 25_000, history: { entries: 1_000, bytes: 1_048_576 } },
    replies: { entries: 20, bytes: 1_048_576 },
  });
  expect(problemsOf({ root: '.', history: { entries: 0, bytes: 1.5 } })).toEqual([
    'bad_option: `history.entries` is 0',
    'bad_option: `history.bytes` is 1.5',
  ]);
  expect(problemsOf({ root: '.', history: { entries: 5 } })).toEqual([
    'bad_option: `history.bytes` is missing',
  ]);
});

test('metrics have a port that can be had, and a registry that is one', () => {
  const register = new Registry();
  expect(resolveOptions({ root: '.' }).metrics).toBe(false);
  expect(resolveOptions({ root: '.', metrics: { register } }).metrics).toEqual({ register });
  expect(problemsOf({ root: '.', metrics: { port: 0 } })).toEqual([]);
  expect(problemsOf({ root: '.', metrics: { port: 65_536, register: {} } })).toEqual([
    'bad_option: `metrics.port` is 65536',
    'bad_option: `metrics.register` takes no metrics',
  ]);
});

test('METRICS_PORT of the environment gives metrics a port, unless the options say something else', () => {
  const { METRICS_PORT: before } = process.env;
  try {
    process.env.METRICS_PORT = '9464';
    expect(resolveOptions({ root: '.' }).metrics).toEqual({ port: 9464 });
    expect(resolveOptions({ root: '.', metrics: false }).metrics).toBe(false);
    process.env.METRICS_PORT = 'nine';
    expect(problemsOf({ root: '.' })).toEqual(['bad_option: `metrics.port` is null']);
  } finally {
    if (before === undefined) delete process.env.METRICS_PORT;
    else process.env.METRICS_PORT = before;
  }
});

test('an engine of its own is made for each app', () => {
  expect(resolveOptions({ root: '.' }).engine).not.toBe(resolveOptions({ root: '.' }).engine);
});
