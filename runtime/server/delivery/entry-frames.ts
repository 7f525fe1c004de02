import type { Dialect } from '../../../src/protocol/frames.js';
import type { Position } from '../../../src/protocol/positions.js';
import type { Entry } from '../engine/engine.js';
import { SharedFrame } from '../sockets/shared-frame.js';

/** Who gets a frame. */
export interface Receiver {
  /** The session's id. */
  readonly id: string;
  readonly dialect: Dialect;
  readonly groups: { covers(source: string, position: Position): boolean };
}

/** The frames of one entry, each built when the first session needs it and the same for all that do. */
export class EntryFrames {
  private full: SharedFrame | undefined;
  private plain: SharedFrame | undefined;
  private positionOnly: SharedFrame | undefined;

  /** @param of the source as clients know it, as JSON: `"user"`, `"group:songs"`, `"all"`. */
  constructor(
    private readonly entry: Entry,
    private readonly of: string,
  ) {}

  /** What `receiver` gets of the entry; undefined for nothing. */
  for(receiver: Receiver): SharedFrame | undefined {
    const { body } = this.entry;
    const isMeant = body !== undefined && this.isMeantFor(receiver);
    if (receiver.dialect === 'plain') {
      if (isMeant) this.plain ??= new SharedFrame(`{${body}}`);
      return isMeant ? this.plain : undefined;
    }
    if (isMeant) {
      this.full ??= new SharedFrame(`{${body},${this.place()}}`);
      return this.full;
    }
    this.positionOnly ??= new SharedFrame(`{${this.place()}}`);
    return this.positionOnly;
  }

  private isMeantFor({ id, groups }: Receiver): boolean {
    const { except, also } = this.entry;
    if (except?.includes(id)) return false;
    // It was sent to several groups, and one copy is enough.
    for (const source in also) if (groups.covers(source, also[source] as Position)) return false;
    return true;
  }

  private place(): string {
    return `"$of":${this.of},"$at":${JSON.stringify(this.entry.position)}`;
  }
}
