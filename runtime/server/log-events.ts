import { type Logger, pino } from 'pino';
import type { Events } from '../../src/events.js';
import type { LogLevel } from './options.js';

/**
 * Writes events to the log: one JSON line each, on standard output, so that it outlives neither the
 * process nor its pipe.
 *
 * @returns the function that ends it.
 */
export function logEvents(events: Events, level: LogLevel): () => void {
  if (level === 'silent') return () => {};
  const log = createLogger(level);
  const subscriptions = [
    events.on('connection.refused', (fields) => log.warn(fields, 'connection.refused')),
    events.on('connection.flooded', (fields) => log.warn(fields, 'connection.flooded')),
    events.on('session.gap', (fields) => log.warn(fields, 'session.gap')),
    events.on('session.unwritten', ({ error, ...fields }) =>
      log.error({ ...fields, err: error }, 'session.unwritten'),
    ),
    events.on('engine.unreachable', ({ error, ...fields }) =>
      log.error({ ...fields, err: error }, 'engine.unreachable'),
    ),
    events.on('engine.reachable', (fields) => log.info(fields, 'engine.reachable')),
    events.on('engine.warning', (fields) => log.warn(fields, 'engine.warning')),
    events.on('app.draining', (fields) => log.info(fields, 'app.draining')),
    events.on('authentication.failed', ({ error }) => log.error({ err: error }, 'authentication.failed')),
    events.on('frame.rejected', (fields) => log.warn(fields, 'frame.rejected')),
    events.on('membership.refused', ({ error, ...fields }) =>
      log.error({ ...fields, err: error }, 'membership.refused'),
    ),
    events.on('transmission.refused', ({ error, ...fields }) =>
      log.error({ ...fields, err: error }, 'transmission.refused'),
    ),
    events.on('reply.failed', ({ error, ...fields }) => log.error({ ...fields, err: error }, 'reply.failed')),
    events.on('call.aborted', (fields) => log.info(fields, 'call.aborted')),
    events.on('call.refused', (fields) => log.info(fields, 'call.refused')),
    events.on('call.failed', ({ error, ...fields }) => {
      // What the caller was told on purpose is not the server's trouble.
      if (fields.code === 'internal') log.error({ ...fields, err: error }, 'call.failed');
      else log.info(fields, 'call.failed');
    }),
  ];
  // Subscribed only when they are wanted: nobody builds the fields of an event that nobody hears.
  if (log.isLevelEnabled('debug')) {
    subscriptions.push(
      events.on('app.listening', (fields) => log.debug(fields, 'app.listening')),
      events.on('metrics.listening', (fields) => log.debug(fields, 'metrics.listening')),
      events.on('app.closed', (fields) => log.debug(fields, 'app.closed')),
      events.on('connection.opened', (fields) => log.debug(fields, 'connection.opened')),
      events.on('connection.closed', (fields) => log.debug(fields, 'connection.closed')),
      events.on('resume.refused', (fields) => log.debug(fields, 'resume.refused')),
      events.on('session.claimed', (fields) => log.debug(fields, 'session.claimed')),
      events.on('session.ended', (fields) => log.debug(fields, 'session.ended')),
      events.on('call.started', (fields) => log.debug(fields, 'call.started')),
      events.on('call.finished', (fields) => log.debug(fields, 'call.finished')),
    );
  }
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}

function createLogger(level: LogLevel): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  });
}

/** What was thrown may be anything, a thing that throws when it is read included; its line is written all the same. */
export function describeError(error: Error): object | string {
  try {
    const described = pino.stdSerializers.err(error);
    // Read through here, where a failure can still be caught.
    JSON.stringify(described);
    return described;
  } catch {
    return 'An error that cannot be described: reading it throws';
  }
}
