import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RocketApp } from '../../runtime/server/index.js';
import { ManualClock } from '../../runtime/testing/manual-clock.js';
import { type FixtureApp, fixtureApp } from '../support/fixture-app.js';
import { RecordingTelemetry } from '../support/recording-telemetry.js';
import { Visits } from './visits.js';

describe('traces of an app, over real sockets', () => {
  let fixture: FixtureApp;
  let app: RocketApp;
  let telemetry: RecordingTelemetry;
  const visits = new Visits();

  beforeAll(async () => {
    fixture = await fixtureApp('songs');
  });

  afterEach(async () => {
    visits.end();
    await app.close();
    telemetry.unregister();
  });

  afterAll(() => fixture.dispose());

  async function start(options = {}, recording = new RecordingTelemetry()) {
    telemetry = recording.register();
    app = fixture.app(options);
    return visits.hello(await app.listen());
  }

  test('a call is a span of its own trace, with its session, and what it transmits is below it', async () => {
    const client = await start();
    client.send({ 'Song.show': { id: '1' }, $id: 1 });
    client.send({ 'Song.whoami': {}, $id: 2 });
    await client.answers();
    const show = telemetry.span('Song.show');
    expect(show).toMatchObject({
      kind: SpanKind.SERVER,
      parent: undefined,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'rpc.system.name': 'rocket',
        'rpc.method': 'Song.show',
        'rpc.response.status_code': 'ok',
        'rocket.session': client.welcome.session,
      },
      ends: 1,
    });
    expect(telemetry.span('transmit session')).toMatchObject({
      kind: SpanKind.PRODUCER,
      parent: 'Song.show',
      traceId: show.traceId,
      attributes: { 'messaging.destination.name': `session:${client.welcome.session}` },
      ends: 1,
    });
    expect(telemetry.span('Song.whoami').traceId).not.toBe(show.traceId);
  });

  test('what an action does after it has waited is below it as well', async () => {
    const client = await start();
    client.send({ 'Song.ticks': { count: 3 }, $id: 1 });
    await client.take(4);
    client.send({ 'Song.tell': { group: 'songs' }, $id: 2 });
    await client.take(1);
    const below = telemetry.spans.filter(({ parent }) => parent === 'Song.ticks');
    expect(below.map(({ name }) => name)).toEqual(Array(3).fill('transmit session'));
    expect(telemetry.span('transmit group').parent).toBe('Song.tell');
  });

  test('what nobody’s call has transmitted is no trace', async () => {
    await start();
    await app.transmitter.toEveryone().transmit({ 'Song.tick': { n: 1 } });
    expect(telemetry.begun).toBe(0);
  });

  test('a transmission that is not accepted says so', async () => {
    const client = await start();
    const outer = telemetry.startSpan('GET /tell');
    const refused = context.with(trace.setSpan(ROOT_CONTEXT, outer), () =>
      app.transmitter.toSession('nobody').transmit({ 'Song.tick': { n: 1 } }),
    );
    await expect(refused).rejects.toThrow('There is no session');
    expect(telemetry.span('transmit session')).toMatchObject({
      parent: 'GET /tell',
      status: { code: SpanStatusCode.ERROR },
      exceptions: ['There is no session "nobody"'],
    });
    await client.answers();
  });

  test('a failure is the span’s, with what was thrown; what a caller is told on purpose is not', async () => {
    const client = await start();
    client.send({ 'Song.fail': {}, $id: 1 });
    client.send({ 'Song.show': { id: 'nobody' }, $id: 2 });
    client.send({ 'Song.show': { id: 5 }, $id: 3 });
    await client.answers();
    expect(telemetry.span('Song.fail')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'rpc.response.status_code': 'internal', 'error.type': 'internal' },
      exceptions: ['the disk is on fire'],
      ends: 1,
    });
    const told = telemetry.spans.filter(({ name }) => name === 'Song.show');
    expect(told).toMatchObject([
      { attributes: { 'rpc.response.status_code': 'not_found' }, exceptions: [] },
      { attributes: { 'rpc.response.status_code': 'invalid_arguments' }, exceptions: [] },
    ]);
    for (const { status } of told) expect(status.code).toBe(SpanStatusCode.UNSET);
  });

  test('names that strangers make up are no spans', async () => {
    const client = await start();
    client.send({ 'Song.whomai': {}, $id: 1 });
    await client.answers();
    expect(telemetry.begun).toBe(0);
  });

  test('a redirect is below the call that redirected, which ends behind it', async () => {
    const client = await start();
    client.send({ 'Song.create': { song: { title: 'New', year: 2026 } }, $id: 1 });
    await client.answers();
    const create = telemetry.span('Song.create');
    expect(create).toMatchObject({ attributes: { 'rpc.response.status_code': 'ok' }, ends: 1 });
    expect(telemetry.span('Song.show')).toMatchObject({ parent: 'Song.create', traceId: create.traceId });
    expect(telemetry.span('transmit session').parent).toBe('Song.show');
  });

  test('a stream ends its span when it ends, and its failure is the span’s', async () => {
    const client = await start();
    client.send({ 'Song.count': { to: 2 }, $id: 1 });
    expect(await client.take(3)).toMatchObject([{ next: { n: 1 } }, { next: { n: 2 } }, { $re: 1 }]);
    await client.answers();
    expect(telemetry.span('Song.count')).toMatchObject({
      attributes: { 'rpc.response.status_code': 'ok' },
      ends: 1,
    });
    client.send({ 'Song.count': { to: 2, failAt: 2 }, $id: 2 });
    expect(await client.take(2)).toMatchObject([
      { next: { n: 1 } },
      { $re: 2, error: { code: 'not_found' } },
    ]);
    await client.answers();
    expect(telemetry.spans.at(-1)).toMatchObject({
      name: 'Song.count',
      attributes: { 'rpc.response.status_code': 'not_found' },
      ends: 1,
    });
  });

  test('a call that takes too long says so, and ends when its action does', async () => {
    const clock = new ManualClock();
    const client = await start({ clock, callTimeout: 1_000 });
    client.send({ 'Stage.stand': { name: 'late' }, $id: 1 });
    await client.answers();
    clock.advance(1_000);
    expect(await client.next()).toMatchObject({ error: { code: 'timeout' } });
    expect(telemetry.spans).toEqual([]);
    client.send({ 'Stage.open': { name: 'late' } });
    await client.answers();
    expect(telemetry.span('Stage.stand')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'rpc.response.status_code': 'timeout', 'error.type': 'timeout' },
      events: ['rocket.aborted'],
      ends: 1,
    });
  });

  test('where nothing is sampled, spans are begun and nothing is told of them', async () => {
    const client = await start({}, new RecordingTelemetry(false));
    client.send({ 'Song.show': { id: '1' }, $id: 1 });
    await client.answers();
    const { attributes } = telemetry.span('Song.show');
    expect(attributes).toEqual({ 'rpc.system.name': 'rocket', 'rpc.method': 'Song.show' });
    // What is below a span that is not recorded is not even begun.
    expect(telemetry.begun).toBe(1);
  });

  test('where nobody has registered a provider nothing is traced, and nobody listens', async () => {
    telemetry = new RecordingTelemetry();
    app = fixture.app();
    const client = await visits.hello(await app.listen());
    client.send({ 'Song.show': { id: '1' }, $id: 1 });
    await client.answers();
    expect(app.events.heard('transmission.accepted')).toBe(false);
    telemetry.register();
    client.send({ 'Song.show': { id: '1' }, $id: 2 });
    await client.answers();
    expect(telemetry.begun).toBe(0);
  });

  test('ends with the app', async () => {
    await start();
    expect(app.events.heard('transmission.accepted')).toBe(true);
    await app.close();
    expect(app.events.heard('transmission.accepted')).toBe(false);
  });
});
