import type { Delivery } from '../../runtime/server/delivery/delivery.js';
import type { Session } from '../../runtime/server/delivery/session.js';
import type { Resume } from '../../src/protocol/frames.js';
import type { Position } from '../../src/protocol/positions.js';
import { FakeOutlet } from './fake-outlet.js';

type Frame = Record<string, unknown>;

/**
 * A client that takes the protocol at its word: it keeps its positions, handles each place of a source once, and
 * throws at a hole that it was not told of.
 */
export class TestVisitor {
  outlet = new FakeOutlet();
  session: Session;
  /** Calls in the order of handling, as `name(arguments)`. */
  handled: string[] = [];
  gaps: string[] = [];
  replies: Frame[] = [];
  seen: Record<string, Position> = {};
  left: Record<string, Position> = {};
  private read = 0;

  constructor(
    private delivery: Delivery,
    session: Session,
    private readonly proof: string,
  ) {
    this.session = session;
  }

  /** The first connection. */
  begin(): void {
    this.attach(false, undefined);
  }

  /** Takes in what has come, or the next `count` frames of it; the rest is on its way. */
  take(count = Number.POSITIVE_INFINITY): this {
    const frames = this.outlet.sent;
    const end = Math.min(frames.length, this.read + count);
    for (; this.read < end; this.read += 1) this.frame(frames[this.read] as Frame);
    return this;
  }

  /** The connection is gone, and with it what has not been taken in. */
  cut(): void {
    this.delivery.sessions.lost(this.session, this.outlet);
  }

  /** Comes back with what it knows. @returns whether its session goes on */
  async back({
    pending = [],
    at = this.delivery,
  }: {
    pending?: number[];
    at?: Delivery;
  } = {}): Promise<boolean> {
    this.delivery = at;
    const resume = this.resume(pending);
    const session = await at.sessions.find(resume, this.proof, this.session.user.id);
    if (session === undefined) return false;
    this.session = session;
    this.attach(true, resume);
    return true;
  }

  resume(pending: number[] = []): Resume {
    const { session, seen, left } = this;
    return { session: session.id, secret: 'secret', seen: { ...seen }, left: { ...left }, pending };
  }

  /** The frames of the present connection, the welcome aside. */
  get sent(): Frame[] {
    return this.outlet.sent.slice(1);
  }

  private attach(resumed: boolean, resume: Resume | undefined): void {
    this.outlet = new FakeOutlet();
    this.read = 0;
    const { sessions } = this.delivery;
    const welcome = { resumed, at: sessions.at(this.session, resumed) };
    sessions.attach(this.session, this.outlet, JSON.stringify({ $welcome: welcome }), resume);
  }

  private frame(frame: Frame): void {
    if ('$welcome' in frame)
      return this.welcomed(frame.$welcome as { resumed: boolean; at: Record<string, Position> });
    if ('$re' in frame) return void this.replies.push(frame);
    if ('$gap' in frame) {
      const { of, reason } = frame.$gap as { of: string; reason: string };
      this.gaps.push(`${of}: ${reason}`);
      delete this.seen[of];
    }
    if ('$left' in frame) {
      const source = frame.$left as string;
      const position = this.seen[source];
      if (position !== undefined) this.left[source] = position;
      delete this.seen[source];
    }
    const calls = Object.keys(frame).filter((key) => !key.startsWith('$'));
    if (frame.$at === undefined) {
      for (const name of calls) this.handled.push(`~${name}(${JSON.stringify(frame[name])})`);
      return;
    }
    if (!this.moves((frame.$of as string | undefined) ?? '', frame.$at as Position, calls.length > 0)) return;
    for (const name of calls) this.handled.push(`${name}(${JSON.stringify(frame[name])})`);
  }

  private welcomed({ resumed, at }: { resumed: boolean; at: Record<string, Position> }): void {
    if (!resumed) this.seen = { ...at };
  }

  /** @returns whether what stands at the position is to be handled */
  private moves(source: string, position: Position, hasCalls: boolean): boolean {
    const known = this.seen[source];
    const isSameGeneration = known?.[0] === position[0];
    if (known !== undefined && isSameGeneration && position[1] <= known[1]) return false;
    const isNext = isSameGeneration && known !== undefined && position[1] === known[1] + 1;
    const isBaseline = known === undefined || (!hasCalls && !isSameGeneration);
    if (!isNext && !isBaseline)
      throw new Error(`A hole in "${source}": at ${String(known)} came ${String(position)}`);
    this.seen[source] = position;
    delete this.left[source];
    return true;
  }
}
