import { isUtf8 } from "node:buffer";
import { MAX_BODY_BYTES } from "./body";
import { JSON_WASM } from "./json-wasm";
import type { Body } from "./request";

/** Deeper than any request of the API, and shallow enough for any parser behind the gateway. */
export const MAX_DEPTH = 1_000;

type Compiled = { memory: WebAssembly.Memory; isJson(length: number, mostDepth: number): number };

const { memory, isJson: isJsonText } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(JSON_WASM, "base64")),
).exports as unknown as Compiled;
/** Shared by all bodies: nothing interrupts the check of one body. */
const room = Buffer.from(memory.buffer);
/** Zeros after the text, so that nothing is read past its end. */
const ZEROS = 16;

/**
 * Whether a body is UTF-8 and one JSON text (RFC 8259), as JSON.parse accepts it, nested at most
 * 1,000 arrays and objects deep.
 *
 * Promise: each byte is read a few times and nothing of it is kept, so bodies of one length cost
 * the same. It is WebAssembly, because JavaScript takes twice as long for it as OpenSSL takes for
 * the body's HMAC.
 * Attack: JSON.parse takes a second for a mebibyte of "[", and everybody waits for it. Objects by
 * the hundred thousand become garbage to collect.
 */
export function isJson(body: Body): boolean {
  let length = 0;
  for (const piece of body) {
    if (length + piece.length > MAX_BODY_BYTES) return false;
    room.set(piece, length);
    length += piece.length;
  }
  room.fill(0, length, length + ZEROS);
  const [only, second] = body;
  return isUtf8(only && !second ? only : room.subarray(0, length)) && isJsonText(length, MAX_DEPTH) === 1;
}
