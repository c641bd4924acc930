import { createHmac, type KeyObject, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { pairsOf } from "../../platform/signing/mistakes/headers";
import type { Headers } from "../http/request";
import type { Owned } from "./key-finder";

/** A text that may be a secret key: 64 letters and digits, with none directly before or after. */
const TEXTS = /(?<![A-Za-z0-9])[A-Za-z0-9]{64}(?![A-Za-z0-9])/g;
const MAX_TEXTS = 8;

/**
 * Recognises a secret key that was sent in any header of a refused request.
 *
 * Promise: the sent text is compared and forgotten. Neither it nor anything derived from it is
 * stored, logged or counted. Memory holds keyed fingerprints of the secrets of cached keys; the
 * fingerprint key exists only in this process.
 */
export class SentSecrets {
  readonly #key = randomBytes(32);
  readonly #numbers: LRUCache<string, number>;
  /** A secret is opened once, while its key is read many times. */
  readonly #known = new WeakSet<KeyObject>();

  constructor(most = 50_000) {
    this.#numbers = new LRUCache({ max: most });
  }

  remember(secret: KeyObject, number: number): void {
    if (this.#known.has(secret)) return;
    this.#known.add(secret);
    const bytes = secret.export();
    this.#numbers.set(this.#fingerprint(bytes), number);
    bytes.fill(0);
  }

  /** The key whose secret is in these headers. */
  find(headers: Headers): Owned | null {
    let left = MAX_TEXTS;
    for (const [name, value] of pairsOf(headers)) {
      for (const [text] of [value, basic(value)].join(" ").matchAll(TEXTS)) {
        if (left-- === 0) return null;
        const number = this.#numbers.get(this.#fingerprint(text));
        if (number !== undefined)
          return { number, mistake: name === "x-processing-key" ? "secret_as_key" : "secret_sent" };
      }
    }
    return null;
  }

  #fingerprint(text: string | Uint8Array): string {
    return createHmac("sha256", this.#key).update(text).digest("base64").slice(0, 22);
  }
}

/** The text that HTTP basic authentication encodes in Base64. */
const basic = (value: string): string => {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]{64,400})$/i.exec(value)?.[1];
  return encoded ? Buffer.from(encoded, "base64").toString("latin1") : "";
};
