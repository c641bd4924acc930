import type { Duplex } from "node:stream";

const LAST_MS = 500;

/**
 * Ends a connection to which everything was said. Nothing more is read from it; what was said has a moment to arrive, since closing with something
 * unread takes it back. Attack: a client that never closes its end, and holds a place for as long as that is waited for.
 */
export function releaseConnection(socket: Duplex): void {
  socket.pause();
  const timer = setTimeout(() => socket.destroy(), LAST_MS);
  socket.once("close", () => clearTimeout(timer));
}
