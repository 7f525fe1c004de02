import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as internal from '../../../src/contract/internal.js';
import type { ClientManifest, ServerManifest } from '../../../src/contract/manifest.js';
import type { Issue } from '../../../src/errors.js';
import { Project } from './project.js';

const source = `
import { Action, Controller } from 'rocket-io';
import type { Email, Max, MaxItems, Min, MinLength, Pattern, UploadedFile } from 'rocket-io';

export interface Holding {
  plays: bigint;
  cover: Uint8Array;
  whole: ArrayBuffer;
  byDay: Map<Date, bigint[]>;
  tags: Set<Date>;
  pair: [bigint, Date?];
  either: bigint | 'all' | Date | null;
  perhaps?: bigint;
  open: { name: string; [key: string]: string | number };
}

export interface Form {
  title: string & MinLength<2>;
  contact?: string & Email;
  note: (string & Pattern<'[a-z]+'>) | null;
  count: bigint & Min<1> & Max<10>;
  tags: (string & MinLength<1>)[] & MaxItems<2>;
  mixed: (string & MinLength<2>) | number;
}

export interface TestClient {
  show(args: { holding: Holding }): void;
}

@Controller<TestClient>()
export class TestController {
  @Action()
  echo(params: { holding: Holding }): Holding {
    return params.holding;
  }

  @Action()
  async *list(): AsyncGenerator<Set<bigint>, bigint> {
    yield new Set();
    return 1n;
  }

  @Action()
  form(form: Form): void {
    void form;
  }

  @Action({ unknown: 'refuse' })
  exact(params: { form: { a: string }; list: { a: string }[]; kind: { k: 'x'; x: 1 } | { k: 'y' } }): void {
    void params;
  }

  @Action()
  upload(params: { file: UploadedFile; other?: UploadedFile }): void {
    void params;
  }

  @Action()
  overlap(params: { value: { a: string } | { a: string; b: number } | { c: boolean } }): void {
    void params;
  }

  @Action()
  nest(params: Nest): void {
    void params;
  }

  @Action()
  node(params: { buffer: Buffer }): void {
    void params;
  }
}

export type Nest = { a?: Nest; x?: 1 } | { a?: Nest; y?: 2 } | { a?: Nest; z?: 3 };
`;

const project = new Project({
  'app/controllers/test.controller.ts': source,
  // As Node's types declare it.
  'node_modules/@types/node/package.json':
    '{ "name": "@types/node", "version": "1.0.0", "types": "index.d.ts" }',
  'node_modules/@types/node/index.d.ts': 'interface Buffer extends Uint8Array { readonly isNode: true }',
});
let server: ServerManifest;
let client: ClientManifest;

beforeAll(async () => {
  const { files } = project.compileFine();
  server = await project.load('server.js');
  const text = files.find(({ path }) => path === '.rocket/client.js')?.text ?? '';
  const body = text.replace(/^import [^;]*;$/gm, '').replace(/^export /gm, '');
  const run = new Function('ClientController', ...Object.keys(internal), `${body}\nreturn manifest;`);
  client = run(class {}, ...Object.values(internal)) as ClientManifest;
});

afterAll(() => project[Symbol.dispose]());

const day = new Date('2024-02-29T12:00:00.000Z');

