import { closeCodes } from '../../../src/protocol/close-codes.js';
import type { Dialect, Message } from '../../../src/protocol/frames.js';
import { isControl, parseFrame } from '../../../src/protocol/message.js';
import { type Rate, TokenBucket } from '../../../src/token-bucket.js';
import type { Beating, Heartbeat } from './heartbeat.js';
import type { SharedFrame } from './shared-frame.js';
import type { Wire, WireListener, WireRequest } from './wire.js';

/**
 * What a connection asks of whoever handles its messages. Nothing of it may throw.
 *
 * @typeParam Owner who the connection belongs to once it is known, kept on the connection.
 */
export interface ConnectionDelegate<Owner> {
  message(connection: Connection<Owner>, message: Message): void;
  /** A text frame that is not a message, or one of more calls than a frame may hold. */
  malformed(connection: Connection<Owner>, fault: FrameFault): void;
  binary(connection: Connection<Owner>, bytes: Uint8Array): void;
  /** The handshake took too long. */
  late(connection: Connection<Owner>): void;
  /** It was full and has taken everything. Comes once for each time it was full, never once it is being closed. */
  drained(connection: Connection<Owner>): void;
  /** It sent more messages than it may, and is being closed for it. */
  flooded(connection: Connection<Owner>): void;
  /** Comes once, whoever closed. */
  closed(connection: Connection<Owner>, code: number): void;
}

export type FrameFault = 'no message' | 'too many calls';

/** A frame is handled in one go, and everybody else waits meanwhile: what it may ask for has an end. */
export const maxCallsInFrame = 4_096;

/** One socket: reads messages, writes frames, shows signs of life. It knows no actions and no sessions. */
export class Connection<Owner> implements WireListener, Beating {
  owner: Owner | undefined = undefined;
  receivedAt = 0;
  sentAt = 0;
  slot = 0;
  /** How to handle what came while the handshake, say, was under way. */
  private held: (() => void)[] | undefined = undefined;
  private open = true;
  private closing = false;
  private movedAtPing = 0;
  private readonly bucket: TokenBucket | undefined;

  /** @param rate how many messages may come; undefined: any number */
  constructor(
    readonly dialect: Dialect,
    readonly request: WireRequest,
    private readonly wire: Wire,
    private readonly heartbeat: Heartbeat,
    private readonly delegate: ConnectionDelegate<Owner>,
    rate?: Rate,
  ) {
    this.bucket = rate && new TokenBucket(rate, heartbeat.now);
    wire.listen(this);
    heartbeat.add(this);
  }

  get remoteAddress(): string {
    return this.request.remoteAddress;
  }

  get introduced(): boolean {
    return this.owner !== undefined;
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Whether it has more to take than it should: what can wait is better kept until `drained`. */
  get isFull(): boolean {
    return this.wire.isFull;
  }

  /** Makes the connection `owner`'s: from now on it is watched for silence. */
  introduce(owner: Owner): void {
    this.owner = owner;
    if (!this.open) return;
    this.heartbeat.remove(this);
    this.heartbeat.add(this);
  }

  send(frame: string | SharedFrame): void {
    this.sentAt = this.heartbeat.tick;
    this.wire.send(frame);
  }

  /** What still comes in is ignored, but read: among it is the other side's goodbye. */
  close(code: number, reason: string): void {
    this.closing = true;
    this.held = undefined;
    this.wire.resume();
    this.wire.close(code, reason);
  }

  terminate(): void {
    this.wire.terminate();
  }

  /** Whether what comes in is kept. */
  get isHeld(): boolean {
    return this.held !== undefined;
  }

  /**
   * Keeps what comes in until `release`, and stops reading, so that a peer cannot fill our memory meanwhile.
   *
   * @param first is handled before all that is kept: something that has come, and cannot be handled yet
   */
  hold(first?: () => void): void {
    this.held ??= [];
    if (first !== undefined) this.held.unshift(first);
    this.wire.pause();
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    this.wire.resume();
    for (let handle = held.shift(); handle !== undefined && !this.closing; handle = held.shift()) {
      handle();
      if (this.keeps(held)) return;
    }
  }

  // Wire listener

  text(text: string): void {
    this.receivedAt = this.heartbeat.tick;
    // Asked before the text is parsed, which is what a flood would cost us.
    if (this.closing || !this.spend(1)) return;
    const messages = parseFrame(text);
    if (messages === undefined || messages.length === 0)
      return this.inTurn(() => this.delegate.malformed(this, 'no message'));
    const weight = weightOf(messages);
    if (weight > maxCallsInFrame) return this.inTurn(() => this.delegate.malformed(this, 'too many calls'));
    if (!this.spend(weight - 1)) return;
    for (const message of messages) {
      if (this.closing) return;
      if (this.held === undefined) this.delegate.message(this, message);
      else this.held.push(() => this.delegate.message(this, message));
    }
  }

  binary(bytes: Uint8Array): void {
    this.receivedAt = this.heartbeat.tick;
    if (this.closing || !this.spend(1)) return;
    this.inTurn(() => this.delegate.binary(this, bytes));
  }

  alive(): void {
    this.receivedAt = this.heartbeat.tick;
  }

  drained(): void {
    this.receivedAt = this.heartbeat.tick;
    if (!this.closing) this.delegate.drained(this);
  }

  closed(code: number): void {
    this.open = false;
    this.held = undefined;
    this.heartbeat.remove(this);
    this.delegate.closed(this, code);
  }

  // Heartbeat

  ping(): void {
    this.sentAt = this.heartbeat.tick;
    this.movedAtPing = this.wire.movedBytes;
    if (this.dialect === 'plain') this.wire.ping();
    else this.wire.send('{"$ping":1}');
  }

  /** A slow peer answers late: our ping, or its answer, waits behind what is still under way. */
  isMoving(): boolean {
    const moved = this.wire.movedBytes;
    if (moved === this.movedAtPing) return false;
    this.movedAtPing = moved;
    return true;
  }

  dead(): void {
    this.wire.terminate();
  }

  late(): void {
    this.delegate.late(this);
  }

  /** @returns whether so many messages may come now; where they may not, the connection is being closed. */
  private spend(count: number): boolean {
    if (this.bucket === undefined || this.bucket.take(count, this.heartbeat.now)) return true;
    this.close(this.dialect === 'plain' ? 1008 : closeCodes.rateLimited, 'Too many messages');
    this.delegate.flooded(this);
    return false;
  }

  /** What was held waits on where one of it has begun to hold anew, behind what that one holds. */
  private keeps(rest: readonly (() => void)[]): boolean {
    this.held?.push(...rest);
    return this.held !== undefined;
  }

  /** Now, or behind what is held. */
  private inTurn(handle: () => void): void {
    if (this.held === undefined) handle();
    else this.held.push(handle);
  }
}

/** What a frame asks for: its calls, or its messages where they are more. */
function weightOf(messages: readonly Message[]): number {
  if (messages.length > maxCallsInFrame) return messages.length;
  let calls = 0;
  for (const message of messages) {
    for (const key in message) if (!isControl(key)) calls += 1;
  }
  return Math.max(messages.length, calls);
}
