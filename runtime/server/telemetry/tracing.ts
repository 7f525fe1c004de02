import type { Tracer } from '@opentelemetry/api';
import type { Events } from '../../../src/events.js';
import { type Api, CallSpans } from './call-spans.js';
import { traceTransmissions } from './transmission-spans.js';

/** Calls and transmissions as spans of OpenTelemetry. */
export interface Tracing {
  readonly calls: CallSpans;
  stop(): void;
}

/**
 * Finds the tracer provider that the app has registered. An app that has none, or has no OpenTelemetry at all, is not traced, and
 * pays nothing.
 *
 * @param load gets the API of OpenTelemetry, which Rocket does not bring @default the package `@opentelemetry/api`
 */
export async function findTracing(
  events: Events,
  load: () => Promise<Api> = () => import('@opentelemetry/api'),
): Promise<Tracing | undefined> {
  let api: Api;
  try {
    api = await load();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const tracer = registeredTracer(api);
  if (tracer === undefined) return undefined;
  return { calls: new CallSpans(api, tracer), stop: traceTransmissions(events, api, tracer) };
}

/** Without a provider the API stands in with spans that go nowhere, which would cost something for nothing. */
function registeredTracer({ trace }: Api): Tracer | undefined {
  const provider = trace.getTracerProvider();
  // By what it does: the app may have another copy of the API, whose proxy this is.
  if (!('getDelegateTracer' in provider)) return provider.getTracer(name);
  return (provider as DelegatingProvider).getDelegateTracer(name);
}

interface DelegatingProvider {
  /** Undefined: nobody has registered one. */
  getDelegateTracer(name: string): Tracer | undefined;
}

/** The instrumentation scope. */
const name = 'rocket-io';

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
