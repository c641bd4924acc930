import { isUtf8 } from "node:buffer";
import { MOST_BODY_BYTES } from "./body";
import { JSON_WASM } from "./json-wasm";
import type { Body } from "./request";

/** Deeper than any request of the API, and shallow enough for whatever parser comes behind the gateway. */
export const MOST_DEPTH = 1_000;

type Compiled = { memory: WebAssembly.Memory; isJson(length: number, mostDepth: number): number };

const { memory, isJson: isJsonText } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(JSON_WASM, "base64")))
  .exports as unknown as Compiled;
/** Written anew by each body, none of which is interrupted. */
const room = Buffer.from(memory.buffer);
/** So that nothing is read past the end of a text. */
const ZEROS = 16;

/**
 * Whether a body is UTF-8 and one JSON text (RFC 8259), as JSON.parse reads it, of at most 1,000 arrays and objects within one another.
 *
 * Promise: each byte is looked at a few times and nothing is kept of it, so that no body costs more than another of its length. In WebAssembly, since
 * JavaScript takes twice as long for it as OpenSSL for the body's HMAC.
 * Attack: to JSON.parse a mebibyte of "[" is a second of everybody's time, and objects by the hundred thousand are garbage to collect.
 */
export function isJson(body: Body): boolean {
  let length = 0;
  for (const piece of body) {
    if (length + piece.length > MOST_BODY_BYTES) return false;
    room.set(piece, length);
    length += piece.length;
  }
  room.fill(0, length, length + ZEROS);
  const [only, second] = body;
  return isUtf8(only && !second ? only : room.subarray(0, length)) && isJsonText(length, MOST_DEPTH) === 1;
}
