import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { drainAcceptQueue } from "./drain-accept-queue";

type Handle = (request: IncomingMessage, response: ServerResponse) => void;
type Limits = {
  /**
   * How long a connection may be quiet before it is closed, in milliseconds. Longer than its
   * client keeps an idle connection.
   */
  graceMs(socket: Socket): number;
  limitMs: number;
};

/**
 * Handles the server's requests with `handle`. Returns the function that ends the server.
 *
 * Promise: `drain` lets no request fail. It first accepts the connections that are waiting, then
 * no new ones. Every answer not yet begun says `Connection: close`. Open connections are served
 * until they have been quiet for their grace time, because a request may be on its way on any of
 * them. `drain` resolves when no connection is left, or after `limitMs` milliseconds: then it
 * cuts off the rest.
 */
export function withGracefulShutdown(
  server: Server,
  handle: Handle,
  { graceMs, limitMs }: Limits,
): () => Promise<void> {
  const connections = new Map<Socket, { unanswered: Set<ServerResponse>; quietSince: number }>();
  const held: (() => void)[] = [];
  let stage: "open" | "holding" | "closed" = "open";
  server.on("connection", (socket) => {
    connections.set(socket, { unanswered: new Set(), quietSince: performance.now() });
    socket.once("close", () => connections.delete(socket));
  });
  server.on("request", (request, response) => {
    const connection = connections.get(request.socket);
    if (stage === "closed") saysClose(response);
    connection?.unanswered.add(response);
    response.once("close", () => {
      connection?.unanswered.delete(response);
      if (connection) connection.quietSince = performance.now();
    });
    if (stage === "holding") held.push(() => handle(request, response));
    else handle(request, response);
  });
  const closeQuiet = () => {
    for (const [socket, { unanswered, quietSince }] of connections)
      if (unanswered.size === 0 && performance.now() - quietSince >= graceMs(socket)) socket.destroy();
  };
  return async function drain() {
    const until = performance.now() + limitMs;
    // No request starts now, so that turns are short.
    stage = "holding";
    await drainAcceptQueue(server);
    stage = "closed";
    // http's own close() would cut off requests that are on their way on idle connections.
    NetServer.prototype.close.call(server);
    for (const { unanswered } of connections.values()) unanswered.forEach(saysClose);
    for (const begin of held) begin();
    while (connections.size > 0 && performance.now() < until) {
      await sleep(25);
      // Read what has arrived before a connection counts as quiet: after a long turn, timers run
      // first.
      await turn();
      closeQuiet();
    }
    server.closeAllConnections();
  };
}

function saysClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}
