import type { WebSocketClass } from './websocket-class.js';

/** The platform's own WebSocket: browsers, workers, Deno, Bun. */
export const WebSocket: WebSocketClass = (globalThis as unknown as { WebSocket: WebSocketClass }).WebSocket;
