/** Bytes as text, in Node, in browsers and in workers alike. */

/** What Node has to do it fast. Named here, since these files know neither Node's types nor a page's. */
interface NodeBuffer {
  readonly buffer: ArrayBuffer;
  toString(encoding: 'base64'): string;
}

interface NodeBufferClass {
  from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> & NodeBuffer;
  from(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array<ArrayBuffer> & NodeBuffer;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export function toBase64(bytes: Uint8Array): string {
  const node = nodeBuffer();
  if (node) return node.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Undefined: the text is not base64, padding included. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!base64.test(text)) return undefined;
  const node = nodeBuffer();
  // A copy: Node cuts small buffers from a shared one, of which `bytes.buffer` would show the rest.
  if (node) return new Uint8Array(node.from(text, 'base64'));
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The same bytes as Node's own class where there is one. */
export function asBuffer(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  return nodeBuffer()?.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) ?? bytes;
}

function nodeBuffer(): NodeBufferClass | undefined {
  return (globalThis as { Buffer?: NodeBufferClass }).Buffer;
}
