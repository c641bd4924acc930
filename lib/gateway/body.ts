import type { IncomingMessage } from "node:http";
import type { Problem } from "./problems";

export const MOST_BODY_BYTES = 1024 * 1024;

/** The client went away: there is nobody to answer. */
export class ClientGone extends Error {}

/** Whether the body's own announcement refuses it, before any of it is asked for. */
export const announcesTooMuch = (message: IncomingMessage): boolean => Number(message.headers["content-length"] ?? 0) > MOST_BODY_BYTES;

/**
 * Reads a body of at most 1 MiB into memory, or says why not. `interrupt` is handed a way to end the reading with a problem
 * (time ran out, a chunk made no sense). Rejects with ClientGone.
 */
export function readBody(message: IncomingMessage, interrupt: (end: (problem: Problem) => void) => void): Promise<Buffer | Problem> {
  if (message.destroyed) return Promise.reject(new ClientGone());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (result: Buffer | Problem) => {
      message.removeAllListeners("data");
      resolve(result);
    };
    interrupt(settle);
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > MOST_BODY_BYTES) settle("payload_too_large");
    });
    message.on("end", () => settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)));
    message.on("error", () => reject(new ClientGone()));
    message.on("close", () => reject(new ClientGone()));
  });
}
