import { types } from 'node:util';
import type { Context, ContextAPI, Span, TraceAPI, Tracer } from '@opentelemetry/api';
import type { RocketError } from '../../../src/errors.js';
import type { CallTrace, CallTracer } from '../actions/call-tracer.js';

/** What is used of the API. */
export interface Api {
  readonly trace: TraceAPI;
  readonly context: ContextAPI;
  readonly ROOT_CONTEXT: Context;
}

/** `SpanKind` and `SpanStatusCode`, whose values the API's own specification fixes. */
export const spanKinds = { server: 1, producer: 3 } as const;
export const failed = 2;

/**
 * A span for each call, active while its action runs: spans of what the action does, a query of a database say, are its children.
 * Names and attributes are those of OpenTelemetry's conventions for remote procedure calls.
 */
export class CallSpans implements CallTracer {
  constructor(
    private readonly api: Api,
    private readonly tracer: Tracer,
  ) {}

  begin(action: string, session: string, origin: CallTrace | undefined): CallTrace {
    const { trace, ROOT_CONTEXT } = this.api;
    // A call begins a trace of its own: around it is only what once opened the connection, and has long ended.
    const parent = origin instanceof CallSpan ? origin.context : ROOT_CONTEXT;
    const attributes = { 'rpc.system.name': 'rocket', 'rpc.method': action };
    const span = this.tracer.startSpan(action, { kind: spanKinds.server, attributes }, parent);
    if (span.isRecording()) span.setAttribute('rocket.session', session);
    return new CallSpan(this.api.context, span, trace.setSpan(parent, span));
  }
}

class CallSpan implements CallTrace {
  /** What the caller was told. */
  private code: string | undefined;
  private hasEnded = false;

  constructor(
    private readonly contexts: ContextAPI,
    private readonly span: Span,
    readonly context: Context,
  ) {}

  run<Result>(run: () => Result): Result {
    return this.contexts.with(this.context, run);
  }

  aborted(error: RocketError): void {
    if (this.hasEnded) return;
    this.code = error.code;
    this.span.addEvent('rocket.aborted', { 'rpc.response.status_code': error.code });
    this.failed(error);
  }

  end(error?: RocketError, thrown?: unknown): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (this.span.isRecording()) {
      this.span.setAttribute('rpc.response.status_code', this.code ?? error?.code ?? 'ok');
      if (error !== undefined) {
        this.failed(error);
        if (isFault(error)) recordException(this.span, thrown);
      }
    }
    this.span.end();
  }

  /** What a caller is told on purpose is not the server's trouble. */
  private failed(error: RocketError): void {
    if (!isFault(error)) return;
    this.span.setStatus({ code: failed, message: error.message });
    this.span.setAttribute('error.type', error.code);
  }
}

const faults: ReadonlySet<string> = new Set(['internal', 'timeout', 'unavailable']);

function isFault({ code }: RocketError): boolean {
  return faults.has(code);
}

/** What was thrown may be anything, a thing that throws when it is read included. */
export function recordException(span: Span, thrown: unknown): void {
  try {
    const isError = !types.isProxy(thrown) && thrown instanceof Error;
    span.recordException(isError ? thrown : String(thrown));
  } catch {
    span.recordException('An error that cannot be described: reading it throws');
  }
}
