import type { Server } from "node:http";
import { Server as NetServer } from "node:net";

/** What Bun's http server hides: its listener, in a property named by a symbol. */
type Listener = { closeIdleConnections(): number; stop(): void };

/**
 * The one thing that Node and Bun do not do alike; all else of the gateway runs on either as it is.
 *
 * Answers how a listening server is told to take no new connections and to leave the open ones alone. On either runtime http's own close() would cut
 * off idle ones, and on any of them a request may be on its way. Throws where the runtime cannot: at the start, not when it is told to stop.
 */
export function listenerOf(server: Server): { shut(): void } {
  if (!process.versions.bun) return { shut: () => void NetServer.prototype.close.call(server) };
  const hidden = Object.getOwnPropertySymbols(server).map((symbol) => (server as unknown as Record<symbol, unknown>)[symbol]);
  const listener = hidden.find(isListener);
  if (!listener) throw new Error(`Bun ${process.versions.bun} cannot end without cutting clients off. Use Bun 1.4.5, or Node.`);
  return {
    shut() {
      listener.closeIdleConnections = () => 0;
      server.close();
    },
  };
}

const isListener = (value: unknown): value is Listener =>
  typeof value === "object" && value !== null && "closeIdleConnections" in value && "stop" in value;
