import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "./errors";
import { type Body, type Headers, onlyValue } from "./request";

export const MOST_BODY_BYTES = 1024 * 1024;

export const wholeOf = (body: Body): Buffer => (body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body));

export const lengthOf = (body: Body): number => body.reduce((sum, { length }) => sum + length, 0);

/**
 * How many pieces a body of so many bytes may come in. Attack: chunks of one byte, each of which costs as much as a thousand bytes do: 8 Mbit/s of
 * them filled a processor. As they are bounded, they cost what as many bytes of ordinary requests would.
 */
export const mostPieces = (bytes: number): number => 1_000 + bytes / 64;

/** The client went away: there is nobody to answer. */
export class ClientGone extends Error {}

/** Whether what the request says of its body refuses it, before any of it is asked for. */
export const announcesTooMuch = (headers: Headers): boolean => Number(onlyValue(headers, "content-length") ?? 0) > MOST_BODY_BYTES;

/**
 * Reads a body of at most 1 MiB into memory, or says why not. `interrupt` is handed a way to end the reading with a problem
 * (time ran out, a chunk made no sense). Rejects with ClientGone.
 */
export function readBody(message: IncomingMessage, interrupt: (end: (problem: ErrorCode) => void) => void): Promise<Body | ErrorCode> {
  if (message.destroyed) return Promise.reject(new ClientGone());
  return new Promise((...ends) => {
    let pieces: Buffer[] = [];
    let length = 0;
    // The connection's next request may be long in coming, and until then this one is held: by these, the body would be too.
    let waiting: typeof ends | null = ends;
    const settle = (result: Body | ErrorCode | null) => {
      if (!waiting) return;
      const [resolve, reject] = waiting;
      waiting = null;
      // After the end of a body nothing more of it comes.
      if (typeof result === "string" || result === null) message.off("data", take).off("end", whole).off("close", gone);
      if (result === null) reject(new ClientGone());
      else resolve(result);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      pieces.push(chunk);
      if (length > MOST_BODY_BYTES) settle("payload_too_large");
      else if (pieces.length > mostPieces(length)) settle("bad_request");
    };
    const whole = () => {
      settle(pieces);
      pieces = [];
    };
    const gone = () => settle(null);
    interrupt(settle);
    // An error is followed by "close"; without a listener it would be thrown.
    message.on("data", take).on("end", whole).on("close", gone).on("error", ignore);
  });
}

const ignore = () => undefined;
