import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  type Exception,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/** A span as it was when it ended, and those that were begun while it was active. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: SpanKind | undefined;
  readonly traceId: string;
  readonly parent: string | undefined;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  readonly exceptions: readonly string[];
  readonly events: readonly string[];
  readonly ends: number;
}

/** An OpenTelemetry SDK as small as can be: a provider that keeps its spans, and a context manager on `AsyncLocalStorage`. */
export class RecordingTelemetry implements TracerProvider, Tracer {
  private readonly all: Recording[] = [];

  /** @param isSampled false: spans are begun, and record nothing */
  constructor(private readonly isSampled = true) {}

  /** From now on the API's own. */
  register(): this {
    trace.setGlobalTracerProvider(this);
    context.setGlobalContextManager(new LocalContexts().enable());
    return this;
  }

  unregister(): void {
    trace.disable();
    context.disable();
  }

  /** Those that have ended, in the order of their beginning. */
  get spans(): RecordedSpan[] {
    return this.all.filter(({ ends }) => ends > 0);
  }

  /** How many have begun. */
  get begun(): number {
    return this.all.length;
  }

  span(name: string): RecordedSpan {
    const found = this.spans.filter((span) => span.name === name);
    if (found.length !== 1) throw new Error(`${found.length} spans of the name ${name}`);
    return found[0] as RecordedSpan;
  }

  getTracer(): Tracer {
    return this;
  }

  startSpan(name: string, options: SpanOptions = {}, parent: Context = context.active()): Span {
    const around = trace.getSpan(parent);
    const span = new Recording(
      name,
      options,
      around instanceof Recording ? around : undefined,
      String(this.all.length + 1),
      this.isSampled,
    );
    this.all.push(span);
    return span;
  }

  startActiveSpan(): never {
    throw new Error('Nobody is expected to ask for this');
  }
}

class Recording implements Span, RecordedSpan {
  readonly attributes: Attributes = {};
  readonly exceptions: string[] = [];
  readonly events: string[] = [];
  readonly kind: SpanKind | undefined;
  readonly parent: string | undefined;
  readonly traceId: string;
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  ends = 0;

  constructor(
    readonly name: string,
    { kind, attributes }: SpanOptions,
    parent: Recording | undefined,
    private readonly id: string,
    private readonly isSampled: boolean,
  ) {
    this.kind = kind;
    this.parent = parent?.name;
    this.traceId = parent?.traceId ?? `trace ${id}`;
    Object.assign(this.attributes, attributes);
  }

  spanContext(): SpanContext {
    return { traceId: this.traceId, spanId: this.id, traceFlags: this.isSampled ? 1 : 0 };
  }

  setAttribute(key: string, value: Attributes[string]): this {
    this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }

  addEvent(name: string): this {
    this.events.push(name);
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }

  updateName(): this {
    return this;
  }

  end(): void {
    this.ends += 1;
  }

  isRecording(): boolean {
    return this.isSampled && this.ends === 0;
  }

  recordException(exception: Exception): void {
    this.exceptions.push(typeof exception === 'string' ? exception : String(exception.message));
  }
}

class LocalContexts implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT;
  }

  with<Args extends unknown[], Run extends (...args: Args) => ReturnType<Run>>(
    around: Context,
    run: Run,
    thisArg?: ThisParameterType<Run>,
    ...args: Args
  ): ReturnType<Run> {
    return this.storage.run(around, () => run.apply(thisArg, args));
  }

  bind<Target>(around: Context, target: Target): Target {
    if (typeof target !== 'function') return target;
    return ((...args: unknown[]) => this.storage.run(around, () => target(...args))) as Target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.storage.disable();
    return this;
  }
}
