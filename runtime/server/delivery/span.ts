import type { Position } from '../../../src/protocol/positions.js';

/** Since when a session follows a source: what decides where a client that comes back goes on in it. */
export class Span {
  /** Where a gap has moved the beginning: nothing before it is sent any more. */
  private moved: Position | undefined;
  /** Generations in which the source went on, behind the one of `from`. Made when first needed. */
  private later: Set<string> | undefined;

  /**
   * @param from undefined where it is not known: the session began in another process.
   * @param restart where an earlier gap has moved the beginning
   */
  constructor(
    readonly from: Position | undefined,
    restart?: Position,
  ) {
    if (restart !== undefined) this.gapped(restart);
  }

  get restart(): Position | undefined {
    return this.moved;
  }

  /** The client has been told that it missed what was before `position`. */
  gapped(position: Position): void {
    this.moved = position;
    this.goesOn(position[0]);
  }

  /** The source has, or had by the end of the span, this generation. */
  goesOn(generation: string): void {
    if (this.from === undefined || this.from[0] === generation) return;
    this.later ??= new Set();
    this.later.add(generation);
  }

  /** Where a client begins that has handled nothing of the span. */
  get beginning(): Position | undefined {
    return this.moved ?? this.from;
  }

  /**
   * Whether something may be missing before the beginning that the client has not been told of. A second notice of one gap
   * does no harm; none would.
   */
  get beginsWithGap(): boolean {
    return this.moved !== undefined || this.from === undefined;
  }

  /**
   * Whether a client's position can be one that it was given in this span. One of an earlier span, or of another
   * user's source, says nothing here.
   */
  includes(position: Position, head: Position | undefined): boolean {
    const { beginning } = this;
    if (beginning === undefined) return true;
    if (position[0] === beginning[0]) return position[1] >= beginning[1];
    // The source's generation has changed since; whether it goes on is for the engine to say.
    return head !== undefined && head[0] !== beginning[0];
  }

  /**
   * Whether what stands at a position was given a place during the span.
   *
   * @param until where the span ended @default it goes on
   */
  covers(position: Position, until?: Position): boolean {
    const { from, later } = this;
    if (from === undefined) return false;
    const [generation, number] = position;
    const hasBegun = generation === from[0] ? number > from[1] : later?.has(generation) === true;
    return hasBegun && (until === undefined || generation !== until[0] || number <= until[1]);
  }
}
