/**
 * As much of the WebSocket interface as the client uses, the same in browsers and in `ws`, so that the
 * files beside this one need neither DOM nor Node types.
 */
export interface WebSocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;
