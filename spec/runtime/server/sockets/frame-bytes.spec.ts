import { expect, test } from '@jest/globals';
import * as ws from 'ws';
import { frameBytes, headerLength, writeFrame } from '../../../../runtime/server/sockets/frame-bytes.js';

/** The frame parser of `ws`, which its types keep to themselves. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: object) => NodeJS.WritableStream;
};

/** What a WebSocket peer reads from these bytes. */
function read(bytes: Buffer): string[] {
  const texts: string[] = [];
  const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true });
  receiver.on('message', (data: Buffer) => texts.push(data.toString()));
  receiver.write(bytes);
  return texts;
}

test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a text of %d bytes arrives as it was', (length) => {
  const text = 'x'.repeat(length);
  const bytes = frameBytes(text);
  expect(bytes).toHaveLength(headerLength(length) + length);
  expect(read(bytes)).toEqual([text]);
});

test('lengths are counted in bytes, not in characters', () => {
  const text = 'Ærøskøbing 🎵'.repeat(20);
  expect(read(frameBytes(text))).toEqual([text]);
});

test('frames written one behind the other are read as two', () => {
  const target = Buffer.alloc(2 * (2 + 3));
  const behindFirst = writeFrame(target, 0, 'one', 3);
  writeFrame(target, behindFirst, 'two', 3);
  expect(read(target)).toEqual(['one', 'two']);
});
