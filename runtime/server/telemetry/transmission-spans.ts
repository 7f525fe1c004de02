import type { Span, Tracer } from '@opentelemetry/api';
import type { Events } from '../../../src/events.js';
import { type Api, failed, recordException, spanKinds } from './call-spans.js';
import { sourceKind } from './source-kind.js';

/**
 * A span for each transmission, under the call that it was made in, or whatever else is active. One that nothing traced has
 * caused, a clock's tick say, would be a trace of its own and tell nothing: it has none.
 *
 * @returns the function that ends it.
 */
export function traceTransmissions(events: Events, { trace }: Api, tracer: Tracer): () => void {
  const start = (source: string, milliseconds: number, isVolatile: boolean): Span | undefined => {
    // Told in the context of whoever transmits, when all is done.
    if (trace.getActiveSpan()?.isRecording() !== true) return undefined;
    const attributes = {
      'messaging.system': 'rocket',
      'messaging.operation.name': 'transmit',
      'messaging.operation.type': 'send',
      'messaging.destination.name': source,
      'rocket.volatile': isVolatile,
    };
    return tracer.startSpan(`transmit ${sourceKind(source)}`, {
      kind: spanKinds.producer,
      startTime: Date.now() - milliseconds,
      attributes,
    });
  };
  const subscriptions = [
    events.on('transmission.accepted', ({ source, milliseconds, volatile }) =>
      start(source, milliseconds, volatile)?.end(),
    ),
    events.on('transmission.refused', ({ source, error }) => {
      const span = start(source, 0, false);
      if (span === undefined) return;
      span.setStatus({ code: failed });
      recordException(span, error);
      span.end();
    }),
  ];
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}
