import type { Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";

type Limits = {
  /** How long a connection may be quiet before it is closed, in milliseconds: longer than its client keeps an idle one. */
  graceMs(socket: Socket): number;
  limitMs: number;
};

/**
 * Promise: `drain` lets no request fail. Connections that wait to be accepted are taken first, then no new one; every answer not yet begun says
 * `Connection: close`; open connections are served until they were quiet for their grace, since a request may be on its way on any of them. It
 * settles when none is left, at once where there is none, and after `limitMs` milliseconds at the latest: what is under way then is cut off.
 */
export function drainable(server: Server, { graceMs, limitMs }: Limits): () => Promise<void> {
  const connections = new Map<Socket, { underWay: Set<ServerResponse>; quietSince: number }>();
  let [accepted, closing] = [0, false];
  server.on("connection", (socket) => {
    accepted++;
    connections.set(socket, { underWay: new Set(), quietSince: performance.now() });
    socket.once("close", () => connections.delete(socket));
  });
  server.prependListener("request", ({ socket }, response) => {
    const connection = connections.get(socket);
    if (closing) saysClose(response);
    connection?.underWay.add(response);
    response.once("close", () => {
      connection?.underWay.delete(response);
      if (connection) connection.quietSince = performance.now();
    });
  });
  const closeQuiet = () => {
    for (const [socket, { underWay, quietSince }] of connections)
      if (underWay.size === 0 && performance.now() - quietSince >= graceMs(socket)) socket.destroy();
  };
  return async function drain() {
    const until = performance.now() + limitMs;
    await noneWaits(() => accepted);
    closing = true;
    // http's own close() would cut off what is on its way on idle connections.
    NetServer.prototype.close.call(server);
    for (const { underWay } of connections.values()) underWay.forEach(saysClose);
    while (connections.size > 0 && performance.now() < until) {
      await sleep(25);
      // What has arrived is read before a connection counts as quiet: after a long turn, timers come first.
      await turn();
      closeQuiet();
    }
    server.closeAllConnections();
  };
}

const CALM_MS = 1;
const PATIENCE_MS = 1_000;

/** The system resets what waits to be accepted when the port closes, and Node accepts one connection a turn: two short turns without one, and none waits. */
async function noneWaits(accepted: () => number): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (let calm = 0; calm < 2 && performance.now() < until; ) {
    const [before, began] = [accepted(), performance.now()];
    await turn();
    calm = accepted() === before && performance.now() - began < CALM_MS ? calm + 1 : 0;
  }
}

function saysClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}
