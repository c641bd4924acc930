import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { responseHeaders } from "../proxy/headers";
import type { Receiver } from "../proxy/upstream";
import { runWithTick } from "./tick-batch";

type Connection = {
  /** Whether the connection closes with this answer. */
  closes(): boolean;
  /** Whether the client sent something malformed or too late. */
  isBroken(): boolean;
};

/**
 * Passes an upstream's answer on as it arrives, and no faster than the client reads it. The
 * request's body was read before.
 */
export function passOn(
  response: ServerResponse,
  socket: Socket,
  requestId: string,
  { closes, isBroken }: Connection,
): Receiver {
  // The chunks that arrive in the same turn of the event loop as the head, at most one read's
  // worth; null once they are written.
  let first: Buffer[] | null = [];
  let ended = false;
  const end = () => {
    // The listener keeps the forwarded request in memory, and the next request on this
    // connection may be far off.
    response.removeAllListeners("drain");
    response.end();
    if (isBroken()) socket.destroySoon();
  };
  return {
    begin: (status, rawHeaders, resume) => {
      const lines = responseHeaders(rawHeaders, requestId);
      if (closes()) lines.push("Connection", "close");
      // Throws here, and not among the tasks of other requests, if a header must not reach a
      // client.
      response.writeHead(status, lines);
      response.on("drain", resume);
      runWithTick(() => {
        const chunks = first ?? [];
        first = null;
        // The answer was cut off, or the client has gone.
        if (socket.destroyed) return;
        for (const chunk of chunks) response.write(chunk);
        if (ended) end();
        else if (chunks.length === 0) response.flushHeaders();
      });
    },
    write: (chunk) => {
      if (first === null) return response.write(chunk);
      first.push(chunk);
      return true;
    },
    end: () => {
      ended = true;
      if (first === null) end();
    },
  };
}
