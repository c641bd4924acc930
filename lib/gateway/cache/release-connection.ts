import type { Duplex } from "node:stream";

const LAST_MS = 500;

/**
 * Closes a connection after its last answer was written. Reads nothing more from it. The answer
 * has half a second to arrive, because closing a socket with unread data discards what was sent.
 * Attack: a client never closes its side, and holds the connection for as long as the gateway
 * waits.
 */
export function releaseConnection(socket: Duplex): void {
  socket.pause();
  const timer = setTimeout(() => socket.destroy(), LAST_MS);
  socket.once("close", () => clearTimeout(timer));
}
