import { RocketError } from '../../../src/errors.js';
import type { Events } from '../../../src/events.js';
import type { Engine, Entry, SessionChanges, StoredResult } from '../engine/engine.js';
import { isRetryable, type Pauses } from './pauses.js';
import type { Session } from './session.js';
import { isBehind } from './session-log.js';

/** Milliseconds for which changes gather. */
const gathering = 1;

/**
 * Writes down behind what happens in sessions, so that another node or the next process can go on with them. What
 * happens within a moment is written together; of each session one write is under way at a time, and it is repeated until
 * the engine has it. Where the engine has lost a session, all that is known of it is written. With an engine that does not outlive
 * its node nothing is.
 */
export class SessionWriter {
  private readonly queues = new Map<Session, Queue>();

  constructor(
    private readonly engine: Engine,
    private readonly events: Events,
    private readonly pauses: Pauses,
    /** Told when a session turns out to be another node's. */
    private readonly lost: (session: Session) => void,
  ) {}

  /** @returns settles when the entry is written down; undefined where there is nothing to wait for */
  entry(session: Session, entry: Entry): Promise<void> | undefined {
    const changes = this.changes(session);
    changes?.entries.push(entry);
    return changes?.written;
  }

  result(session: Session, result: StoredResult): void {
    this.changes(session)?.results.push(result);
  }

  /** When a group was followed has changed, and is read off the session when it is written. */
  group(session: Session, group: string): Promise<void> | undefined {
    const changes = this.changes(session);
    if (changes === undefined) return undefined;
    changes.groups.add(group);
    return changes.written;
  }

  /** Something has changed that is read off the session when it is written: its user, what is handled. */
  touch(session: Session): void {
    this.changes(session);
  }

  /** Settles when a write that begins from now on has found out whether the session is still this node's. Does not reject. */
  async check(session: Session): Promise<void> {
    await this.changes(session)?.written.catch(nothing);
  }

  /** Settles when everything is written, or, once there are no pauses any more, has been tried to be. */
  async flush(): Promise<void> {
    await Promise.all([...this.queues.values()].map(({ end }) => end));
  }

  private changes(session: Session): Changes | undefined {
    if (!this.engine.outlives || session.dialect === 'plain' || session.hasEnded) return undefined;
    let queue = this.queues.get(session);
    if (queue === undefined) {
      queue = { next: undefined, end: Promise.resolve() };
      this.queues.set(session, queue);
      queue.end = this.drain(session, queue);
    }
    queue.next ??= new Changes();
    return queue.next;
  }

  /** Writes until nothing is left to write. Never rejects. */
  private async drain(session: Session, queue: Queue): Promise<void> {
    await this.pauses.wait(gathering);
    for (let changes = this.takeNext(queue); changes !== undefined; changes = this.takeNext(queue)) {
      try {
        await this.surely(session, changes);
        changes.settle();
      } catch (error) {
        this.queues.delete(session);
        for (const lost of [changes, this.takeNext(queue)]) lost?.settle(error);
        if (!mayPass(error) && !session.hasEnded) this.lost(session);
        return;
      }
    }
    this.queues.delete(session);
  }

  private takeNext(queue: Queue): Changes | undefined {
    const { next } = queue;
    queue.next = undefined;
    return next;
  }

  private async surely(session: Session, changes: Changes): Promise<void> {
    let isLost = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (isLost) return await this.writeWhole(session);
        return await this.engine.writeSession(session.id, session.owner, changes.of(session));
      } catch (error) {
        if (session.hasEnded || !mayPass(error)) throw error;
        const isNews: boolean = !isLost && isLoss(error);
        isLost ||= isNews;
        if (isNews) continue;
        if (this.pauses.isOver) throw error;
        if (attempt === 1) this.events.report('session.unwritten', { session: session.id, error });
        await this.pauses.wait();
      }
    }
  }

  private async writeWhole(session: Session): Promise<void> {
    const { id, owner, proof, user } = session;
    await this.engine.openSession(id, { owner, proof, user: user.id });
    // It would be there for nobody, for as long as this node lives.
    if (session.hasEnded) return this.engine.endSession(id, owner);
    await this.engine.writeSession(id, owner, wholeOf(session));
  }
}

interface Queue {
  /** What has gathered since the last write began. */
  next: Changes | undefined;
  end: Promise<void>;
}

class Changes {
  readonly entries: Entry[] = [];
  readonly results: StoredResult[] = [];
  readonly groups = new Set<string>();
  private promise: Promise<void> | undefined;
  private resolve: () => void = nothing;
  private reject: (error: unknown) => void = nothing;

  get written(): Promise<void> {
    this.promise ??= new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    return this.promise;
  }

  settle(error?: unknown): void {
    if (error === undefined) this.resolve();
    else this.reject(error);
  }

  of(session: Session): SessionChanges {
    const { entries, results } = this;
    return { ...factsOf(session, this.groups), entries, results };
  }
}

/** What is read off a session when it is written. */
function factsOf({ user, ledger, handled, groups }: Session, names: Iterable<string>): SessionChanges {
  return {
    user: user.id,
    lastCall: ledger.lastCall,
    handled: { position: handled, calls: ledger.handledUpTo },
    groups: Object.fromEntries([...names].map((group) => [group, groups.spans(group)])),
  };
}

/** All that is known of a session, for a record in which nothing is. */
function wholeOf(session: Session): SessionChanges {
  const { log, ledger, handled, groups } = session;
  // What is no longer kept here is not to pass for there never having been anything.
  const position = isBehind(log.base, handled) ? log.base : handled;
  return {
    ...factsOf(session, groups.names()),
    entries: log.all(),
    results: ledger.results(),
    handled: { position, calls: ledger.handledUpTo },
  };
}

/** Whether the session may yet be written by this node. */
function mayPass(error: unknown): boolean {
  return isRetryable(error) || isLoss(error);
}

/** Whether the engine has lost the record. */
function isLoss(error: unknown): boolean {
  return error instanceof RocketError && error.code === 'not_found';
}

function nothing(): void {}
