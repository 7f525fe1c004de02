import { Registry } from 'prom-client';
import type { EventName, Events, ServerEvents } from '../../../src/events.js';
import { closeCodes } from '../../../src/protocol/close-codes.js';
import type { Page } from '../http/http-server.js';
import { Durations } from './durations.js';
import { type NodeState, nodeGauges } from './node-gauges.js';
import { processMetrics } from './process-metrics.js';
import { sourceKind } from './source-kind.js';
import { Tally } from './tally.js';

/**
 * What happens in an app, counted for Prometheus: a subscriber to its events, and a reader of its parts. Labels have few values, which
 * the app or Rocket decides on; never one that a client does.
 */
export class Metrics {
  private readonly register: Registry;
  private readonly process: Registry | undefined;
  /** Names of what is registered here. */
  private readonly mine: readonly string[];
  private readonly subscriptions: (() => void)[] = [];

  constructor(
    private readonly events: Events,
    node: NodeState,
    isReady: () => boolean,
    given: Registry | undefined,
  ) {
    this.register = given ?? new Registry();
    this.process = given === undefined ? processMetrics() : undefined;
    const others = new Set(namesIn(this.register));
    nodeGauges(this.register, node, isReady);
    this.countCalls();
    this.countTransmissions();
    this.countConnections();
    this.countSessions();
    this.mine = namesIn(this.register).filter((name) => !others.has(name));
  }

  /** Everything as Prometheus reads it. */
  async page(): Promise<Page> {
    const texts = await Promise.all([this.register, this.process].map((one) => one?.metrics()));
    return {
      contentType: this.register.contentType,
      text: texts.filter((text) => text !== undefined).join('\n'),
    };
  }

  /** Counts no more, and leaves a registry that was given as it was found. */
  stop(): void {
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
    for (const name of this.mine) this.register.removeSingleMetric(name);
  }

  private countCalls(): void {
    const total = this.tally('calls_total', 'Calls that have ended, by what came of them', [
      'action',
      'outcome',
    ]);
    const durations = new Durations(
      this.register,
      'rocket_call_duration_seconds',
      'How long actions took, those that failed included; of a stream, until it began',
      'action',
    );
    const aborted = this.tally('calls_aborted_total', 'Calls that were answered before their action ended', [
      'action',
      'outcome',
    ]);
    const refused = this.tally('calls_refused_total', 'Calls that were not run', ['outcome']);
    const unwritable = this.tally('replies_failed_total', 'Results that could not be sent', ['action']);
    this.on('call.finished', ({ action, milliseconds }) => {
      total.add(action, 'ok');
      durations.add(action, milliseconds);
    });
    this.on('call.failed', ({ action, milliseconds, code }) => {
      // The name is a stranger's.
      const known = code === 'unknown_action' ? '' : action;
      total.add(known, code);
      durations.add(known, milliseconds);
    });
    this.on('call.aborted', ({ action, code }) => aborted.add(action, code));
    this.on('call.refused', ({ code }) => refused.add(code));
    this.on('reply.failed', ({ action }) => unwritable.add(action));
  }

  private countTransmissions(): void {
    const total = this.tally('transmissions_total', 'Messages sent by this node, by what came of them', [
      'source',
      'outcome',
    ]);
    const durations = new Durations(
      this.register,
      'rocket_transmission_duration_seconds',
      'How long it took until messages had their place and were written down',
      'source',
    );
    const memberships = this.tally('memberships_refused_total', 'Groups that could not be joined or left');
    this.on('transmission.accepted', ({ source, milliseconds, volatile }) => {
      const kind = sourceKind(source);
      total.add(kind, volatile ? 'volatile' : 'accepted');
      if (!volatile) durations.add(kind, milliseconds);
    });
    this.on('transmission.refused', ({ source }) => total.add(sourceKind(source), 'refused'));
    this.on('membership.refused', () => memberships.add());
  }

  private countConnections(): void {
    const opened = this.tally('connections_opened_total', 'Connections that were given a session', [
      'dialect',
    ]);
    const closed = this.tally('connections_closed_total', 'Connections that have ended, by close code', [
      'code',
    ]);
    const refused = this.tally('connections_refused_total', 'Connections that were not let in', ['reason']);
    const flooded = this.tally('connections_flooded_total', 'Connections closed for sending too much');
    const rejected = this.tally('frames_rejected_total', 'Frames that made no sense');
    const failed = this.tally(
      'authentications_failed_total',
      'Authenticators that failed in a way of their own',
    );
    const resumes = this.tally('resumes_total', 'Clients that came back for their session', ['outcome']);
    for (const outcome of ['resumed', 'refused']) resumes.add(outcome, '', 0);
    this.on('connection.opened', ({ dialect, resumed }) => {
      opened.add(dialect);
      if (resumed) resumes.add('resumed');
    });
    this.on('resume.refused', () => resumes.add('refused'));
    this.on('connection.closed', ({ code }) => closed.add(isKnown(code) ? String(code) : 'other'));
    this.on('connection.refused', ({ reason }) => refused.add(reason));
    this.on('connection.flooded', () => flooded.add());
    this.on('frame.rejected', () => rejected.add());
    this.on('authentication.failed', () => failed.add());
  }

  private countSessions(): void {
    const claimed = this.tally('sessions_claimed_total', 'Sessions taken over from other nodes');
    const ended = this.tally('sessions_ended_total', 'Sessions that are over here', ['reason']);
    const gaps = this.tally('gaps_total', 'Clients that were told that they have missed something', [
      'source',
      'reason',
    ]);
    const unwritten = this.tally('sessions_unwritten_total', 'Changes of sessions that could not be written');
    this.on('session.claimed', () => claimed.add());
    this.on('session.ended', ({ reason }) => ended.add(reason));
    this.on('session.gap', ({ source, reason }) => gaps.add(sourceKind(source), reason));
    this.on('session.unwritten', () => unwritten.add());
  }

  private tally(name: string, help: string, labels: readonly string[] = []): Tally {
    return new Tally(this.register, `rocket_${name}`, help, labels);
  }

  private on<Name extends EventName>(name: Name, listener: (fields: ServerEvents[Name]) => void): void {
    this.subscriptions.push(this.events.on(name, listener));
  }
}

function namesIn(register: Registry): string[] {
  return register.getMetricsAsArray().map(({ name }) => name);
}

const rocketCodes: ReadonlySet<number> = new Set(Object.values(closeCodes));

/** Below 3000 are those of WebSockets themselves; beyond, a client may close with any code of its own. */
function isKnown(code: number): boolean {
  return code < 3_000 || rocketCodes.has(code);
}
