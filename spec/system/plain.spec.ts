import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { BareClient } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

describe('the plain dialect, over a bare WebSocket', () => {
  let fixture: FixtureApp;
  let url: string;
  const clients: BareClient[] = [];

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
    url = await fixture.app().listen();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(() => fixture.dispose());

  async function open(path = '/rocket'): Promise<BareClient> {
    const client = await BareClient.open(url + path);
    clients.push(client);
    return client;
  }

  const blue = { id: '1', title: 'Blue', year: 1971 };

  test.each(['/rocket', '/', '/?any=query'])('is served at %s', async (path) => {
    const client = await open(path);
    client.send({ 'Song.show': { id: '1' } });
    expect(await client.next()).toEqual({ 'Song.show': { song: blue } });
  });

  test.each([
    '"Song.index"',
    '{"Song.index":""}',
    '{"Song.index":null}',
    '{"Song.index":{}}',
    '["Song.index"]',
  ])('%s is a call without arguments', async (frame) => {
    const client = await open();
    client.send(frame);
    expect(await client.next()).toHaveProperty(['Song.index', 'songs', '0', 'title'], 'Blue');
  });

  test('the calls of one message run one after another, those of a batch side by side in the order of arrival', async () => {
    const client = await open();
    client.send('{"Song.ticks":{"count":2},"Song.show":{"id":"1"}}');
    expect(await client.take(3)).toEqual([
      { 'Song.tick': { n: 1 } },
      { 'Song.tick': { n: 2 } },
      { 'Song.show': { song: blue } },
    ]);
    client.send('[{"Song.ticks":{"count":2}},{"Song.show":{"id":"1"}}]');
    expect(await client.take(3)).toEqual([
      { 'Song.tick': { n: 1 } },
      { 'Song.show': { song: blue } },
      { 'Song.tick': { n: 2 } },
    ]);
  });

  test('a serial action runs one call at a time, in order', async () => {
    const client = await open();
    client.send([{ 'Song.inTurn': { n: 1, after: 30 } }, { 'Song.inTurn': { n: 2, after: 0 } }]);
    expect(await client.take(2)).toEqual([{ 'Song.tick': { n: 1 } }, { 'Song.tick': { n: 2 } }]);
  });

  test('text is converted to what the action declares, and form names are expanded', async () => {
    const client = await open();
    client.send({ 'Song.create': { 'song[title]': 'Hejira', 'song[year]': '1976' } });
    expect(await client.next()).toMatchObject({ 'Song.show': { song: { title: 'Hejira', year: 1976 } } });
  });

  test('a call that fails is answered, with the call, a code and a sentence', async () => {
    const client = await open();
    client.send({ 'Song.show': { id: '99' } });
    expect(await client.next()).toEqual({
      $error: { call: 'Song.show', code: 'not_found', message: 'No song 99', retryable: false },
    });
    client.send({ 'Song.create': { song: { title: 'x' } } });
    expect(await client.next()).toMatchObject({
      $error: { code: 'invalid_arguments', issues: [{ path: ['song', 'year'] }] },
    });
    client.send({ 'Song.create': { song: { title: '', year: 1 } } });
    expect(await client.next()).toMatchObject({
      $error: { issues: [{ path: ['song', 'title'], message: 'is empty' }] },
    });
  });

  test('what an action throws unexpectedly is internal, and says nothing of itself', async () => {
    const client = await open();
    client.send('"Song.fail"');
    const frame = await client.next();
    expect(frame).toEqual({
      $error: {
        call: 'Song.fail',
        code: 'internal',
        message: expect.any(String),
        retryable: false,
        reference: expect.stringMatching(/^\w{6,}$/),
      },
    });
    expect(JSON.stringify(frame)).not.toMatch(/fire/);
  });

  test('a failing call does not keep the next of its message from running', async () => {
    const client = await open();
    client.send('{"Song.fail":"","Song.show":{"id":"1"}}');
    expect(await client.take(2)).toMatchObject([
      { $error: { call: 'Song.fail' } },
      { 'Song.show': { song: blue } },
    ]);
  });

  test('there are no control fields, in either direction', async () => {
    const client = await open();
    client.send({ 'Song.show': { id: '1' }, $id: 1 });
    expect(await client.next()).toMatchObject({ $error: { code: 'bad_message' } });
    client.send({ 'Song.join': { group: 'songs' }, 'Song.tell': { group: 'songs' } });
    expect(await client.next()).toEqual({ 'Song.changed': { song: blue } });
  });

  test('everyone hears, except who is excepted', async () => {
    const [ann, bob] = [await open(), await open()];
    ann.send({ 'Song.tell': { others: true } });
    expect(await bob.next()).toEqual({ 'Song.changed': { song: blue } });
    await ann.answers();
    expect(ann.passed).toEqual([]);
  });
});
