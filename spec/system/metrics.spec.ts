import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Counter, Registry } from 'prom-client';
import type { AppOptions, RocketApp } from '../../runtime/server/index.js';
import { ManualClock } from '../../runtime/testing/manual-clock.js';
import { BareClient, positionOf } from '../support/bare-client.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { repository } from '../support/repository.js';
import { scrape } from '../support/scrape.js';
import { lost, Visits } from './visits.js';

const tick = (n: number) => ({ 'Song.tick': { n } });

describe('metrics of an app, over real sockets', () => {
  let fixture: FixtureApp;
  let app: RocketApp;
  let url: string;
  const visits = new Visits();

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
  });

  afterEach(async () => {
    visits.end();
    await app.close();
  });

  afterAll(() => fixture.dispose());

  async function start(options: Partial<AppOptions> = { metrics: true }): Promise<void> {
    app = fixture.app(options);
    url = await app.listen();
  }

  const read = () => scrape(`${url}/rocket/metrics`);

  test('are not had unless they are asked for, and then nobody listens to what happens', async () => {
    await start({});
    expect((await fetch(`${url}/rocket/metrics`)).status).toBe(404);
    expect(app.events.heard('call.finished')).toBe(false);
    expect(app.events.heard('transmission.accepted')).toBe(false);
  });

  test('count calls by action and by what came of them', async () => {
    await start();
    const client = await visits.hello(url);
    client.send({ 'Song.whoami': {}, $id: 1 });
    client.send({ 'Song.whoami': {}, $id: 2 });
    client.send({ 'Song.show': { id: 'nobody' }, $id: 3 });
    client.send({ 'Song.show': { id: 5 }, $id: 4 });
    client.send({ 'Song.fail': {}, $id: 5 });
    client.send({ 'Song.circular': {}, $id: 6 });
    client.send({ 'Song.whomai': {}, $id: 7 });
    client.send({ 'Song.create': { song: { title: 'New', year: 2026 } }, $id: 8 });
    await client.answers();
    const metrics = await read();
    expect(metrics.of('rocket_calls_total')).toEqual({
      '{action="Song.whoami",outcome="ok"}': 2,
      '{action="Song.show",outcome="not_found"}': 1,
      '{action="Song.show",outcome="invalid_arguments"}': 1,
      '{action="Song.fail",outcome="internal"}': 1,
      '{action="Song.circular",outcome="ok"}': 1,
      // A stranger's names are not for labels: `Nobody.home` is that of `answers`.
      '{action="",outcome="unknown_action"}': 2,
      '{action="Song.create",outcome="ok"}': 1,
      '{action="Song.show",outcome="ok"}': 1,
    });
    expect(metrics.of('rocket_replies_failed_total')).toEqual({ '{action="Song.circular"}': 1 });
    expect(metrics.text).not.toContain('whomai');
  });

  test('tell how long actions took, in buckets that hold the lower ones', async () => {
    const clock = new ManualClock();
    await start({ metrics: true, clock });
    const client = await visits.hello(url);
    const helper = await visits.hello(url);
    for (const [name, took] of [
      ['quick', 0],
      ['slow', 40],
      ['slower', 700],
    ] as const) {
      client.send({ 'Stage.stand': { name } });
      helper.send({ 'Stage.begun': { name }, $id: took + 1 });
      await helper.next();
      clock.advance(took);
      helper.send({ 'Stage.open': { name } });
      await helper.answers();
      await client.answers();
    }
    const metrics = await read();
    const durations = metrics.of('rocket_call_duration_seconds_bucket');
    const below = (le: string) => durations[`{le="${le}",action="Stage.stand"}`];
    expect([below('0.001'), below('0.025'), below('0.05'), below('0.5'), below('1'), below('+Inf')]).toEqual([
      1, 1, 2, 2, 3, 3,
    ]);
    expect(metrics.value('rocket_call_duration_seconds_count{action="Stage.stand"}')).toBe(3);
    expect(metrics.value('rocket_call_duration_seconds_sum{action="Stage.stand"}')).toBeCloseTo(0.74);
  });

  test('count calls that were given up, and those that were not run', async () => {
    const clock = new ManualClock();
    await start({ metrics: true, clock, maxCallsInFlight: 2, callTimeout: 1_000 });
    const client = await visits.hello(url);
    const helper = await visits.hello(url);
    client.send({ 'Stage.stand': { name: 'a' }, $id: 1 });
    client.send({ 'Stage.stand': { name: 'b' }, $id: 2 });
    client.send({ 'Song.whoami': {}, $id: 3 });
    expect(await client.next()).toMatchObject({ $re: 3, error: { code: 'rate_limited' } });
    expect((await read()).value('rocket_calls_running')).toBe(2);
    client.send({ $cancel: 1 });
    expect(await client.next()).toMatchObject({ $re: 1, error: { code: 'cancelled' } });
    clock.advance(1_000);
    expect(await client.next()).toMatchObject({ $re: 2, error: { code: 'timeout' } });
    const metrics = await read();
    expect(metrics.of('rocket_calls_refused_total')).toEqual({ '{outcome="rate_limited"}': 1 });
    expect(metrics.of('rocket_calls_aborted_total')).toEqual({
      '{action="Stage.stand",outcome="cancelled"}': 1,
      '{action="Stage.stand",outcome="timeout"}': 1,
    });
    await helper.answers();
  });

  test('count transmissions by the kind of their source', async () => {
    await start();
    const client = await visits.hello(url);
    client.send({ 'Song.join': { group: 'secret-name' }, $id: 1 });
    await client.take(2);
    await app.transmitter.toSession(String(client.welcome.session)).transmit(tick(1));
    await app.transmitter.toUser('ann-the-user').transmit(tick(2));
    await app.transmitter.toGroup('secret-name').transmit(tick(3));
    await app.transmitter.toGroups(['secret-name', 'other']).transmit(tick(4));
    await app.transmitter.toEveryone().transmit(tick(5));
    await app.transmitter.toEveryone().transmit(tick(6), { volatile: true });
    await app.transmitter.toSession(String(client.welcome.session)).transmit(tick(7), { volatile: true });
    await expect(app.transmitter.toSession('nobody').transmit(tick(8))).rejects.toThrow('no session');
    const metrics = await read();
    expect(metrics.of('rocket_transmissions_total')).toEqual({
      '{source="session",outcome="accepted"}': 1,
      '{source="session",outcome="volatile"}': 1,
      '{source="session",outcome="refused"}': 1,
      '{source="user",outcome="accepted"}': 1,
      '{source="group",outcome="accepted"}': 2,
      '{source="all",outcome="accepted"}': 1,
      '{source="all",outcome="volatile"}': 1,
    });
    expect(metrics.value('rocket_transmission_duration_seconds_count{source="group"}')).toBe(2);
    for (const name of ['secret-name', 'ann-the-user', String(client.welcome.session)])
      expect(metrics.text).not.toContain(name);
  });

  test('tell who is connected, and who is away and may come back', async () => {
    await start();
    const none = await read();
    expect(none.of('rocket_connections')).toEqual({ '{dialect="rocket.v1"}': 0, '{dialect="plain"}': 0 });
    const first = await visits.hello(url);
    await visits.hello(url);
    const plain = await BareClient.open(url);
    await plain.answers();
    const all = await read();
    expect(all.of('rocket_connections')).toEqual({ '{dialect="rocket.v1"}': 2, '{dialect="plain"}': 1 });
    expect(all.of('rocket_sessions')).toEqual({ '{state="attached"}': 3, '{state="detached"}': 0 });
    await lost(first, app);
    await lost(plain, app);
    const rest = await read();
    expect(rest.of('rocket_connections')).toEqual({ '{dialect="rocket.v1"}': 1, '{dialect="plain"}': 0 });
    expect(rest.of('rocket_sessions')).toEqual({ '{state="attached"}': 1, '{state="detached"}': 1 });
    expect(rest.of('rocket_connections_opened_total')).toEqual({
      '{dialect="rocket.v1"}': 2,
      '{dialect="plain"}': 1,
    });
    expect(rest.of('rocket_connections_closed_total')).toEqual({ '{code="1006"}': 2 });
    expect(rest.of('rocket_sessions_ended_total')).toEqual({ '{reason="closed"}': 1 });
  });

  test('count resumes, those that were refused, and gaps', async () => {
    await start({ metrics: true, history: { entries: 2, bytes: 1_000_000 } });
    const before = await read();
    // They are there from the start, so that the first one is a rise.
    expect(before.of('rocket_resumes_total')).toEqual({ '{outcome="resumed"}': 0, '{outcome="refused"}': 0 });
    const client = await visits.hello(url);
    client.send({ 'Song.join': { group: 'full' }, $id: 1 });
    const [baseline] = await client.take(2);
    const seen = { ...(client.welcome.at as object), 'group:full': positionOf(baseline) };
    await lost(client, app);
    for (let n = 1; n <= 3; n += 1) {
      await app.transmitter.toGroup('full').transmit(tick(n));
      await app.transmitter.toSession(String(client.welcome.session)).transmit(tick(n));
    }
    const second = await visits.resume(url, client, { seen });
    await second.answers();
    await visits.resume(url, client, { secret: 'another' });
    const metrics = await read();
    expect(metrics.of('rocket_resumes_total')).toEqual({
      '{outcome="resumed"}': 1,
      '{outcome="refused"}': 1,
    });
    expect(metrics.of('rocket_gaps_total')).toEqual({
      '{source="session",reason="expired"}': 1,
      '{source="group",reason="expired"}': 1,
    });
  });

  test('count those who were not let in, and what made no sense', async () => {
    await start({ metrics: true, maxConnections: 1, messageRate: { perSecond: 1, burst: 3 } });
    const client = await visits.hello(url);
    await expect(BareClient.open(url)).rejects.toThrow('503');
    client.send('no message');
    await client.next();
    client.send('no message');
    client.send('no message');
    expect(await client.closed()).toBe(4029);
    const metrics = await read();
    expect(metrics.of('rocket_connections_refused_total')).toEqual({ '{reason="Too many connections"}': 1 });
    expect(metrics.of('rocket_connections_flooded_total')).toEqual({ '': 1 });
    expect(metrics.of('rocket_frames_rejected_total')).toEqual({ '': 2 });
  });

  test('tell whether the app is ready, and what its engine lacks', async () => {
    await start();
    expect((await read()).value('rocket_ready')).toBe(1);
    expect((await read()).of('rocket_outbox_bytes')).toEqual({ '': 0 });
    await app.drain();
    expect((await read()).value('rocket_ready')).toBe(0);
  });

  test('have names that Prometheus asks for, each explained, and tell of the process too', async () => {
    await start();
    const { text } = await read();
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name, type }));
    expect(names.length).toBeGreaterThan(40);
    for (const { name, type } of names) {
      expect(name).toMatch(/^(rocket|process|nodejs)_[a-z0-9_]+$/);
      if (name?.startsWith('rocket_')) expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(text).toContain(`# HELP ${name} `);
    }
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes']),
    );
    const response = await fetch(`${url}/rocket/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('are all explained in the guide, and no others are', async () => {
    await start();
    const { text } = await read();
    const guide = readFileSync(join(repository, 'docs/guides/observability.md'), 'utf8');
    const told = [...guide.matchAll(/^\| `(rocket_\w+)` /gm)].map(([, name]) => name);
    const made = [...text.matchAll(/^# TYPE (rocket_\S+)/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(made.sort());
    const named = [...guide.matchAll(/\b(rocket_\w+?)(?:_bucket)?[[{>\s]/g)].map(([, name]) => name);
    expect(named.filter((name) => !made.includes(name))).toEqual([]);
  });

  test('are served on a port of their own, and not on the app’s', async () => {
    app = fixture.app({ metrics: { port: 0 } });
    const listening = new Promise<string>((resolve) => {
      app.events.on('metrics.listening', (fields) => resolve(fields.url));
    });
    url = await app.listen();
    const own = await listening;
    expect((await scrape(own)).value('rocket_ready')).toBe(1);
    expect((await fetch(own, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(own, { method: 'POST' })).status).toBe(404);
    expect((await fetch(own.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(`${url}/rocket/metrics`)).status).toBe(404);
    await app.close();
    await expect(fetch(own)).rejects.toThrow();
  });

  test('say how to be had elsewhere where their port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    app = fixture.app({ metrics: { port } });
    await expect(app.listen()).rejects.toMatchObject({
      problems: [{ code: 'port_taken', cure: expect.stringMatching(/METRICS_PORT.*`metrics\.port`/) }],
    });
    await new Promise((resolve) => other.close(resolve));
  });

  test('go into a registry that is given, and out of it when the app is closed', async () => {
    const register = new Registry();
    new Counter({ name: 'songs_sold_total', help: 'Songs sold', registers: [register] }).inc(3);
    await start({ metrics: { register } });
    const text = await register.metrics();
    expect(text).toContain('songs_sold_total 3');
    expect(text).toContain('rocket_ready 1');
    expect(text).not.toContain('nodejs_');
    expect((await fetch(`${url}/rocket/metrics`)).status).toBe(404);
    await app.close();
    expect(register.getMetricsAsArray().map(({ name }) => name)).toEqual(['songs_sold_total']);
    expect(app.events.heard('call.finished')).toBe(false);
  });

  test('of two apps of one process are told apart', async () => {
    await start();
    const other = fixture.app({ metrics: true });
    const otherUrl = await other.listen();
    await visits.hello(url);
    expect((await read()).value('rocket_connections{dialect="rocket.v1"}')).toBe(1);
    const metrics = await scrape(`${otherUrl}/rocket/metrics`);
    expect(metrics.value('rocket_connections{dialect="rocket.v1"}')).toBe(0);
    expect(metrics.value('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  test('leave nothing behind that would keep the process', async () => {
    const held = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCPServer/.test(name));
    const before = held();
    await start();
    await read();
    expect(held()).not.toEqual(before);
    await app.close();
    expect(held()).toEqual(before);
  });
});
