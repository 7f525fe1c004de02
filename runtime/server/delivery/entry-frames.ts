import type { Dialect } from '../../../src/protocol/frames.js';
import type { Entry } from '../engine/engine.js';
import { SharedFrame } from '../sockets/shared-frame.js';

/** Who gets a frame. */
export interface Receiver {
  /** The session's id. */
  readonly id: string;
  readonly dialect: Dialect;
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
    const isMeant = !this.entry.except?.includes(receiver.id);
    if (receiver.dialect === 'plain') {
      if (isMeant) this.plain ??= new SharedFrame(`{${this.entry.body}}`);
      return isMeant ? this.plain : undefined;
    }
    if (isMeant) {
      this.full ??= new SharedFrame(`{${this.entry.body},${this.place()}}`);
      return this.full;
    }
    this.positionOnly ??= new SharedFrame(`{${this.place()}}`);
    return this.positionOnly;
  }

  private place(): string {
    return `"$of":${this.of},"$at":${JSON.stringify(this.entry.position)}`;
  }
}
