import type {
  Engine,
  EngineNode,
  EngineSettings,
  Member,
  NewEntry,
  PageLimits,
  SessionChanges,
  SessionFacts,
} from '../../../../../runtime/server/engine/engine.js';
import { RocketError } from '../../../../../src/errors.js';

/**
 * An engine of this process, as if it stood across a network: what is asked, answered and told takes its time, and can be cut off.
 * The suite is held to it in real time, so that it asks nothing of an engine elsewhere that the contract does not promise.
 */
export class FarEngine implements Engine {
  readonly outlives = true;
  /** What was asked, and what is told, one after another, as on a connection. */
  private asked = Promise.resolve();
  private told = Promise.resolve();
  private stopped = false;
  /** How often each source was let go of: what is on its way then is told to nobody. */
  private readonly unfollows = new Map<string, number>();

  constructor(
    private readonly near: Engine,
    private readonly network: Network,
  ) {}

  get trouble(): string | undefined {
    return this.network.isDown ? 'It cannot be reached' : undefined;
  }

  certainty(): Promise<void> | undefined {
    return undefined;
  }

  start(node: EngineNode, settings: EngineSettings): Promise<void> {
    const tell = (run: () => void) => {
      this.told = this.told.then(pause).then(() => {
        if (!this.stopped) run();
      });
    };
    const far: EngineNode = {
      id: node.id,
      deliver: (source, entry) => {
        const before = this.unfollows.get(source);
        tell(() => this.unfollows.get(source) === before && node.deliver(source, entry));
      },
      moved: (source, head) => tell(() => node.moved(source, head)),
      flash: (sources, entry) => tell(() => node.flash(sources, entry)),
      fenced: (session, owner) => tell(() => node.fenced(this.network.given(session), owner)),
      kicked: (user, reason) => tell(() => node.kicked(user, reason)),
      revalidate: () => node.revalidate(),
      receive: async (session, entry) => {
        await pause();
        return node.receive(this.network.given(session), entry);
      },
    };
    return this.near.start(far, settings);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.asked;
    await this.near.stop();
    await this.told;
  }

  append(source: string, entries: readonly NewEntry[], number: number) {
    return this.ask(() => this.near.append(source, entries, number));
  }

  publish(sources: readonly string[], entry: NewEntry): void {
    this.ask(() => this.near.publish(sources, entry)).catch(() => undefined);
  }

  range(source: string, after: readonly [string, number], limits: PageLimits) {
    return this.ask(() => this.near.range(source, after, limits));
  }

  follow(source: string) {
    return this.ask(() => this.near.follow(source));
  }

  unfollow(source: string): void {
    this.unfollows.set(source, (this.unfollows.get(source) ?? 0) + 1);
    this.near.unfollow(source);
  }

  openSession(id: string, facts: SessionFacts) {
    return this.ask(() => this.near.openSession(this.network.kept(id), facts));
  }

  claimSession(id: string, proof: string, user: string) {
    return this.ask(() => this.near.claimSession(this.network.kept(id), proof, user));
  }

  writeSession(id: string, owner: number, changes: SessionChanges) {
    return this.ask(() => this.near.writeSession(this.network.kept(id), owner, changes));
  }

  endSession(id: string, owner: number) {
    return this.ask(() => this.near.endSession(this.network.kept(id), owner));
  }

  toSession(id: string, entry: NewEntry) {
    return this.ask(() => this.near.toSession(this.network.kept(id), entry), 'outcome_unknown');
  }

  kick(user: string, reason: string) {
    return this.ask(() => this.near.kick(user, reason));
  }

  enter(source: string, member: Member, greeting: NewEntry | undefined) {
    return this.ask(() =>
      this.near.enter(source, { ...member, session: this.network.kept(member.session) }, greeting),
    );
  }

  depart(source: string, session: string, owner: number) {
    return this.ask(() => this.near.depart(source, this.network.kept(session), owner));
  }

  members(source: string) {
    return this.ask(async () => {
      const members = await this.near.members(source);
      return members.map((member) => ({ ...member, session: this.network.given(member.session) }));
    });
  }

  /** @param unanswered what is told where it was asked, and no answer comes */
  private async ask<Answer>(
    run: () => Answer | Promise<Answer>,
    unanswered = 'unavailable',
  ): Promise<Answer> {
    const arrived = this.asked.then(pause);
    this.asked = arrived;
    await arrived;
    if (this.network.loses()) throw new RocketError('unavailable', 'The engine cannot be reached');
    const answer = await run();
    await pause();
    if (this.network.isDown) throw new RocketError(unanswered, 'The engine has not answered');
    return answer;
  }
}

/** What lies between the engines and what they share. */
export class Network {
  isDown = false;
  private count = 0;
  /** How often the record of a session was lost: it has another name each time. */
  private readonly losses = new Map<string, number>();

  /** Every other question arrives while the answers do not. */
  loses(): boolean {
    this.count += 1;
    return this.isDown && this.count % 2 === 0;
  }

  lose(session: string): void {
    this.losses.set(session, (this.losses.get(session) ?? 0) + 1);
  }

  kept(session: string): string {
    return `${session}#${this.losses.get(session) ?? 0}`;
  }

  given(kept: string): string {
    return kept.slice(0, kept.lastIndexOf('#'));
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    if (Math.random() < 0.9) setImmediate(resolve);
    else setTimeout(resolve, Math.random() * 5);
  });
}
