import type { Cancel, Clock } from '../../../../src/clock.js';
import { RocketError } from '../../../../src/errors.js';
import type { EngineNode, HistoryLimits, NewEntry } from '../engine.js';
import { entryText } from './entry-text.js';
import type { Partition } from './partition.js';
import { RedisTrouble } from './redis-errors.js';

/** Milliseconds that the owner of a session has to answer. */
const patience = 2_000;

/** Entries for sessions of other nodes: sent to the owner by way of Redis, and answered by it. */
export class RoutedEntries {
  private readonly waiting = new Map<string, Waiting>();
  private requests = 0;

  constructor(
    private readonly node: EngineNode,
    private readonly clock: Clock,
    private readonly history: HistoryLimits,
  ) {}

  /**
   * As `Engine.toSession`.
   *
   * @throws RocketError `unavailable`, where nothing was sent; `outcome_unknown`, where no answer came
   */
  async send(partition: Partition, id: string, entry: NewEntry): Promise<boolean> {
    this.requests += 1;
    const request = String(this.requests);
    const key = entry.key === undefined ? '' : JSON.stringify(entry.key);
    const answered = this.answered(request);
    try {
      const { entries, bytes } = this.history;
      const [word] = await partition.run(
        'route',
        ...[id, partition.node, request, entry.volatile ? '1' : ''],
        ...[key, entryText(entry), entries, bytes],
      );
      if (word === 'sent') return await answered;
      return word === 'ok';
    } catch (error) {
      if (error instanceof RedisTrouble && error.sent) throw unanswered(id, error);
      throw error;
    } finally {
      this.settle(request);
    }
  }

  /** Hands an entry to the session of this node, and tells who sent it how that went. */
  async receive(
    partition: Partition,
    session: string,
    request: string,
    node: string,
    entry: NewEntry,
  ): Promise<void> {
    const answer = await this.node
      .receive(session, entry)
      .then(String, (error: unknown) => (error instanceof RocketError ? error.code : 'internal'));
    // Where it does not arrive, the other node says that it has none.
    await partition.run('answer', node, request, answer).catch(() => undefined);
  }

  answer(request: string, answer: string): void {
    const waiting = this.waiting.get(request);
    if (waiting === undefined) return;
    if (answer === 'true' || answer === 'false') waiting.resolve(answer === 'true');
    else waiting.reject(new RocketError(answer));
  }

  /** Nobody will answer any more. */
  stop(): void {
    for (const { reject } of this.waiting.values())
      reject(new RocketError('unavailable', 'The engine has stopped'));
  }

  private answered(request: string): Promise<boolean> {
    const answered = new Promise<boolean>((resolve, reject) => {
      const cancel = this.clock.after(patience, () =>
        reject(new RocketError('outcome_unknown', 'The node that has the session did not answer')),
      );
      this.waiting.set(request, { resolve, reject, cancel });
    });
    // Where the entry was not sent, nobody awaits it.
    answered.catch(() => undefined);
    return answered;
  }

  private settle(request: string): void {
    this.waiting.get(request)?.cancel();
    this.waiting.delete(request);
  }
}

interface Waiting {
  resolve(answer: boolean): void;
  reject(error: unknown): void;
  readonly cancel: Cancel;
}

function unanswered(id: string, cause: unknown): RocketError {
  const sentence = `The connection to Redis was lost: the message to session "${id}" may or may not have been sent`;
  return new RocketError('outcome_unknown', sentence, { cause });
}
