import { LRUCache } from "lru-cache";
import { digestOf, fingerprintOf } from "../../platform/crypto/digest";
import type { Headers } from "../http/request";
import type { Owned } from "./key-finder";
import { type AskForSecrets, SecretLookups } from "./secret-lookups";
import { textsLikeSecrets } from "./texts-like-secrets";

const MAX_TEXTS = 8;
const MAX_REMEMBERED = 50_000;

/**
 * Recognises a secret key that was sent in any header of a request, or in its target.
 *
 * Promise: the sent text is compared and forgotten. Neither it nor anything derived from it is
 * logged or counted, and the database is asked for its fingerprint alone, as the pages show it.
 * Secrets of keys that were read lately are recognised in memory, however many other texts are sent
 * meanwhile. All others are looked up in the database after the answer was sent, within the bounds of
 * `SecretLookups`. The result changes no answer.
 * Cost: a header that is too short for a secret costs a comparison, and a longer one a few of its letters.
 */
export class SentSecrets {
  readonly #numbers: LRUCache<string, number>;
  /** Fingerprints of texts that are nobody's secret, such as a token that comes with every request. */
  readonly #notSecrets = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  readonly #lookups: SecretLookups;

  constructor(ask: AskForSecrets, most = MAX_REMEMBERED) {
    this.#numbers = new LRUCache({ max: most });
    this.#lookups = new SecretLookups(ask);
  }

  /** `fingerprint` is null while the key has no secret. */
  remember({ fingerprint, number }: { fingerprint: string | null; number: number }): void {
    if (fingerprint !== null) this.#numbers.set(fingerprint, number);
  }

  /** The key whose secret is in these headers. A promise rejects if the database cannot be asked. */
  find(headers: Headers): Owned | null | Promise<Owned | null> {
    const asked: Promise<Owned | null>[] = [];
    for (const { name, text } of textsLikeSecrets(headers, MAX_TEXTS)) {
      const fingerprint = fingerprintOf(digestOf(Buffer.from(text, "latin1")));
      const number = this.#numbers.get(fingerprint);
      if (number !== undefined) return ownedIn(name, number);
      const asking = this.#notSecrets.has(fingerprint) ? null : this.#lookUp(fingerprint);
      if (asking) asked.push(asking.then((found) => (found === null ? null : ownedIn(name, found))));
    }
    return asked.length === 0 ? null : Promise.all(asked).then((all) => all.find((owned) => owned !== null) ?? null);
  }

  #lookUp(fingerprint: string): Promise<number | null> | null {
    const asking = this.#lookups.ask(fingerprint);
    return (
      asking?.then((number) => {
        if (number === null) this.#notSecrets.set(fingerprint, true);
        else this.remember({ fingerprint, number });
        return number;
      }) ?? null
    );
  }
}

const ownedIn = (name: string, number: number): Owned => ({
  number,
  mistake: name.toLowerCase() === "x-processing-key" ? "secret_as_key" : "secret_sent",
});
