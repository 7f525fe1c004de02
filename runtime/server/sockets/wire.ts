import type { Dialect } from '../../../src/protocol/frames.js';
import type { SharedFrame } from './shared-frame.js';

/**
 * The server's end of one open socket: the seam where `ws`, a test's in-memory pair or a simulated
 * network plug in.
 *
 * Guarantees: frames arrive at the other end whole and in the order of `send`, or not at all; what is
 * sent within one tick may leave in one write; nothing is delivered to the listener after `closed`,
 * which comes exactly once, whoever closed. `send`, `close` and `terminate` on a closed wire do nothing.
 */
export interface Wire {
  /** Bytes handed to `send` which the operating system has not taken yet. */
  readonly bufferedBytes: number;
  /** Tells by its change that the other end is there: bytes of it came, or it made room for ours on a full wire. */
  readonly movedBytes: number;
  /**
   * More was buffered than the limit, and has not all been taken yet. `drained` comes once when it has, unless the
   * wire closes first. A full wire is not read. What is sent meanwhile is buffered all the same.
   */
  readonly isFull: boolean;
  listen(listener: WireListener): void;
  /** A text for this receiver alone, or a frame that many receive and that is built once. */
  send(frame: string | SharedFrame): void;
  /** A protocol-level ping, which every WebSocket peer answers by itself. */
  ping(): void;
  /** Stops reading until `resume`; frames already read may still be delivered. */
  pause(): void;
  resume(): void;
  /** Closes politely: what was sent before still goes out. */
  close(code: number, reason: string): void;
  /** Ends at once. */
  terminate(): void;
}

export interface WireListener {
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** Any sign of life that is not a message: a protocol-level pong. */
  alive(): void;
  /** The wire was full and is empty again. */
  drained(): void;
  closed(code: number): void;
}

/** What was known of a socket when it was asked for: the upgrade request, reduced to plain data. */
export interface WireRequest {
  readonly dialect: Dialect;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Path and query as the client sent them. */
  readonly url: string;
  readonly remoteAddress: string;
  /** Whether the socket is encrypted (or a trusted proxy says so). */
  readonly secure: boolean;
}
