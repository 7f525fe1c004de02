import { WebSocket } from '#websocket';
import type { ClientSocket, SocketFactory } from './socket.js';

/** Opens a socket with the WebSocket of the platform. */
export const openSocket: SocketFactory = (url, protocol): ClientSocket => {
  const socket = new WebSocket(url, protocol);
  return {
    listen(listener) {
      socket.onopen = () => listener.opened();
      socket.onmessage = ({ data }) => {
        if (typeof data === 'string') listener.text(data);
      };
      socket.onclose = ({ code, reason }) => listener.closed(code, reason);
      // A close follows every error and says more; `ws` throws errors that nobody listens to.
      socket.onerror = () => {};
    },
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
  };
};
