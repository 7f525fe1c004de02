import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '../../runtime/client/client.js';
import type { Stream } from '../../runtime/client/stream.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';

interface Holding {
  readonly plays: bigint;
  readonly cover: Uint8Array;
  readonly byDay: ReadonlyMap<Date, bigint>;
  readonly tags: ReadonlySet<string>;
  readonly perhaps: bigint | null;
}

interface ValueClient extends Client<{ 'Value.told': { holding: Holding } }> {
  readonly Value: {
    echo(params: { holding: Holding }): Promise<Holding>;
    again(params: { holding: Holding }): Promise<void>;
    count(params: { to: bigint }): Stream<bigint, ReadonlySet<bigint>>;
    name(params: object): Promise<string>;
  };
}

let fixture: FixtureApp;
let rocket: ValueClient;

beforeAll(async () => {
  fixture = await fixtureApp('values');
  const url = await fixture.app().listen();
  const { connect } = (await import(pathToFileURL(`${fixture.root}/.rocket/client.js`).href)) as {
    connect(options: { url: string }): Promise<ValueClient>;
  };
  rocket = await connect({ url: `${url}/rocket`.replace('http', 'ws') });
});

afterAll(async () => {
  rocket?.close();
  await fixture?.dispose();
});

const holding: Holding = {
  plays: 2n ** 70n,
  cover: new Uint8Array([0, 127, 255]),
  byDay: new Map([[new Date('2024-02-29T12:00:00.000Z'), -1n]]),
  tags: new Set(['folk']),
  perhaps: null,
};

describe('values for which JSON has no form', () => {
  test('cross a real socket in both directions', async () => {
    const told = new Promise((resolve) => rocket.on('Value.told', resolve));
    expect(await rocket.Value.echo({ holding })).toEqual({ ...holding, plays: holding.plays + 1n });
    expect(await told).toEqual({ holding });
  });

  test('go through a redirect', async () => {
    const told = new Promise((resolve) => rocket.on('Value.told', resolve));
    await rocket.Value.again({ holding });
    expect(await told).toEqual({ holding });
  });

  test('are streamed, one by one and as the end', async () => {
    const stream = rocket.Value.count({ to: 100n });
    const items: bigint[] = [];
    for await (const item of stream) items.push(item);
    expect(items).toEqual(Array.from({ length: 100 }, (_, index) => BigInt(index + 1)));
    expect(await stream).toEqual(new Set(items));
  });
});

describe('arguments', () => {
  test('go through the schema once they fit their type', async () => {
    expect(await rocket.Value.name({ name: 'joni' })).toBe('JONI');
    await expect(rocket.Value.name({ name: 'joni mitchell' })).rejects.toMatchObject({
      code: 'invalid_arguments',
      issues: [{ path: ['name'], message: 'must be one word' }],
    });
  });

  test('are refused for what the type says before any schema is asked', async () => {
    await expect(rocket.Value.name({ name: ' ', more: 1 })).rejects.toMatchObject({
      issues: [
        { path: ['more'], message: 'is not expected' },
        { path: ['name'], message: 'must have at least 2 characters' },
      ],
    });
  });
});
