import { describe, expect, test } from '@jest/globals';
import { ContainerModule } from 'inversify';
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
