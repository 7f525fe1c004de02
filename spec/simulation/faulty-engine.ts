import type {
  Engine,
  EngineNode,
  EngineSettings,
  Entry,
  NewEntry,
} from '../../runtime/server/engine/engine.js';
import type { Clock } from '../../src/clock.js';
import { RocketError } from '../../src/errors.js';
import type { Position } from '../../src/protocol/positions.js';
import type { Random } from './random.js';

/** An engine, and how its node ends as `kill -9` ends it. */
export type KillableEngine = Engine & { kill(): void };

/** Told what the engine has done, at the moment when it is done. */
export interface EngineWitness {
  accepted(source: string, body: string | undefined): void;
  claimed(session: string): void;
}

/**
 * An engine as a node sees it through a network: answers take their time, and in an outage what was asked may or may not
 * have been done.
 */
export class FaultyEngine {
  readonly engine: Engine;
  /** Milliseconds until an answer comes; 0: at once. */
  latency = 0;
  private isOut = false;

  constructor(
    private readonly inner: KillableEngine,
    private readonly clock: Clock,
    /** The time of what the nodes share, which goes on when a node is gone. */
    world: Clock,
    private readonly random: Random,
    witness: EngineWitness,
  ) {
    const ask = <Answer>(run: () => Answer | Promise<Answer>) => this.ask(run);
    this.engine = {
      outlives: inner.outlives,
      get trouble() {
        return inner.trouble;
      },
      certainty: () => inner.certainty(),
      start: (node: EngineNode, settings: EngineSettings) =>
        inner.start(this.watched(node, witness), { ...settings, clock: world }),
      stop: () => inner.stop(),
      append: (
        source: string,
        entries: readonly NewEntry[],
        number: number,
      ): Position | Promise<Position> => {
        const run = () => {
          const position = inner.append(source, entries, number);
          const tell = () => {
            for (const { body } of entries) witness.accepted(source, body);
          };
          if (position instanceof Promise)
            return position.then((later) => {
              tell();
              return later;
            });
          tell();
          return position;
        };
        return this.isOut || this.latency > 0 ? this.ask(run) : run();
      },
      publish: (sources, entry) => {
        if (!this.isOut) inner.publish(sources, entry);
      },
      range: (source, after, limits) =>
        this.isOut || this.latency > 0
          ? ask(() => inner.range(source, after, limits))
          : inner.range(source, after, limits),
      follow: (source) => ask(() => inner.follow(source)),
      unfollow: (source) => inner.unfollow(source),
      openSession: (id, facts) => ask(() => inner.openSession(id, facts)),
      claimSession: (id, proof, user) =>
        ask(async () => {
          const claimed = await inner.claimSession(id, proof, user);
          if (claimed !== undefined) witness.claimed(id);
          return claimed;
        }),
      writeSession: (id, owner, changes) => ask(() => inner.writeSession(id, owner, changes)),
      endSession: (id, owner) => ask(() => inner.endSession(id, owner)),
      toSession: (id, entry) => ask(() => inner.toSession(id, entry)),
      kick: (user, reason) => ask(() => inner.kick(user, reason)),
      enter: (source, member, greeting) => ask(() => inner.enter(source, member, greeting)),
      depart: (source, session, owner) => ask(() => inner.depart(source, session, owner)),
      members: (source) => ask(() => inner.members(source)),
    };
  }

  /** It cannot be reached until `mend`. */
  fail(): void {
    this.isOut = true;
  }

  mend(): void {
    this.isOut = false;
  }

  kill(): void {
    this.inner.kill();
  }

  private async ask<Answer>(run: () => Answer | Promise<Answer>): Promise<Answer> {
    if (this.latency > 0) await this.wait();
    const isLost = this.isOut;
    if (isLost && this.random.chance(0.5)) throw unreachable();
    const answer = await run();
    if (this.latency > 0) await this.wait();
    if (isLost) throw unreachable();
    return answer;
  }

  private wait(): Promise<void> {
    return new Promise((resolve) => this.clock.after(this.latency, resolve));
  }

  private watched(node: EngineNode, witness: EngineWitness): EngineNode {
    return {
      id: node.id,
      deliver: (source: string, entry: Entry) => {
        witness.accepted(source, entry.body);
        node.deliver(source, entry);
      },
      flash: (sources, entry) => node.flash(sources, entry),
      moved: (source, head) => node.moved(source, head),
      fenced: (session, owner) => node.fenced(session, owner),
      kicked: (user, reason) => node.kicked(user, reason),
      revalidate: () => node.revalidate(),
      receive: (session, entry) => node.receive(session, entry),
    };
  }
}

function unreachable(): RocketError {
  return new RocketError('unavailable', 'The engine cannot be reached');
}
