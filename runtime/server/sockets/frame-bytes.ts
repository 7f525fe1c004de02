/**
 * WebSocket text frames as a server writes them (RFC 6455, section 5.2): final, unmasked, with the
 * payload length in 7, 16 or 64 bits.
 */

/** The bytes of `text` as one frame. */
export function frameBytes(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerLength(length) + length);
  writeFrame(frame, 0, text, length);
  return frame;
}

/** How long a frame of `text` will be, payload and header apart. */
export function headerLength(payloadLength: number): number {
  return payloadLength < 126 ? 2 : payloadLength < 65_536 ? 4 : 10;
}

/** Writes `text` as a frame at `offset`; `length` is its UTF-8 length. Returns the offset behind it. */
export function writeFrame(target: Buffer, offset: number, text: string, length: number): number {
  target[offset] = 0x81;
  if (length < 126) {
    target[offset + 1] = length;
    offset += 2;
  } else if (length < 65_536) {
    target[offset + 1] = 126;
    target.writeUInt16BE(length, offset + 2);
    offset += 4;
  } else {
    target[offset + 1] = 127;
    target.writeUInt32BE(Math.floor(length / 4_294_967_296), offset + 2);
    target.writeUInt32BE(length >>> 0, offset + 6);
    offset += 10;
  }
  target.write(text, offset, length, 'utf8');
  return offset + length;
}
