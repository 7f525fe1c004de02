import { frameBytes } from './frame-bytes.js';

/** A text frame for many receivers: framed at the first write, and once, however many there are. */
export class SharedFrame {
  private framed: Buffer | undefined;

  constructor(readonly text: string) {}

  get bytes(): Buffer {
    this.framed ??= frameBytes(this.text);
    return this.framed;
  }
}
