import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BareClient } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

/** Section 4 of the protocol: what every server must survive. After each attack a bystander goes on undisturbed. */
describe('hostile frames', () => {
  let fixture: FixtureApp;
  let url: string;
  let roomy: string;
  let bystander: BareClient;
  const clients: BareClient[] = [];

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    url = await fixture.app({ maxPayload: 100_000, maxCallsInFlight: 10 }).listen();
    roomy = await fixture.app().listen();
  });

  beforeEach(async () => {
    bystander = await hello();
  });

  afterEach(async () => {
    bystander.send({ 'Song.show': { id: '1' }, $id: 1 });
    expect((await bystander.take(2))[1]).toEqual({ $re: 1 });
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => fixture.dispose());

  async function hello() {
    const client = await BareClient.hello(url);
    clients.push(client);
    return client;
  }

  async function plain() {
    const client = await BareClient.open(url);
    clients.push(client);
    return client;
  }

  test.each([
    '',
    'nonsense',
    '{',
    '12',
    'null',
    'true',
    '[[{"Song.index":""}]]',
    '[1]',
    '\u0000',
    '{"a":1}}',
  ])('%j is answered as no message, in both dialects, and the connection goes on', async (frame) => {
    for (const client of [await plain(), await hello()]) {
      client.send(frame);
      expect(await client.next()).toMatchObject({ $error: { code: 'bad_message' } });
      await client.answers();
    }
  });

  test.each([
    'Song.helper',
    'Song.constructor',
    'Song.__proto__',
    'Song.toString',
    'Song.songs',
    'Song.currentUser',
    'Song.hasOwnProperty',
    'SongController.index',
    'constructor.constructor',
    '__proto__',
    '__proto__.index',
    'toString',
    'Song',
    'Song.',
    '.index',
    'Song.index.call',
    'song.index',
    'Song.Index',
    ' Song.index',
    'Song.index ',
    '',
    'Song\u0000.index',
    `Song.${'x'.repeat(20_000)}`,
  ])('%j is no action', async (name) => {
    const client = await hello();
    client.send(`{${JSON.stringify(name)}:{"id":"1"},"$id":1}`);
    const reply = await client.next();
    expect(reply).toMatchObject({ $re: 1, error: { code: 'unknown_action', retryable: false } });
    expect(JSON.stringify(reply).length).toBeLessThan(1_000);
    const old = await plain();
    old.send(`{${JSON.stringify(name)}:{"id":"1"}}`);
    expect(await old.next()).toMatchObject({ $error: { code: 'unknown_action' } });
  });

  test.each([0, -1, 1.5, 2 ** 53, 1e300, '"1"', 'null', '{}', '[1]', 'true'])(
    'the id %s is refused and nothing runs',
    async (id) => {
      const client = await hello();
      client.send(`{"Song.index":"","$id":${id}}`);
      expect(await client.next()).toMatchObject({ $error: { call: 'Song.index', code: 'bad_message' } });
      await client.answers();
      expect(client.passed).toEqual([]);
    },
  );

  test('an id is used once: repeated and decreasing ones are refused and nothing runs twice', async () => {
    const client = await hello();
    client.send({ 'Song.whoami': '', $id: 7 });
    expect(await client.next()).toMatchObject({ $re: 7 });
    for (const $id of [7, 6, 1]) {
      client.send({ 'Song.whoami': '', $id });
      expect(await client.next()).toMatchObject({ $error: { code: 'bad_message', call: 'Song.whoami' } });
    }
    client.send({ 'Song.whoami': '', $id: 9_007_199_254_740_991 });
    expect(await client.next()).toMatchObject({ $re: 9_007_199_254_740_991 });
  });

  test.each([
    ['two calls with an id', '{"Song.index":"","Song.whoami":"","$id":1}'],
    ['an id without a call', '{"$id":1}'],
    ['a form flag of another type', '{"Song.index":"","$form":"yes","$id":1}'],
  ])('%s: refused and nothing runs', async (_case, frame) => {
    const client = await hello();
    client.send(frame);
    expect(await client.next()).toMatchObject({ $error: { code: 'bad_message' } });
    await client.answers();
    expect(client.passed).toEqual([]);
  });

  test.each([
    '{"$seen":12}',
    '{"$pong":[]}',
    '{"$unheard":{"of":1}}',
    '{"$cancel":"x"}',
    '{"$more":[]}',
    '{"$upload":null}',
    '{}',
  ])('%s disturbs nothing', async (frame) => {
    const client = await hello();
    client.send(frame);
    await client.answers();
  });

  test.each([
    ...['{"$seen":{"":["1",-1]}}', '{"$seen":{"":["1",1e300]}}', '{"$seen":[]}', '{"$seen":{"user":null}}'],
    ...[
      '{"$got":-1}',
      '{"$got":"7"}',
      '{"$got":1.5}',
      '{"$more":[1,0]}',
      '{"$more":[1,1,1]}',
      '{"$more":[-1,5]}',
    ],
    ...['{"$cancel":0}', '{"$cancel":[1]}', '{"Song.index":"","$id":1,"$items":[1]}'],
    ...['{"Song.index":"","$id":1,"$items":[-1,5]}', '{"Song.index":"","$id":1,"$items":{}}'],
  ])('%s is told to be no control field, and nothing runs', async (frame) => {
    const client = await hello();
    client.send(frame);
    expect(await client.next()).toMatchObject({ $error: { code: 'bad_message' } });
    await client.answers();
    expect(client.passed).toEqual([]);
  });

  test.each([
    ...['{"$seen":{"":["1",9007199254740991],"__proto__":["x",1],"group:nobody":["g",7]}}'],
    ...['{"$seen":{"":["x",3]}}', '{"$seen":{"":["",0]}}', '{"$got":9007199254740991}', '{"$got":0}'],
    ...['{"$more":[99,9007199254740991]}', '{"$cancel":9007199254740991}', '{"$auth":null}'],
  ])('%s, of what never was, disturbs nobody’s calls and messages', async (frame) => {
    const client = await hello();
    client.send(frame);
    client.send({ 'Song.ticks': { count: 1 }, $id: 1 });
    const [first, ...others] = await client.take(frame.includes('$auth') ? 3 : 2);
    if (frame.includes('$auth')) expect(first).toEqual({ $auth: { ok: true } });
    else others.unshift(first as Record<string, unknown>);
    expect(others).toEqual([
      { 'Song.tick': { n: 1 }, $at: ['1', 1] },
      { $re: 1, value: 1 },
    ]);
  });

  test('a resume of a hundred thousand groups and calls that never were is answered', async () => {
    const { welcome } = await BareClient.hello(roomy);
    const seen: Record<string, unknown> = {};
    for (let n = 0; n < 100_000; n += 1) seen[`group:${n}`] = ['g', 1];
    const pending = Array.from({ length: 100_000 }, (_, index) => index + 1);
    const { session, secret } = welcome;
    const client = await BareClient.hello(roomy, { resume: { session, secret, seen, pending } });
    clients.push(client);
    expect(client.welcome.resumed).toBe(true);
    client.send({ 'Song.whoami': '', $id: 100_001 });
    const came = { $left: 0, $re: 0 };
    while (came.$left < 100_000 || came.$re < 1) {
      const frame = await client.next();
      if ('$left' in frame) came.$left += 1;
      if (frame.$re === 100_001) came.$re += 1;
    }
    expect(came).toEqual({ $left: 100_000, $re: 1 });
  });

  test('a second hello ends the connection', async () => {
    const client = await hello();
    client.send({ $hello: {} });
    expect(await client.closed()).toBe(4504);
  });

  test('prototypes stay clean', async () => {
    const client = await hello();
    client.send('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    client.send(
      '{"Song.create":{"__proto__":{"polluted":1},"song":{"__proto__":{"title":"x","year":1}}},"$id":1}',
    );
    client.send({
      'Song.create': { '__proto__[polluted]': '1', 'song[__proto__][polluted]': '1' },
      $id: 2,
      $form: 1,
    });
    client.send({ 'Song.create': { 'constructor[prototype][polluted]': '1' }, $id: 3, $form: 1 });
    const frames = await client.take(5);
    for (const frame of frames)
      expect(frame.$error ?? frame.error).toMatchObject({
        code: expect.stringMatching(/unknown_action|invalid_arguments/),
      });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('deep nesting, in arguments and in form names, is refused with a sentence', async () => {
    const client = await hello();
    client.send(`{"Song.show":${'['.repeat(40_000)}${']'.repeat(40_000)},"$id":1}`);
    expect(await client.next()).toMatchObject({ $re: 1, error: { code: 'invalid_arguments' } });
    client.send(`{"Song.show":${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)},"$id":2}`);
    expect(await client.next()).toMatchObject({ $re: 2, error: { code: 'invalid_arguments' } });
    client.send({ 'Song.show': { [`id${'[a]'.repeat(5_000)}`]: '1' }, $id: 3, $form: 1 });
    expect(await client.next()).toMatchObject({ $re: 3, error: { code: 'invalid_arguments' } });
    client.send({ 'Song.show': { 'id[999999999]': '1' }, $id: 4, $form: 1 });
    expect(await client.next()).toMatchObject({ $re: 4, error: { code: 'invalid_arguments' } });
  });

  test('a frame over the limit closes 1009, bytes that are no UTF-8 close 1007', async () => {
    const long = await hello();
    long.send(JSON.stringify({ 'Song.show': 'x'.repeat(100_001) }));
    expect(await long.closed()).toBe(1009);
    const broken = await hello();
    broken.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect(await broken.closed()).toBe(1007);
  });

  test('bytes without an upload are answered', async () => {
    const client = await hello();
    client.socket.send(Buffer.from([1, 2, 3]));
    expect(await client.next()).toMatchObject({ $error: { code: 'bad_message' } });
  });

  test('a flood of calls that never end is refused beyond the limit, each with an answer', async () => {
    const client = await hello();
    for (let $id = 1; $id <= 500; $id += 1) client.send({ 'Song.never': '', $id });
    const replies = await client.take(490);
    expect(replies.map((reply) => reply.$re)).toEqual(Array.from({ length: 490 }, (_, index) => index + 11));
    for (const reply of replies)
      expect(reply).toMatchObject({ error: { code: 'rate_limited', retryable: true } });
  });

  test('a batch of thousands is answered call by call', async () => {
    const client = await hello();
    client.send(Array.from({ length: 3_000 }, (_, index) => ({ 'No.such': '', $id: index + 1 })));
    const replies = await client.take(3_000);
    expect(new Set(replies.map((reply) => reply.$re)).size).toBe(3_000);
  });

  test('a frame of more calls than one may hold is refused whole, whatever form they have', async () => {
    const calls = Array.from({ length: 4_097 }, () => '"a"');
    const keys = calls.map((_call, index) => `"${index}":0`);
    for (const frame of [
      `[${calls.join()}]`,
      `{${keys.join()}}`,
      `[{${keys.slice(1).join()}},"a"]`,
      `[${calls.map(() => '{}').join()}]`,
    ]) {
      for (const client of [await hello(), await plain()]) {
        client.send(frame);
        expect(await client.next()).toMatchObject({
          $error: { code: 'bad_message', message: 'A frame holds at most 4096 calls' },
        });
        await client.answers();
        expect(client.passed).toEqual([]);
      }
    }
  });

  test('an empty batch holds no message and is answered as none', async () => {
    for (const client of [await hello(), await plain()]) {
      client.send('[]');
      expect(await client.next()).toMatchObject({ $error: { code: 'bad_message' } });
    }
  });

  test('what is wrong behind a hello is answered behind the welcome', async () => {
    const client = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
    clients.push(client);
    // In one write, so that all of it is there before the welcome is.
    const tcp = (client.socket as unknown as { _socket: { cork(): void; uncork(): void } })._socket;
    tcp.cork();
    client.send({ $hello: {} });
    client.send('nonsense');
    client.socket.send(Buffer.from([1]));
    client.send({ 'Song.whoami': '', $id: 1 });
    tcp.uncork();
    const [welcome, nonsense, bytes, reply] = await client.take(4);
    expect(welcome).toHaveProperty('$welcome');
    expect(nonsense).toMatchObject({ $error: { code: 'bad_message' } });
    expect(bytes).toMatchObject({ $error: { code: 'bad_message' } });
    expect(reply).toMatchObject({ $re: 1 });
  });

  test.each(['{"$hello":{},"Song.whoami":"","$id":1}', '[]', '{}', '{"$hello":[]}'])(
    '%s is no first frame',
    async (frame) => {
      const client = await BareClient.open(`${url}/rocket`, ['rocket.v1']);
      clients.push(client);
      client.send(frame);
      expect(await client.closed()).toBe(4504);
    },
  );

  test('a client that never reads does not hold up the others', async () => {
    const deaf = await hello();
    deaf.socket.pause();
    for (let $id = 1; $id <= 200; $id += 1) deaf.send({ 'Song.ticks': { count: 50 }, $id });
    bystander.send({ 'Song.show': { id: '1' } });
    expect(await bystander.next()).toHaveProperty(['Song.show']);
  });

  test('a connection cut in the middle of a call leaves nothing behind that fails', async () => {
    const client = await hello();
    client.send({ 'Song.ticks': { count: 1_000 }, $id: 1 });
    await client.next();
    client.close();
    expect(await client.closed()).toBe(1006);
  });
});
