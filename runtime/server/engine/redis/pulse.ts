import type { Cancel, Clock } from '../../../../src/clock.js';
import type { Events } from '../../../../src/events.js';
import type { HistoryLimits } from '../engine.js';
import type { Connections } from './connections.js';
import type { Lane } from './lane.js';
import type { Recovery } from './recovery.js';

/** Milliseconds for which a node counts as living after a beat. */
export const lease = 5_000;
/** Milliseconds: a turn looks for what is missing, and every second one beats. */
const turn = 500;
/** Milliseconds for which a process may stand still and still rely on what it knows: others wait for longer. */
const standstill = 2_000;
/** How much of what a dead node left is tidied up in one call. */
const burial = 200;

export interface PulseParts {
  readonly clock: Clock;
  readonly events: Events;
  readonly connections: Connections;
  readonly recovery: Recovery;
  readonly history: HistoryLimits;
  readonly lanes: readonly Lane[];
  /** Where Redis is, for people to read. */
  readonly place: string;
  /** Redis can be reached: what could not be done before can be. */
  answered(): void;
}

/**
 * Tells Redis every second that this node lives. The answer tells how much the node was sent, so that it notices what did not come,
 * and whose lease has ended, so that what is left of them is tidied up.
 */
export class Pulse {
  private cancel: Cancel | undefined;
  private lastTurn: number;
  private turns = 0;
  private isOver = false;
  private uncertain: Promise<void> | undefined;
  private readonly beating = new Set<Lane>();
  private readonly burying = new Set<string>();

  constructor(private readonly parts: PulseParts) {
    this.lastTurn = parts.clock.now();
  }

  /** As `Engine.trouble`. */
  get trouble(): string | undefined {
    const { lanes, place } = this.parts;
    const failing = lanes.filter(({ partition }) => partition.failure !== undefined);
    const [first] = failing;
    if (first === undefined) return undefined;
    const share = lanes.length === 1 ? '' : ` (${failing.length} of ${lanes.length} partitions)`;
    return `${first.partition.failure?.message} at ${place}${share}`;
  }

  start(): void {
    const { clock } = this.parts;
    this.lastTurn = clock.now();
    const next = () => {
      this.cancel = clock.after(turn, () => {
        next();
        this.turn();
      });
    };
    next();
  }

  stop(): void {
    this.isOver = true;
    this.cancel?.();
  }

  /** As `Engine.certainty`. */
  certainty(): Promise<void> | undefined {
    if (this.uncertain === undefined && this.parts.clock.now() - this.lastTurn > standstill) this.doubt();
    return this.uncertain;
  }

  private turn(): void {
    const now = this.parts.clock.now();
    // Timers may come before what others have sent meanwhile.
    if (now - this.lastTurn > standstill) this.doubt();
    this.lastTurn = now;
    this.turns += 1;
    for (const lane of this.parts.lanes) {
      this.check(lane);
      if (this.turns % 2 === 0) void this.beat(lane);
    }
  }

  private doubt(): void {
    this.uncertain ??= this.reassure().finally(() => {
      this.uncertain = undefined;
    });
  }

  /** Settles when it is known what has happened meanwhile. */
  private async reassure(): Promise<void> {
    const { clock, lanes, recovery } = this.parts;
    while (!this.isOver) {
      const asked = await Promise.all(lanes.map((lane) => this.beat(lane)));
      // What was sent comes on another connection than the answer.
      if (asked.every(Boolean)) await this.arrived();
      if (asked.every(Boolean) && (await recovery.settled())) return;
      await new Promise<void>((resolve) => clock.after(turn, resolve));
    }
  }

  /** Waits for what was sent to this node; what does not come in time is looked for. */
  private async arrived(): Promise<void> {
    const { clock, lanes } = this.parts;
    const isMissing = ({ partition, expected }: Lane) => partition.received < expected;
    for (let waits = 0; waits < 20 && lanes.some(isMissing); waits += 1)
      await new Promise<void>((resolve) => clock.after(turn / 20, resolve));
    for (const lane of lanes) this.check(lane);
  }

  /** What was sent before the last beat has come by now, or is lost. */
  private check(lane: Lane): void {
    const { partition, expected } = lane;
    if (partition.received >= expected) return;
    const { connections, recovery } = this.parts;
    connections.subscribe(partition.channel).then(
      () => {
        partition.received = Math.max(partition.received, expected);
        recovery.request(lane);
      },
      // While nothing can be sent to this node, it asks.
      () => recovery.request(lane),
    );
  }

  /** @returns whether Redis has answered. Never rejects */
  private async beat(lane: Lane): Promise<boolean> {
    if (this.beating.has(lane)) return false;
    this.beating.add(lane);
    const { partition, sources } = lane;
    const size = sources.settledSize;
    try {
      const [, pushed, followed, ...dead] = await partition.run('beat', partition.node, lease);
      this.succeeded(lane);
      lane.expected = Number(pushed);
      if (size !== undefined && size === sources.settledSize && Number(followed) < size)
        this.parts.recovery.request(lane);
      for (const node of dead as string[]) void this.bury(lane, node);
      return true;
    } catch (error) {
      this.failed(lane, error);
      return false;
    } finally {
      this.beating.delete(lane);
    }
  }

  private succeeded(lane: Lane): void {
    const { events, recovery, place } = this.parts;
    const hadTrouble = this.trouble !== undefined;
    lane.partition.failure = undefined;
    if (hadTrouble && this.trouble === undefined) events.report('engine.reachable', { place });
    recovery.work();
    lane.sources.work();
    this.parts.answered();
  }

  private failed(lane: Lane, error: unknown): void {
    if (this.isOver) return;
    const { connections, events, place } = this.parts;
    const hadTrouble = this.trouble !== undefined;
    lane.partition.failure = error as Error;
    if (!hadTrouble) events.report('engine.unreachable', { place, error });
    connections.refresh();
  }

  /** Tidies up what is left of a node, its own at the end. @throws RedisTrouble */
  async leave(): Promise<void> {
    for (const { partition } of this.parts.lanes) partition.isOver = true;
    await Promise.all(this.parts.lanes.map((lane) => this.tidy(lane, lane.partition.node, true)));
  }

  /** Never rejects. */
  private async bury(lane: Lane, node: string): Promise<void> {
    const name = `${lane.partition.name}${node}`;
    if (this.burying.has(name)) return;
    this.burying.add(name);
    // Where it fails, the next beat tells of the node again.
    await this.tidy(lane, node, false).catch(() => undefined);
    this.burying.delete(name);
  }

  private async tidy({ partition }: Lane, node: string, leaves: boolean): Promise<void> {
    const { entries, bytes } = this.parts.history;
    const parameters = [node, entries, bytes, burial, leaves ? '1' : ''];
    for (let word = 'more'; word === 'more' && (leaves || !this.isOver); )
      [word] = await partition.run('bury', ...parameters);
  }
}
