/**
 * The client's end of one socket: the seam where the platform's WebSocket, a test's in-memory pair or a
 * simulated network plug in.
 *
 * Guarantees: `opened` comes at most once and before any `text`; frames arrive whole and in order, or not
 * at all; `closed` comes exactly once, whoever closed, also where the socket never opened, and nothing
 * comes after it. None of them comes before `listen` has returned. `send` and `close` on a closed socket
 * do nothing.
 */
export interface ClientSocket {
  listen(listener: SocketListener): void;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface SocketListener {
  opened(): void;
  text(text: string): void;
  closed(code: number, reason: string): void;
}

/** Begins to open a socket. May throw where the address cannot be dialled at all. */
export type SocketFactory = (url: string, protocol: string) => ClientSocket;
