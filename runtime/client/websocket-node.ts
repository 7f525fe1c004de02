import { WebSocket as NodeWebSocket } from 'ws';
import type { WebSocketClass } from './websocket-class.js';

/** Node 20 has no WebSocket of its own. */
export const WebSocket = NodeWebSocket as unknown as WebSocketClass;
