import { hmac } from "@noble/hashes/hmac.js";
import { md5 } from "@noble/hashes/legacy.js";
import { sha224, sha512_256 } from "@noble/hashes/sha2.js";
import { sha3_256, sha3_512 } from "@noble/hashes/sha3.js";
import { type Algorithm, PAUSE, type Searching, type Task } from "./task";

const NO_DIGEST = new Uint8Array();

/** Algorithms that browsers provide. */
const SUBTLE: { [name in Algorithm]?: string } = {
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};
/** Algorithms that browsers lack. Each is tried only once or twice. */
const OTHER = { md5, sha224, "sha512-256": sha512_256, "sha3-256": sha3_256, "sha3-512": sha3_512 };

/**
 * Runs a search in a browser. Sends and stores nothing. `wanted` is called after each digest; if
 * it returns false, the search ends with null.
 */
export async function runInBrowser<T>(searching: Searching<T>, wanted: () => boolean): Promise<T | null> {
  let step = searching.next();
  while (!step.done) {
    const digest = step.value === PAUSE ? NO_DIGEST : await digestInBrowser(step.value);
    if (!wanted()) return null;
    step = searching.next(digest);
  }
  return step.value;
}

export async function digestInBrowser({ algorithm, key, data }: Task): Promise<Uint8Array> {
  const name = SUBTLE[algorithm];
  if (!name) {
    const hash = OTHER[algorithm as keyof typeof OTHER];
    return key === null ? hash(data) : hmac(hash, key, data);
  }
  const bytes = new Uint8Array(data);
  if (key === null) return new Uint8Array(await crypto.subtle.digest(name, bytes));
  // An HMAC key is padded with zeros (RFC 2104, 2), so one zero byte equals the empty key, which
  // browsers do not accept.
  const raw = key.length === 0 ? new Uint8Array(1) : new Uint8Array(key);
  const hmacKey = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: name }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, bytes));
}
