import type { ClaimedSession, EngineNode } from '../engine.js';
import { isLater } from './kick-marker.js';
import type { Lane } from './lane.js';
import { RedisTrouble } from './redis-errors.js';
import type { ClaimedRecord, SessionRecords } from './session-records.js';

/** How many claims without an answer are remembered, to be let go of. */
const mostUnanswered = 10_000;

/**
 * Takes sessions over. A claim whose answer never came has made this node the owner of a session that it does not know: that is
 * let go of as soon as Redis can be reached.
 */
export class Claims {
  /** Request → where, and of which session. */
  private readonly unanswered = new Map<string, { readonly lane: Lane; readonly id: string }>();
  private count = 0;

  constructor(
    private readonly node: EngineNode,
    private readonly records: SessionRecords,
    private readonly laneOf: (name: string) => Lane,
  ) {}

  /** As `Engine.claimSession`. @throws RedisTrouble */
  async claim(id: string, proof: string, user: string): Promise<ClaimedSession | undefined> {
    const lane = this.laneOf(id);
    this.count += 1;
    const request = `${this.node.id}:${this.count}`;
    const marker = this.kickMarker(user);
    // Whether or not it is looked at.
    marker.catch(() => undefined);
    try {
      const record = await this.records.claim(lane.partition, id, proof, request);
      return record && (await this.unlessKicked(lane, id, record, user, marker));
    } catch (error) {
      if (!(error instanceof RedisTrouble) || error.sent) this.doubt(request, lane, id);
      throw error;
    }
  }

  /** When a user was kicked last; empty: never. @throws RedisTrouble */
  async kickMarker(user: string): Promise<string> {
    const source = `user:${user}`;
    const [, marker] = await this.laneOf(source).partition.run('kicked', source);
    return marker as string;
  }

  /** Lets go of what was claimed without an answer. Never rejects. */
  async tidy(): Promise<void> {
    for (const [request, { lane, id }] of [...this.unanswered]) {
      try {
        await this.records.release(lane.partition, id, request);
        this.unanswered.delete(request);
      } catch {
        return;
      }
    }
  }

  private async unlessKicked(
    lane: Lane,
    id: string,
    { session, kicked }: ClaimedRecord,
    user: string,
    marker: Promise<string>,
  ): Promise<ClaimedSession | undefined> {
    const last = await (session.user === user ? marker : this.kickMarker(session.user));
    if (!isLater(last, kicked)) return session;
    await this.records.end(lane.partition, id, session.owner);
    return undefined;
  }

  private doubt(request: string, lane: Lane, id: string): void {
    if (this.unanswered.size < mostUnanswered) this.unanswered.set(request, { lane, id });
  }
}
