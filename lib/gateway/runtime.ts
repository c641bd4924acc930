import type { Server } from "node:http";
import { Server as NetServer } from "node:net";

/** Bun's listener, which its http server holds in a property named by a symbol. */
type Listener = { closeIdleConnections(): number; stop(): void };

/**
 * The one difference between Node and Bun: the rest of the gateway runs unchanged on both.
 *
 * Returns a handle that stops a server from accepting new connections and keeps the open ones.
 * http's own close() also closes idle connections on either runtime, although a request may
 * already be on its way on one of them.
 * @throws if the runtime cannot do this. Called at the start, so that it does not fail at the stop.
 */
export function listenerOf(server: Server): { shut(): void } {
  if (!process.versions.bun) return { shut: () => void NetServer.prototype.close.call(server) };
  const hidden = Object.getOwnPropertySymbols(server).map(
    (symbol) => (server as unknown as Record<symbol, unknown>)[symbol],
  );
  const listener = hidden.find(isListener);
  if (!listener)
    throw new Error(`Bun ${process.versions.bun} cannot end without cutting clients off. Use Bun 1.4.5, or Node.`);
  return {
    shut() {
      listener.closeIdleConnections = () => 0;
      server.close();
    },
  };
}

const isListener = (value: unknown): value is Listener =>
  typeof value === "object" && value !== null && "closeIdleConnections" in value && "stop" in value;
