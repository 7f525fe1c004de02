import type { Events } from '../../../src/events.js';
import type { Engine, Entry, GroupSpan, SessionChanges, StoredResult } from '../engine/engine.js';
import { isRetryable, type Pauses } from './pauses.js';
import type { Session } from './session.js';

/** Milliseconds for which changes gather. */
const gathering = 1;

/**
 * Writes down behind what happens in sessions, so that another node or the next process can go on with them. What
 * happens within a moment is written together; of each session one write is under way at a time, and it is repeated until
 * the engine has it. With an engine that does not outlive its node nothing is written.
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

  group(session: Session, group: string, span: GroupSpan | null): Promise<void> | undefined {
    const changes = this.changes(session);
    if (changes === undefined) return undefined;
    changes.groups.set(group, span);
    return changes.written;
  }

  /** Something has changed that is read off the session when it is written: its user, what is handled. */
  touch(session: Session): void {
    this.changes(session);
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
        if (!isRetryable(error) && !session.hasEnded) this.lost(session);
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
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.engine.writeSession(session.id, session.owner, changes.of(session));
      } catch (error) {
        if (!isRetryable(error) || this.pauses.isOver || session.hasEnded) throw error;
        if (attempt === 1) this.events.report('session.unwritten', { session: session.id, error });
        await this.pauses.wait();
      }
    }
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
  /** A `Map`: groups are named by strangers. */
  readonly groups = new Map<string, GroupSpan | null>();
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

  of({ user, ledger, handled }: Session): SessionChanges {
    return {
      entries: this.entries,
      results: this.results,
      groups: Object.fromEntries(this.groups),
      user: user.id,
      lastCall: ledger.lastCall,
      handled: { position: handled, calls: ledger.handledUpTo },
    };
  }
}

function nothing(): void {}