const holding = {
  plays: 12_345_678_901_234_567_890n,
  cover: new Uint8Array([1, 2, 3]),
  whole: new Uint8Array([4, 5]).buffer,
  byDay: new Map([[day, [1n, -2n]]]),
  tags: new Set([day]),
  pair: [1n, day],
  either: 5n,
  open: { name: 'a', other: 1, more: 'b' },
};

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function check(action: string, value: unknown, text = false) {
  const issues: Issue[] = [];
  const result = server.actions[`Test.${action}`]?.(value, issues, text);
  return { result, told: issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

describe('values for which JSON has no form', () => {
  test('arrive on the server as they left the client', () => {
    const sent = throughJson(client.encodeParams['Test.echo']?.({ holding }));
    const { result, told } = check('echo', sent);
    expect(told).toEqual([]);
    expect(result).toEqual({ holding });
    expect((result as { holding: { cover: unknown } }).holding.cover).toBeInstanceOf(Uint8Array);
  });

  test('arrive on the client as they left the server: results, items, arguments', () => {
    expect(client.reviveResult['Test.echo']?.(throughJson(server.results['Test.echo']?.(holding)))).toEqual(
      holding,
    );
    const args = throughJson(server.clientActions['Test.show']?.({ holding }));
    expect(client.reviveArgs['Test.show']?.(args)).toEqual({ holding });
    const items = throughJson(server.items['Test.list']?.(new Set([1n])));
    expect(client.reviveItem['Test.list']?.(items)).toEqual(new Set([1n]));
    expect(client.reviveResult['Test.list']?.('7')).toBe(7n);
    expect(client.streams).toEqual(['Test.list']);
  });

  test.each<[unknown, unknown]>([
    [5n, '5'],
    ['all', 'all'],
    [null, null],
    [day, day.toISOString()],
  ])('%p is told from what else its union has', (either, wire) => {
    const sent = throughJson(server.results['Test.echo']?.({ ...holding, either })) as { either: unknown };
    expect(sent.either).toBe(wire);
    expect(client.reviveResult['Test.echo']?.(sent)).toEqual({ ...holding, either });
    expect(check('echo', { holding: { ...sent, either: wire } }).result).toEqual({
      holding: { ...holding, either },
    });
  });

  test('have no encoder where nothing needs one', () => {
    expect(server.results['Test.form']).toBeUndefined();
    expect(client.encodeParams['Test.exact']).toBeUndefined();
  });

  test('are refused with what they should have been', () => {
    const wrong = {
      plays: '1.5',
      cover: 'AQ',
      whole: 1,
      byDay: [['2024-02-30', ['x']], ['a']],
      tags: 'a',
      pair: [],
      either: 'some',
      open: { name: 'a', more: null },
    };
    expect(check('echo', { holding: wrong }).told).toEqual([
      'holding.plays: must be a whole number',
      'holding.cover: must be bytes, as base64',
      'holding.whole: must be bytes, as base64',
      'holding.byDay.0.0: must be a date',
      'holding.byDay.0.1.0: must be a whole number',
      'holding.byDay.1: must be a list of 2 values',
      'holding.tags: must be a list',
      'holding.pair: must be a list of 1 to 2 values',
      'holding.either: must be all, a whole number or a date',
      'holding.open.more: is required',
    ]);
    expect(check('echo', { holding: { ...holding, plays: 'x'.repeat(9) } }).told).toEqual([
      'holding.plays: must be a whole number',
    ]);
  });

  test('a number that would take long to read is refused', () => {
    expect(check('echo', { holding: { ...holding, plays: '9'.repeat(5000) } }).told).toHaveLength(1);
  });

  test('a Buffer is one on the server', () => {
    const { result } = check('node', { buffer: 'AQID' });
    expect(Buffer.isBuffer((result as { buffer: unknown }).buffer)).toBe(true);
    expect(result).toEqual({ buffer: Buffer.from([1, 2, 3]) });
  });

  test('a file is not taken yet', () => {
    expect(check('upload', { file: { $file: 'x' } }).told).toEqual([
      'file: cannot be sent: uploads are not served yet',
    ]);
    expect(check('upload', {}).told).toEqual(['file: is required']);
  });
});

describe('constraints', () => {
  const fine = { title: 'ab', note: null, count: '5', tags: ['a'], mixed: 1 };

  test('are met, or told with the sentence for it', () => {
    expect(check('form', fine).result).toEqual({ ...fine, count: 5n });
    const wrong = { title: 'a', contact: 'b', note: 'A1', count: '11', tags: ['', 'b', 'c'], mixed: 'x' };
    expect(check('form', wrong).told).toEqual([
      'title: must have at least 2 characters',
      'contact: must be an email address',
      'note: must have the form [a-z]+',
      'count: must be at most 10',
      'tags.0: is required',
      'tags: must have at most 2 entries',
      'mixed: must be text or a number',
    ]);
  });

  test('a field left empty is missing, absent or null, and never an address that is wrong', () => {
    const empty = { title: '', contact: '', note: '', count: '', tags: '', mixed: '1' };
    const { told, result } = check('form', empty, true);
    expect(told).toEqual(['title: is required', 'count: is required']);
    expect(result).toMatchObject({ note: null, tags: [], mixed: 1 });
    expect(result).not.toHaveProperty('contact');
  });
});

describe('properties that nobody declared', () => {
  const fine = { form: { a: '' }, list: [], kind: { k: 'y' } };

  test('are refused where the action says so, with their paths', () => {
    expect(check('exact', fine).told).toEqual([]);
    const more = { form: { a: '', b: 1 }, list: [{ a: '', c: 1 }], kind: { k: 'y', x: 1 }, other: 1 };
    expect(check('exact', more).told).toEqual([
      'other: is not expected',
      'form.b: is not expected',
      'list.0.c: is not expected',
      'kind.x: is not expected',
    ]);
  });

  test('are kept where another member of the union declares them', () => {
    expect(check('overlap', { value: { a: 'x', b: 1, c: true, d: 1 } }).result).toEqual({
      value: { a: 'x', b: 1, c: true },
    });
    expect(check('overlap', { value: { a: 'x', b: 'y' } }).result).toEqual({ value: { a: 'x' } });
  });
});

test('a union in a union in a union takes no longer than its value is large', () => {
  let value: object = { a: 1 };
  for (let depth = 0; depth < 90; depth++) value = { a: value };
  const started = performance.now();
  expect(check('nest', value).told).not.toEqual([]);
  expect(check('nest', { a: { a: { x: 1 } } })).toEqual({ result: { a: { a: { x: 1 } } }, told: [] });
  expect(performance.now() - started).toBeLessThan(2_000);
});
