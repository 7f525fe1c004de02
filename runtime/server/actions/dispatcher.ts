import { types } from 'node:util';
import { type Class, Redirect } from '../../../decorators/index.js';
import type { Clock } from '../../../src/clock.js';
import { encodeValue } from '../../../src/contract/encoders.js';
import { type Issue, RocketError } from '../../../src/errors.js';
import type { CallFields, Events } from '../../../src/events.js';
import { expandFormNames, hasFormNames } from '../../../src/protocol/form-names.js';
import { isNoArguments } from '../../../src/protocol/message.js';
import type { ActionEntry, ActionTable } from './action-table.js';
import type { Call } from './call.js';
import type { CallTrace, CallTracer } from './call-tracer.js';
import { errorReply } from './error-reply.js';
import { RateLimits } from './rate-limits.js';
import { refine } from './refine.js';
import { isStream } from './reply-stream.js';
import type { Scopes } from './scopes.js';
import { SerialQueues } from './serial-queues.js';
import { shown, unknownAction } from './unknown-action.js';

export interface DispatcherParts {
  readonly table: ActionTable;
  readonly scopes: Pick<Scopes, 'context' | 'create'>;
  readonly events: Events;
  readonly clock: Clock;
  /** @default none */
  readonly tracer?: CallTracer | undefined;
}

/** How many redirects may follow one another. */
const redirectLimit = 16;

/** From a call to its value: look up, check the arguments, build the controller, run, follow redirects. */
export class Dispatcher {
  private readonly queues = new SerialQueues();
  private readonly limits = new RateLimits();

  constructor(private readonly parts: DispatcherParts) {}

  /**
   * Runs one call. Calls run side by side, save those of a serial action or controller, which wait for
   * one another within a session; they are queued in the order of `dispatch`.
   *
   * @param args the arguments as they came; any form of "no arguments" will do
   * @param text the arguments may be a form's: expand names, convert text
   * @returns what the action returned, undefined after a redirect: a promise where it has to be waited for, and only there,
   * since a call whose action returns at once is to cost none
   * @throws RocketError and nothing else, with what the caller may know; the rest is in `call.failed`. The promise rejects
   * with the same.
   */
  dispatch(call: Call, args: unknown, text: boolean): unknown {
    return this.call(call, args, text, undefined);
  }

  /** What is known of an action; undefined where there is none of that name. */
  entry(name: string): ActionEntry | undefined {
    return this.parts.table.get(name);
  }

  /** Runs a redirect's targets in key order, each with all that it redirects to before the next. */
  private async follow(
    call: Call,
    redirect: Redirect,
    path: readonly string[],
    steps: { count: number },
  ): Promise<undefined> {
    for (const [name, args] of Object.entries(redirect.message)) {
      const next = [...path, name];
      steps.count += 1;
      const value = await this.call(call.redirected(name, steps.count), args, false, next);
      if (isRedirect(value)) await this.follow(call, value, next, steps);
    }
    return undefined;
  }

  /** One action, reported. @param path the actions that redirected here, this one last */
  private call(call: Call, args: unknown, text: boolean, path: readonly string[] | undefined): unknown {
    const { table, events, clock, tracer } = this.parts;
    const started = clock.now();
    if (events.heard('call.started')) events.report('call.started', fields(call));
    try {
      const entry = table.get(call.action);
      if (entry === undefined) throw unknownAction(call.action, table);
      // Not before: what strangers call by names of their own is no trace.
      if (tracer !== undefined)
        call.trace = tracer.begin(call.action, call.user.sessionId, call.origin?.trace);
      if (path !== undefined && path.length > redirectLimit + 1) throw new Error(describeCircle(path));
      if (entry.rateLimit !== undefined) this.limits.check(entry.rateLimit, call.user, started);
      const params = check(entry, path === undefined ? args : asJson(args), text);
      const result = this.run(call, entry, params);
      if (isThenable(result)) return this.later(call, started, result, path);
      return this.ended(call, started, result, path);
    } catch (thrown) {
      throw this.failed(call, started, thrown);
    }
  }

  private async later(
    call: Call,
    started: number,
    result: PromiseLike<unknown>,
    path: readonly string[] | undefined,
  ): Promise<unknown> {
    let value: unknown;
    try {
      value = this.ended(call, started, await result, path);
    } catch (thrown) {
      throw this.failed(call, started, thrown);
    }
    return value;
  }

