import type { Duplex } from "node:stream";

const LAST_MS = 500;

/**
 * Reads nothing more from a connection whose last answer was written, and closes it half a second
 * later. The answer needs this time to arrive: closing a socket with unread data discards what was
 * sent. Attack: a client never closes its side, to keep the server's connection open.
 */
export function releaseConnection(socket: Duplex): void {
  socket.pause();
  const timer = setTimeout(() => socket.destroy(), LAST_MS);
  socket.once("close", () => clearTimeout(timer));
}
