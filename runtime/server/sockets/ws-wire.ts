import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { frameBytes, headerLength, writeFrame } from './frame-bytes.js';
import type { SharedFrame } from './shared-frame.js';
import type { Wire, WireListener } from './wire.js';

/** Up to here the frames of one tick are copied into one buffer; beyond it copying costs more than it saves. */
const mergeLimit = 65_536;

/** Bytes a wire may hold before it is full. @see WsWire */
export const defaultBufferLimit = 262_144;

/** Below it a socket says nothing when it has drained: the most that Node takes for its high-water mark. */
export const leastBufferLimit = 65_536;

/**
 * A wire over a real socket. `ws` parses what comes in and answers pings and closes; our frames are
 * built here and written to the socket itself, all those of one tick in one write. The two writers
 * do not mix within a frame, since without compression `ws` writes each of its frames whole.
 *
 * While it is full its peer is not read: one that calls and never reads would fill our memory with replies. Its
 * silence then tells the heartbeat what it is.
 */
export class WsWire implements Wire {
  private readonly pending: (string | SharedFrame)[] = [];
  private pendingLength = 0;
  private paused = false;
  /** From the flush that left too much behind until the socket has taken it. */
  private draining = false;

  constructor(
    private readonly ws: OwnedWebSocket,
    private readonly socket: CountingSocket,
    private readonly bufferLimit = defaultBufferLimit,
  ) {
    // From the first moment: a wire that is turned away never gets a listener, and an unheard error would
    // end the process.
    ws.on('error', onError);
  }

  get bufferedBytes(): number {
    return this.socket.writableLength + this.pendingLength;
  }

  get movedBytes(): number {
    const { bytesRead = 0, bytesWritten = 0, writableLength } = this.socket;
    // While nothing is held up, the system's buffer takes our bytes whether or not the other end is still there.
    return bytesRead + (this.draining ? bytesWritten - writableLength : 0);
  }

  get isFull(): boolean {
    return this.draining || this.bufferedBytes > this.bufferLimit;
  }

  /** Attaches functions shared by all wires, which find their listener on the socket: none is made per connection. */
  listen(listener: WireListener): void {
    this.ws[owner] = listener;
    this.ws.on('message', onMessage).on('ping', onAlive).on('pong', onAlive).on('close', onClose);
  }

  send(frame: string | SharedFrame): void {
    if (this.ws.readyState !== this.ws.OPEN) return;
    // `nextTick` runs once the microtasks of this turn are done: replies that resolve together leave together.
    if (this.pending.length === 0) process.nextTick(flush, this);
    this.pending.push(frame);
    this.pendingLength += typeof frame === 'string' ? frame.length : frame.text.length;
  }

  ping(): void {
    if (this.ws.readyState !== this.ws.OPEN) return;
    this.flush();
    this.ws.ping();
  }

  pause(): void {
    this.paused = true;
    this.ws.pause();
  }

  resume(): void {
    this.paused = false;
    if (!this.draining) this.ws.resume();
  }

  close(code: number, reason: string): void {
    this.flush();
    this.ws.close(code, reason);
  }

  terminate(): void {
    this.ws.terminate();
  }

  flush(): void {
    const { pending } = this;
    const [first] = pending;
    if (first === undefined) return;
    if (this.ws.readyState === this.ws.OPEN) {
      // Whoever saw the wire full within this turn waits for `drained`, also if the socket takes all at once.
      const wasFull = this.isFull;
      if (pending.length === 1) this.socket.write(bytesOf(first));
      else this.writeTogether();
      if (wasFull || this.socket.writableLength > this.bufferLimit) this.awaitDrain();
    }
    pending.length = 0;
    this.pendingLength = 0;
  }

  private awaitDrain(): void {
    if (this.draining) return;
    this.draining = true;
    this.ws.pause();
    // A socket that took all of it at once has nothing to tell.
    if (this.socket.writableLength === 0) process.nextTick(drained, this);
    else this.socket.once('drain', () => this.drained());
  }

  drained(): void {
    this.draining = false;
    // Also of one that is being closed: the other side's goodbye is yet to be read.
    if (!this.paused) this.ws.resume();
    if (this.ws.readyState === this.ws.OPEN) this.ws[owner]?.drained();
  }

  private writeTogether(): void {
    const lengths = this.pending.map((frame) => (typeof frame === 'string' ? Buffer.byteLength(frame) : -1));
    let total = 0;
    for (const [index, frame] of this.pending.entries()) {
      const length = lengths[index] as number;
      total += typeof frame === 'string' ? headerLength(length) + length : frame.bytes.length;
    }
    if (total > mergeLimit) {
      this.socket.cork();
      for (const frame of this.pending) this.socket.write(bytesOf(frame));
      this.socket.uncork();
      return;
    }
    const merged = Buffer.allocUnsafe(total);
    let offset = 0;
    for (const [index, frame] of this.pending.entries()) {
      offset =
        typeof frame === 'string'
          ? writeFrame(merged, offset, frame, lengths[index] as number)
          : offset + frame.bytes.copy(merged, offset);
    }
    this.socket.write(merged);
  }
}

const owner = Symbol('wire listener');

/** A socket of the network counts its bytes. */
type CountingSocket = Duplex & Partial<Pick<Socket, 'bytesRead' | 'bytesWritten'>>;

/** A `ws` socket with its wire's listener on it. */
type OwnedWebSocket = WebSocket & { [owner]?: WireListener };

function flush(wire: WsWire): void {
  wire.flush();
}

function drained(wire: WsWire): void {
  wire.drained();
}

function bytesOf(frame: string | SharedFrame): Buffer {
  return typeof frame === 'string' ? frameBytes(frame) : frame.bytes;
}

function onMessage(this: OwnedWebSocket, data: Buffer, isBinary: boolean): void {
  if (isBinary) this[owner]?.binary(data);
  else this[owner]?.text(data.toString());
}

function onAlive(this: OwnedWebSocket): void {
  this[owner]?.alive();
}

function onClose(this: OwnedWebSocket, code: number): void {
  this[owner]?.closed(code);
}

/** `ws` closes by itself after an error, with the code that says why. */
function onError(): void {}
