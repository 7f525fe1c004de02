import { RocketError } from '../../../../src/errors.js';
import type { Library } from './library.js';

/** What an operation answers: a word, and what comes with it. */
export type Answer = readonly [word: string, ...rest: unknown[]];

/** What a partition tells the node. */
export interface PartitionListener {
  /** Redis may have lost what it had, or this node was gone for it. */
  changed(): void;
}

/** What all partitions of a node have in common. */
export interface PartitionSettings {
  /** Id of this node. */
  readonly node: string;
  readonly library: Library;
  readonly publish: 'PUBLISH' | 'SPUBLISH';
  /** Milliseconds. */
  readonly window: number;
  readonly lease: number;
}

/**
 * A group of keys that Redis keeps on one master, where one call can do several things at once. What belongs together, such as all of
 * a source, is in one; of a single server there is one in all.
 *
 * Every answer begins with the epoch: a word that is another one as soon as Redis may have lost writes.
 */
export class Partition {
  /** Undefined until Redis has answered. */
  epoch: string | undefined;
  /** What a beat failed with last; undefined: it did not. */
  failure: Error | undefined;
  /** Where messages for this node come. */
  readonly channel: string;
  /** How many messages this node has got, as the newest of them says. */
  received = 0;
  /** The node leaves: it does not come back. */
  isOver = false;
  /** It was there before. */
  private isKnown = false;
  private registering: Promise<void> | undefined;

  /** @param name what its keys begin with, such as `rocket:{7}:` */
  constructor(
    readonly name: string,
    private readonly settings: PartitionSettings,
    private readonly listener: PartitionListener,
  ) {
    this.channel = `${name}to:${settings.node}`;
  }

  get node(): string {
    return this.settings.node;
  }

  /**
   * Runs an operation of the library. Where the node is gone for Redis, because its lease has ended or everything has, it comes
   * back first.
   *
   * @throws RedisTrouble
   */
  async run(operation: string, ...parameters: readonly (string | number)[]): Promise<Answer> {
    for (;;) {
      const answer = await this.ask(operation, parameters);
      if (answer[0] !== 'gone') return answer;
      if (this.isOver) throw new RocketError('unavailable', 'The engine has stopped');
      await this.register();
    }
  }

  /** Notes that the node is there, and how many messages it was sent. */
  register(): Promise<void> {
    this.registering ??= this.enrol().finally(() => {
      this.registering = undefined;
    });
    return this.registering;
  }

  /** An answer or a message says which epoch it is of. */
  notice(epoch: string): void {
    if (this.epoch === epoch) return;
    const isFirst = this.epoch === undefined;
    this.epoch = epoch;
    if (!isFirst) this.listener.changed();
  }

  private async enrol(): Promise<void> {
    const [, pushed] = await this.ask('register', [this.node, this.settings.lease]);
    this.received = Number(pushed);
    if (this.isKnown) this.listener.changed();
    this.isKnown = true;
  }

  private async ask(operation: string, parameters: readonly (string | number)[]): Promise<Answer> {
    const { library, publish, window } = this.settings;
    const reply = await library.call(this.name, operation, [publish, window, ...parameters]);
    if (!Array.isArray(reply) || reply.length < 2)
      throw new RocketError('internal', `Redis answered "${operation}" with ${JSON.stringify(reply)}`);
    const [epoch, ...answer] = reply as [string, string, ...unknown[]];
    this.notice(epoch);
    return answer;
  }
}

/** A hash as Redis answers it: names and values in turn. */
export function pairs(flat: readonly string[]): [name: string, value: string][] {
  const found: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2)
    found.push([flat[index] as string, flat[index + 1] as string]);
  return found;
}