  /** The action has ended well; a redirect is followed, and its failures are those of its targets. */
  private ended(call: Call, started: number, value: unknown, path: readonly string[] | undefined): unknown {
    if (path !== undefined && isStream(value))
      throw new Error(`${call.action} answers with a stream, which a redirect has nobody to give to`);
    const { events, clock } = this.parts;
    if (events.heard('call.finished')) {
      const { action, user } = call;
      const milliseconds = clock.now() - started;
      // Written out: a spread costs more than the rest of the call.
      events.report('call.finished', { action, session: user.sessionId, user: user.id, milliseconds });
    }
    if (path === undefined && isRedirect(value)) {
      const followed = this.follow(call, value, [call.action], { count: 0 });
      if (call.trace !== undefined) endWith(call.trace, followed);
      return followed;
    }
    // What is streamed has yet to come: whoever sends it ends the trace.
    if (call.trace !== undefined && !isStream(value)) call.trace.end();
    return value;
  }

  private failed(call: Call, started: number, thrown: unknown): RocketError {
    const { events, clock } = this.parts;
    const error = errorReply(thrown);
    if (events.heard('call.failed')) {
      const milliseconds = clock.now() - started;
      const { code, reference } = error;
      events.report('call.failed', { ...fields(call), milliseconds, code, reference, error: thrown });
    }
    call.trace?.end(error, thrown);
    return error;
  }

  private run(call: Call, entry: ActionEntry, params: unknown): unknown {
    const { scopes } = this.parts;
    const start = entry.input === undefined ? invoke : invokeRefined;
    if (entry.queue === undefined) return scopes.context.run(call, start, scopes, entry, params);
    // A queue is left before its redirects are followed, or a redirect to the same queue would wait for itself.
    return this.queues.run(`${call.user.sessionId} ${entry.queue}`, async () =>
      scopes.context.run(call, start, scopes, entry, params),
    );
  }
}

function invoke(scopes: DispatcherParts['scopes'], entry: ActionEntry, params: unknown): unknown {
  const controller = scopes.create(entry.controller as Class<Record<string, (params: unknown) => unknown>>);
  return controller[entry.method]?.(params);
}

/** The schema is a part of the call: it may ask for the current user, and waits its turn. */
async function invokeRefined(
  scopes: DispatcherParts['scopes'],
  entry: ActionEntry,
  params: unknown,
): Promise<unknown> {
  const refined = entry.input && entry.validate ? await refine(entry.input, params) : params;
  return invoke(scopes, entry, refined);
}

/** What a call has redirected to is a part of it. */
function endWith(trace: CallTrace, followed: Promise<undefined>): void {
  // Nothing but a `RocketError` comes out of a dispatcher.
  followed.then(
    () => trace.end(),
    (error: RocketError) => trace.end(error, error),
  );
}

/** As `await` asks it. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function isRedirect(value: unknown): value is Redirect {
  // `instanceof` runs a proxy's traps.
  return typeof value === 'object' && !types.isProxy(value) && value instanceof Redirect;
}

/** The arguments as the action's parameter. @throws RocketError `invalid_arguments` with all issues */
function check(entry: ActionEntry, args: unknown, text: boolean): unknown {
  if (entry.validate === null) return undefined;
  const issues: Issue[] = [];
  const params = entry.validate(plainArguments(args, text), issues, text);
  if (issues.length > 0) throw new RocketError('invalid_arguments', undefined, { issues });
  return params;
}

function plainArguments(args: unknown, text: boolean): unknown {
  if (isNoArguments(args)) return {};
  const isForm =
    text && typeof args === 'object' && args !== null && !Array.isArray(args) && hasFormNames(args);
  return isForm ? expandFormNames(args as Record<string, unknown>) : args;
}

/** A redirect's arguments as they would have come from a client: dates as text, a Map as pairs, nothing shared. */
function asJson(args: unknown): unknown {
  return args === undefined ? undefined : JSON.parse(JSON.stringify(encodeValue(args)));
}

function fields({ user, action }: Call): CallFields {
  return { action: shown(action), session: user.sessionId, user: user.id };
}

function describeCircle(path: readonly string[]): string {
  const last = path.at(-1) as string;
  const before = path.lastIndexOf(last, -2);
  const circle = before === -1 ? path : path.slice(before);
  return `More than ${redirectLimit} redirects in a row: ${circle.join(' → ')}`;
}
