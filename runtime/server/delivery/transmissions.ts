import type { Clock } from '../../../src/clock.js';
import type { Encoder } from '../../../src/contract/manifest.js';
import type { ClientMessage } from '../../../src/contract/register.js';
import { RocketError } from '../../../src/errors.js';
import type { Events } from '../../../src/events.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, NewEntry } from '../engine/engine.js';
import type { TransmitOptions } from './current-user.js';
import { encodeBody } from './encode.js';
import type { Outbox } from './outbox.js';
import type { Session } from './session.js';
import type { SessionUser } from './session-user.js';
import type { SessionWriter } from './session-writer.js';

export interface TransmissionParts {
  readonly engine: Engine;
  readonly events: Events;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly writer: SessionWriter;
  /** A session of this node. */
  session(id: string): Session | undefined;
}

/**
 * Messages on their way from an action to sources: encoded once, at once, so that later changes to the values are not
 * sent; then numbered by the session or by the engine. What is refused is reported, whether or not anybody awaits it.
 */
export class Transmissions {
  private readonly accepted = Promise.resolve();
  private clientActions: ReadonlyMap<string, Encoder | null> = new Map();

  constructor(private readonly parts: TransmissionParts) {}

  /** @param clientActions what clients can receive, with what makes JSON of its arguments. */
  start(clientActions: Readonly<Record<string, Encoder | null>>): void {
    this.clientActions = new Map(Object.entries(clientActions));
  }

  /** How much waits for the engine, in UTF-16 units of bodies. */
  get waiting(): number {
    return this.parts.outbox.size;
  }

  /** @throws TypeError for what no client could receive */
  encode(message: ClientMessage, options?: TransmitOptions): NewEntry {
    const body = encodeBody(message, this.clientActions);
    if (options?.latest === undefined) return { body };
    if (options.volatile)
      throw new TypeError('A message is either volatile or the latest of its name, not both');
    return { body, key: options.latest };
  }

  /** To the session of a user, at once. */
  toUserSession(user: SessionUser, message: ClientMessage, options?: TransmitOptions): Promise<void> {
    const entry = this.encode(message, options);
    const refusal = refusalOf(user);
    if (refusal !== undefined) return this.reported(`session:${user.sessionId}`, Promise.reject(refusal));
    return this.toLocal(user.session, entry, options);
  }

  toSession(
    id: string,
    message: ClientMessage,
    except: readonly string[],
    options?: TransmitOptions,
  ): Promise<void> {
    const entry = this.encode(message, options);
    if (except.includes(id)) return this.accepted;
    const session = this.parts.session(id);
    if (session !== undefined) return this.toLocal(session, entry, options);
    const remote = options?.volatile ? { ...entry, volatile: true as const } : entry;
    return this.reported(`session:${id}`, this.elsewhere(id, remote), options?.volatile);
  }

  /** To all who follow any of the sources, each once. */
  toSources(
    sources: readonly string[],
    message: ClientMessage,
    except: readonly string[],
    options?: TransmitOptions,
  ): Promise<void> {
    const encoded = this.encode(message, options);
    const entry = except.length === 0 ? encoded : { ...encoded, except };
    const [source] = sources;
    if (source === undefined) return this.accepted;
    const name = sources.length === 1 ? source : sources.join(' ');
    if (options?.volatile) {
      this.parts.engine.publish(sources, entry);
      return this.taken('', name, true);
    }
    const appended =
      sources.length === 1 ? this.parts.outbox.append(source, entry) : this.toSeveral(sources, entry);
    return appended instanceof Promise
      ? this.reported(name, appended.then(nothing))
      : this.taken('', name, false);
  }

  /** An entry for a session of this node that came by way of another. */
  async receive(session: Session, entry: NewEntry): Promise<void> {
    if (entry.volatile) session.flash('', flashFrame(entry));
    else await this.place(session, entry);
  }

  private toLocal(session: Session, entry: NewEntry, options: TransmitOptions | undefined): Promise<void> {
    if (options?.volatile) {
      session.flash('', flashFrame(entry));
      return this.taken('session:', session.id, true);
    }
    const written = this.place(session, entry);
    return written === undefined
      ? this.taken('session:', session.id, false)
      : this.reported(`session:${session.id}`, written);
  }

  /** @returns settles when the entry is written down; undefined where there is nothing to wait for */
  private place(session: Session, entry: NewEntry): Promise<void> | undefined {
    return this.parts.writer.entry(session, session.transmit(entry));
  }

  private async elsewhere(id: string, entry: NewEntry): Promise<void> {
    if (!(await this.parts.engine.toSession(id, entry))) {
      throw new RocketError('not_found', `There is no session "${id}"`);
    }
  }

  /**
   * Appends to one source after the other; each copy says where the others stand. What is appended to one of the sources
   * meanwhile may come first there, so that no promise is made where none is needed.
   */
  private toSeveral(sources: readonly string[], entry: NewEntry): undefined | Promise<void> {
    const also: Record<string, Position> = {};
    const from = (first: number): undefined | Promise<void> => {
      for (let index = first; index < sources.length; index += 1) {
        const source = sources[index] as string;
        const copy = index === 0 ? entry : { ...entry, also: { ...also } };
        const position = this.parts.outbox.append(source, copy);
        if (position instanceof Promise) {
          return position.then((later) => {
            also[source] = later;
            return from(index + 1);
          });
        }
        also[source] = position;
      }
      return undefined;
    };
    return from(0);
  }

  /** Accepted at once. @param kind stands before the name in the source, and is put there only where somebody hears it */
  private taken(kind: '' | 'session:', name: string, volatile: boolean): Promise<void> {
    const { events } = this.parts;
    if (events.heard('transmission.accepted'))
      events.report('transmission.accepted', { source: kind + name, milliseconds: 0, volatile });
    return this.accepted;
  }

  /** A refusal that nobody awaits becomes an event; who awaits gets it as well. */
  private reported(source: string, accepted: Promise<void>, volatile = false): Promise<void> {
    const { events, clock } = this.parts;
    const began = clock.now();
    accepted.then(
      () => {
        if (!events.heard('transmission.accepted')) return;
        events.report('transmission.accepted', { source, milliseconds: clock.now() - began, volatile });
      },
      (error: unknown) => events.report('transmission.refused', { source, error }),
    );
    return accepted;
  }
}

/** Why nothing can be done for a user any more. */
export function refusalOf({ session, isCurrent }: SessionUser): RocketError | undefined {
  if (session.hasEnded) return new RocketError('not_found', 'The session is over');
  if (!isCurrent) return new RocketError('forbidden', 'The session belongs to another user by now');
  return undefined;
}

function flashFrame({ body }: NewEntry): string {
  return `{${body}}`;
}

function nothing(): void {}
