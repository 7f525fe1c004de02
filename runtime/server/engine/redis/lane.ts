import type { EngineNode, HistoryLimits, NewEntry } from '../engine.js';
import { Appends } from './appends.js';
import { FollowedSources } from './followed-sources.js';
import type { Partition } from './partition.js';
import { type PushReceiver, readPush } from './push-message.js';

/** Epochs that are over are recognised for as long as a late message may come. */
const formerEpochs = 8;

/** What one node does in one partition, and what it is told there. */
export class Lane {
  readonly appends: Appends;
  readonly sources: FollowedSources;
  /** How many messages the last beat knew of; what has not come by the next turn is lost. */
  expected = 0;
  private readonly former: string[] = [];
  private epoch: string | undefined;

  constructor(
    readonly partition: Partition,
    node: EngineNode,
    history: HistoryLimits,
    /** Something is missing that only following everything anew can tell. */
    private readonly lost: (lane: Lane) => void,
  ) {
    this.sources = new FollowedSources(partition, node, () => lost(this));
    this.appends = new Appends(partition, history, (source, last) => this.sources.appended(source, last));
  }

  /** A message to this node. @param others what is told of other things than entries of sources and kicks */
  message(text: string, others: LaneReceiver): void {
    const { partition, sources } = this;
    let isLate = false;
    readPush(
      text,
      ({ count, epoch }) => {
        isLate = this.isFormer(epoch);
        if (isLate) return;
        partition.notice(epoch);
        if (count === undefined) return;
        const isHole = count > partition.received + 1;
        partition.received = Math.max(partition.received, count);
        if (isHole) this.lost(this);
      },
      {
        entries: (...told) => isLate || sources.entries(...told),
        kick: (...told) => isLate || sources.kick(...told),
        flash: (...told) => others.flash(...told),
        fence: (...told) => isLate || others.fence(...told),
        receive: (...told) => others.receive(this, ...told),
        answer: (...told) => others.answer(...told),
      },
    );
  }

  /** Whether an epoch was over before. */
  private isFormer(epoch: string): boolean {
    const current = this.partition.epoch;
    if (this.epoch !== current) {
      if (this.epoch !== undefined) this.former.push(this.epoch);
      if (this.former.length > formerEpochs) this.former.shift();
      this.epoch = current;
    }
    return this.former.includes(epoch);
  }
}

export interface LaneReceiver extends Omit<PushReceiver, 'entries' | 'kick' | 'receive'> {
  receive(lane: Lane, session: string, request: string, node: string, entry: NewEntry): void;
}
