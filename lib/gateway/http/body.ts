import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "./errors";
import { type Body, type Headers, onlyValue } from "./request";

export const MAX_BODY_BYTES = 1024 * 1024;

export const wholeOf = (body: Body): Buffer => (body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body));

export const lengthOf = (body: Body): number => body.reduce((sum, { length }) => sum + length, 0);

/**
 * The most pieces in which a body of this many bytes may arrive. Attack: chunks of one byte, each
 * of which costs as much as a thousand bytes: 8 Mbit/s of them kept a processor busy. With this
 * bound, such a body costs no more than ordinary requests of the same number of bytes.
 * @param free this many may be as small as they like
 */
export const maxChunks = (bytes: number, free = FREE_CHUNKS): number => free + bytes / 64;

export const FREE_CHUNKS = 1_000;

/** The client went away: there is nobody to answer. */
export class ClientGone extends Error {}

/** The announced length of a body; 0 if there is none. */
export const contentLengthOf = (headers: Headers): number => Number(onlyValue(headers, "content-length") ?? 0);

/**
 * Whether the announced length is too large, so that the request is refused before its body is
 * read.
 */
export const contentLengthIsTooLarge = (headers: Headers): boolean => contentLengthOf(headers) > MAX_BODY_BYTES;

/**
 * Reads a body of at most 1 MiB into memory, or resolves to the reason why not. `interrupt`
 * receives a function that ends the reading with an error code (timeout, malformed chunk).
 * `tooMany` is called when the body comes in too many chunks, and must call that function.
 * @throws ClientGone
 */
export function readBody(
  message: IncomingMessage,
  interrupt: (end: (problem: ErrorCode) => void) => void,
  tooMany: () => void,
): Promise<Body | ErrorCode> {
  if (message.destroyed) return Promise.reject(new ClientGone());
  return new Promise((...ends) => {
    let pieces: Buffer[] = [];
    let length = 0;
    // Set to null once settled. The connection keeps this message until its next request, which
    // may be far off, and these callbacks would keep the body in memory with it.
    let waiting: typeof ends | null = ends;
    const settle = (result: Body | ErrorCode | null) => {
      if (!waiting) return;
      const [resolve, reject] = waiting;
      waiting = null;
      // After a complete body no more events follow.
      if (typeof result === "string" || result === null) message.off("data", take).off("end", whole).off("close", gone);
      if (result === null) reject(new ClientGone());
      else resolve(result);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      pieces.push(chunk);
      if (length > MAX_BODY_BYTES) settle("payload_too_large");
      else if (pieces.length > maxChunks(length)) tooMany();
    };
    const whole = () => {
      settle(pieces);
      pieces = [];
    };
    const gone = () => settle(null);
    interrupt(settle);
    // "close" follows every error. Without a listener the error would be thrown.
    message.on("data", take).on("end", whole).on("close", gone).on("error", ignore);
  });
}

const ignore = () => undefined;
