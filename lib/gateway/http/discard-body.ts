import type { IncomingMessage } from "node:http";
import { MAX_BODY_BYTES, maxChunks } from "./body";

/**
 * How much of an unread body is discarded before the connection is closed, so that the answer
 * reaches a client that is still sending.
 */
const MAX_DISCARDED_BYTES = 8 * MAX_BODY_BYTES;

/** Reads the rest of a body that nobody needs. `tooMany`: it comes in too many pieces. */
export function discardBody(message: IncomingMessage, tooMany: () => void): void {
  let [bytes, pieces] = [0, 0];
  const discard = (chunk: Buffer) => {
    bytes += chunk.length;
    pieces++;
    if (bytes > MAX_DISCARDED_BYTES) message.socket.destroy();
    else if (pieces > maxChunks(bytes)) {
      message.off("data", discard);
      tooMany();
    }
  };
  message.on("data", discard);
}
