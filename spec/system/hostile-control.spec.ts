import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BareClient } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { Visits, type Welcomed } from './visits.js';

/** Control fields of wrong types and sizes. After each attack a bystander goes on undisturbed, and so does the attacker. */
describe('hostile control fields', () => {
  let fixture: FixtureApp;
  let url: string;
  let bystander: Welcomed;
  let calls = 0;
  const visits = new Visits();

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    url = await fixture.app().listen();
  });

  beforeEach(async () => {
    bystander = await visits.hello(url);
  });

  afterEach(async () => {
    bystander.send({ 'Song.show': { id: '1' }, $id: 1 });
    expect((await bystander.take(2))[1]).toEqual({ $re: 1 });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    visits.end();
  });

  afterAll(() => fixture.dispose());

  /** That the session still runs calls, and answers them. */
  async function goesOn(client: Welcomed): Promise<void> {
    calls += 1;
    client.send({ 'Song.whoami': '', $id: 1_000_000 + calls });
    expect(await client.next()).toMatchObject({ $re: 1_000_000 + calls, value: expect.anything() });
  }

  const noCount = ['-1', '1.5', '1e300', '9007199254740992', '"1"', 'null', 'true', '{}', '[]', '[1]'];
  const noPair = [
    ...[
      '1',
      '-1',
      '"x"',
      'null',
      'true',
      '{}',
      '[]',
      '[1]',
      '[1,2,3]',
      '[1,-1]',
      '[1,1.5]',
      '[1,"2"]',
      '[-1,2]',
    ],
    ...['[null,null]', '[[1],[2]]', '[1,9007199254740992]', '[1e300,1]', '{"0":1,"1":2,"length":2}'],
  ];
  const noPositions = [
    ...['1', '"x"', 'null', 'true', '[]', '[["1",1]]', '{"":1}', '{"":[]}', '{"":["1"]}', '{"":[1,1]}'],
    ...[
      '{"":["1",-1]}',
      '{"":["1",1.5]}',
      '{"":["1",1e300]}',
      '{"":["1","1"]}',
      '{"":["1",1,1]}',
      '{"":null}',
    ],
    ...['{"__proto__":1}', '{"__proto__":["1"]}', '{"constructor":{"prototype":{"polluted":1}}}'],
  ];
  const bad: [string, string][] = [
    ...noCount.map((value): [string, string] => ['$got', value]),
    ...[...noCount, '0'].map((value): [string, string] => ['$cancel', value]),
    ...noPair.map((value): [string, string] => ['$items', value]),
    ...[...noPair, '[0,1]', '[1,0]'].map((value): [string, string] => ['$more', value]),
    ...noPositions.map((value): [string, string] => ['$seen', value]),
  ];

  test.each(bad)('%s: %s is refused, with and without a call, which does not run', async (field, value) => {
    const client = await visits.hello(url);
    client.send(`{"${field}":${value}}`);
    const refused = await client.next();
    expect(refused).toEqual({
      $error: { code: 'bad_message', message: expect.stringContaining(field), retryable: false },
    });
    client.send(`{"Song.index":"","$id":1,"${field}":${value}}`);
    expect(await client.next()).toMatchObject({ $error: { call: 'Song.index', code: 'bad_message' } });
    await goesOn(client);
  });

  test.each([
    '{"$got":9007199254740991}',
    '{"$got":0}',
    '{"$cancel":9007199254740991}',
    '{"$cancel":1}',
    '{"$more":[9007199254740991,9007199254740991]}',
    '{"$seen":{}}',
    '{"$seen":{"":["1",9007199254740991]}}',
    '{"$seen":{"":["",0],"user":["x",5],"all":["y",6],"group:nowhere":["z",7],"nonsense":["q",1]}}',
    '{"$seen":{"__proto__":["1",1],"constructor":["1",1],"toString":["1",1],"hasOwnProperty":["1",1]}}',
    '{"$items":[1,1]}',
    '{"$pong":{"__proto__":{"polluted":1}}}',
    '{"$pong":1e300}',
    '{"$auth":null}',
    '{"$auth":{"__proto__":{"polluted":1}}}',
    '{"$auth":[[[[[]]]]]}',
    '{"$re":1,"value":1}',
    '{"$welcome":{}}',
    '{"$drain":{"within":0}}',
    '{"$gap":{"of":""}}',
    '{"$left":"group:x"}',
    '{"$tomorrow":{"is":"another day"}}',
    '{"$":1,"$$":2,"$__proto__":{"polluted":1}}',
    '{"__proto__":{"$id":1,"Song.index":""},"$pong":1}',
  ])('%s does no harm', async (frame) => {
    const client = await visits.hello(url);
    client.send(frame);
    await client.answers();
    const told = client.passed.filter(({ $error, $auth }) => $error === undefined && $auth === undefined);
    expect(told).toEqual([]);
    await goesOn(client);
  });

  test('places and replies far in the future acknowledge no more than there is', async () => {
    const client = await visits.hello(url);
    const other = await visits.hello(url);
    client.send({ $got: Number.MAX_SAFE_INTEGER, $seen: { '': ['1', Number.MAX_SAFE_INTEGER] } });
    client.send({ 'Song.ticks': { count: 2 }, $id: 1 });
    await client.take(3);
    client.close();
    await client.closed();
    const second = await visits.resume(url, client, { pending: [1] });
    second.send({ 'Song.ticks': { count: 2 }, $id: 1 });
    const frames = await second.take(3);
    expect(frames.map((frame) => frame.$at ?? frame.$re)).toEqual([['1', 1], ['1', 2], 1]);
    await goesOn(other);
  });

  test('grants without measure, and a flood of them, run no stream further than it goes', async () => {
    const client = await visits.hello(url);
    client.send({ 'Song.count': { to: 40 }, $id: 1 });
    await client.take(32);
    client.send(Array.from({ length: 1_000 }, () => ({ $more: [1, Number.MAX_SAFE_INTEGER] })));
    const rest = await client.take(9);
    expect(rest.map(({ next }) => (next as { n: number } | undefined)?.n)).toEqual([
      33,
      34,
      35,
      36,
      37,
      38,
      39,
      40,
      undefined,
    ]);
    await goesOn(client);
  });

  test.each([
    ['more items than were sent', [1_000, 10]],
    ['fewer items than were kept', [0, 10]],
    ['no credit at all', [32, 0]],
    ['all credit there is', [32, Number.MAX_SAFE_INTEGER]],
  ])('a stream that is asked for again with %s harms nobody', async (_, $items) => {
    const client = await visits.hello(url);
    client.send({ 'Song.count': { to: 100 }, $id: 1 });
    await client.take(32);
    client.send({ $more: [1, 16] });
    await client.take(16);
    client.close();
    await client.closed();
    const second = await visits.resume(url, client, { pending: [1] });
    second.send({ 'Song.count': { to: 100 }, $id: 1, $items });
    second.send({ $cancel: 1 });
    let frame = await second.next();
    while (!('$re' in frame) || 'next' in frame) frame = await second.next();
    await goesOn(second);
  });

  const hellos: [string, string][] = [
    ...['1', '"x"', 'null', 'true', '[]', '[{}]'].map((value): [string, string] => ['$hello', value]),
    ...['1', '{}', '[]', 'null', 'true'].map((value): [string, string] => ['contract', value]),
    ...['1', '"x"', 'true', '[]', '{}', 'null'].map((value): [string, string] => ['resume', value]),
    ...['1', '{}', '[]', 'null'].map((value): [string, string] => ['session', value]),
    ...['1', '{}', '[]', 'null'].map((value): [string, string] => ['secret', value]),
    ...noPositions.map((value): [string, string] => ['seen', value]),
    ...noPositions.map((value): [string, string] => ['left', value]),
    ...['1', '{}', 'null', '"1"', '[0]', '[-1]', '[1.5]', '["1"]', '[null]', '[[1]]', '[1e300]'].map(
      (value): [string, string] => ['pending', value],
    ),
  ];

  test.each(hellos)('a hello whose %s is %s is a protocol error', async (field, value) => {
    const resume = { session: '"s"', secret: '"x"', seen: '{}', left: '{}', pending: '[]' };
    const json = (fields: object) =>
      `{${Object.entries(fields)
        .map(([name, text]) => `"${name}":${text}`)
        .join(',')}}`;
    let hello = json({ resume: json({ ...resume, [field]: value }) });
    if (field === '$hello') hello = value;
    if (field === 'contract' || field === 'resume') hello = json({ [field]: value });
    const client = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
    client.send(`{"$hello":${hello}}`);
    expect(await client.closed()).toBe(4504);
    expect(client.received).toEqual([]);
  });

  test('a resume whose names are those of prototypes is one of a session that never was', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      const places = `{"${name}":["1",1],"group:${name}":["1",1]}`;
      const client = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
      client.send(
        `{"$hello":{"resume":{"session":"${name}","secret":"${name}","seen":${places},"left":${places},"pending":[1]}}}`,
      );
      expect(await client.next()).toMatchObject({ $welcome: { resumed: false } });
      client.close();
    }
  });
});
