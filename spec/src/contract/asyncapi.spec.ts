import { createRequire } from 'node:module';
import type { AsyncAPIDocumentInterface, Parser as ParserClass } from '@asyncapi/parser';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { asyncApiDocument } from '../../../src/contract/asyncapi.js';
import type { Contract } from '../../../src/contract/contract.js';
import type { Shape } from '../../../src/contract/shape.js';
import {
  amount,
  boolean,
  contractOf,
  date,
  either,
  json,
  list,
  literal,
  nil,
  number,
  object,
  record,
  ref,
  string,
  text,
} from './shapes.js';

// Its build for `import` is not one that Node takes.
const { Parser } = createRequire(import.meta.url)('@asyncapi/parser') as { Parser: typeof ParserClass };

const everything = object({
  string,
  boolean,
  date,
  nil,
  json,
  'optional?': number,
  constrained: text({ minLength: 1, maxLength: 9, format: 'email', patterns: ['a.*', '.*b'] }),
  amount: amount({ min: 1, exclusiveMax: 9, integer: true, multipleOf: 2 }),
  list: list(string, { minItems: 1, uniqueItems: true }),
  set: { kind: 'set', element: string },
  map: { kind: 'map', key: string, value: number },
  tuple: { kind: 'tuple', elements: [string, number], optional: 1, rest: boolean },
  nothing: { kind: 'tuple', elements: [] },
  record: record(number),
  keyed: { kind: 'record', value: string, key: { type: 'A', pattern: 'a.*', form: 'a…' } },
  size: either(literal('s'), literal('m'), nil),
  letters: either(literal('a'), literal('b')),
  bigint: { kind: 'bigint' },
  bytes: { kind: 'bytes' },
  song: ref('Song'),
});

const contract: Contract = contractOf({
  actions: {
    save: { params: everything, result: ref('Song') },
    list: { result: number, items: ref('Song') },
    forget: {},
  },
  clientActions: { show: { args: object({ song: ref('Song') }) }, clear: {} },
  types: { Song: object({ title: string, 'related?': list(ref('Song')) }) },
});

const document = asyncApiDocument(contract, { title: 'Songs', version: '1.2.0' });

describe('the document', () => {
  let parsed: AsyncAPIDocumentInterface | undefined;
  let faults: unknown[];

  beforeAll(async () => {
    const { document: found, diagnostics } = await new Parser().parse(JSON.stringify(document));
    parsed = found;
    // Severity 0 is an error; the rest is advice about contacts and licences.
    faults = diagnostics.filter(({ severity }) => severity === 0);
  });

  test('is taken by the official parser', () => {
    expect(faults).toEqual([]);
    expect(parsed?.info().title()).toBe('Songs');
    expect(parsed?.version()).toBe('3.0.0');
  });

  test('has an operation for each action, in its direction', () => {
    const operations = parsed?.operations().all() ?? [];
    expect(operations.map((operation) => [operation.id(), operation.action()])).toEqual([
      ['hello', 'receive'],
      ['Song.save', 'receive'],
      ['Song.list', 'receive'],
      ['Song.forget', 'receive'],
      ['Song.show.transmission', 'send'],
      ['Song.clear.transmission', 'send'],
    ]);
  });

  test('has the replies to a call', () => {
    const replies = (id: string) =>
      parsed
        ?.operations()
        .get(id)
        ?.reply()
        ?.messages()
        .all()
        .map((message) => message.id());
    expect(replies('Song.save')).toEqual(['Song.save.reply', 'error']);
    expect(replies('Song.list')).toEqual(['Song.list.item', 'Song.list.reply', 'error']);
  });

  test('has the named types as schemas, once each', () => {
    expect(Object.keys(document.components.schemas as object)).toEqual(['Song']);
    expect(JSON.stringify(document.components.messages)).toContain('{"$ref":"#/components/schemas/Song"}');
  });
});

test('what an action does not take or give has no schema', () => {
  const messages = document.components.messages as Record<string, { payload: { properties: object } }>;
  expect(messages['Song.forget.call']?.payload.properties).toEqual({
    'Song.forget': { type: 'object', maxProperties: 0 },
    $id: { type: 'integer', minimum: 1 },
  });
  expect(messages['Song.forget.reply']?.payload.properties).toEqual({ $re: { type: 'integer', minimum: 1 } });
});

test.each<[Shape['kind'], Shape, object]>([
  ['bigint', { kind: 'bigint' }, { type: 'string', pattern: '^-?\\d+$' }],
  ['bytes', { kind: 'bytes' }, { type: 'string', contentEncoding: 'base64' }],
  ['date', date, { type: 'string', format: 'date-time' }],
  ['map', { kind: 'map', key: string, value: number }, { type: 'array', items: { minItems: 2 } }],
  ['number', amount({ integer: true, exclusiveMin: 0 }), { type: 'integer', exclusiveMinimum: 0 }],
  ['union', either(literal('a'), literal(1)), { enum: ['a', 1] }],
  ['string', text({ patterns: ['a|b'] }), { pattern: '^(?:a|b)$' }],
])('a %s is described as it is on the wire', (_, shape, schema) => {
  const { components } = asyncApiDocument(
    contractOf({ actions: { save: { params: object({ value: shape }) } } }),
    {
      title: 'Songs',
      version: '1.0.0',
    },
  );
  expect(components).toMatchObject({
    messages: {
      'Song.save.call': { payload: { properties: { 'Song.save': { properties: { value: schema } } } } },
    },
  });
});

test('the server is named where its URL is known', () => {
  const url = new URL('wss://example.com:8443/live');
  expect(asyncApiDocument(contract, { title: 'Songs', version: '1.0.0', url })).toMatchObject({
    servers: { app: { host: 'example.com:8443', protocol: 'wss' } },
    channels: { rocket: { address: '/live' } },
  });
});

test('equal contracts give equal documents', () => {
  expect(asyncApiDocument(contract, { title: 'Songs', version: '1.2.0' })).toEqual(document);
});
