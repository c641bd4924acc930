import { LRUCache } from "lru-cache";
import { digestOf, fingerprintOf } from "../../platform/crypto/digest";
import type { Headers } from "../http/request";
import type { KeyMatch } from "./key-finder";
import { type FindSecrets, SecretLookups } from "./secret-lookups";
import { textsLikeSecrets } from "./texts-like-secrets";

const MAX_TEXTS = 8;
const MAX_REMEMBERED = 50_000;

/** The keys whose secrets one request carried: at least one. */
export type Sent = [KeyMatch, ...KeyMatch[]];

/**
 * Recognises the secret keys that were sent in any headers of a request, or in its target, each
 * once.
 *
 * Promise: the sent text is compared and forgotten. Neither it nor anything derived from it is
 * logged or counted, and the database is asked for its fingerprint alone, as the pages show it.
 * Secrets of keys that were read lately are recognised in memory, however many other texts are sent
 * meanwhile. All others are looked up in the database after the answer was sent, within the bounds
 * of `SecretLookups`. The result changes no answer.
 * Cost: a header that is too short for a secret costs a comparison, and a longer one a few of its
 * letters.
 */
export class SentSecrets {
  readonly #numbers: LRUCache<string, number>;
  /**
   * Fingerprints of texts that are nobody's secret, such as a token that comes with every request.
   */
  readonly #notSecrets = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  readonly #lookups: SecretLookups;

  constructor(ask: FindSecrets, most = MAX_REMEMBERED) {
    this.#numbers = new LRUCache({ max: most });
    this.#lookups = new SecretLookups(ask);
  }

  /** `fingerprint` is null while the key has no secret. */
  remember({ fingerprint, number }: { fingerprint: string | null; number: number }): void {
    if (fingerprint !== null) this.#numbers.set(fingerprint, number);
  }

  /**
   * The keys whose secrets are in these headers, in their order; null if there are none. A promise
   * rejects if the database cannot be asked and no key is known without it.
   */
  find(headers: Headers): Sent | null | Promise<Sent | null> {
    const found: (KeyMatch | Promise<KeyMatch | null>)[] = [];
    let asks = false;
    for (const { name, text } of textsLikeSecrets(headers, MAX_TEXTS)) {
      const fingerprint = fingerprintOf(digestOf(Buffer.from(text, "latin1")));
      const number = this.#numbers.get(fingerprint);
      if (number !== undefined) found.push(ownedIn(name, number));
      if (number !== undefined || this.#notSecrets.has(fingerprint)) continue;
      const asking = this.#lookUp(fingerprint);
      if (!asking) continue;
      asks = true;
      found.push(asking.then((asked) => (asked === null ? null : ownedIn(name, asked))));
    }
    return asks ? answered(found) : eachOnce(found as KeyMatch[]);
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

/** What the memory knows is not lost if the database cannot be asked. */
async function answered(found: readonly (KeyMatch | Promise<KeyMatch | null>)[]): Promise<Sent | null> {
  const settled = await Promise.allSettled(found);
  const known = eachOnce(settled.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value] : [])));
  const failed = settled.find((each) => each.status === "rejected");
  if (failed && !known) throw failed.reason;
  return known;
}

/** A key whose secret was sent twice is named by its first place. */
function eachOnce(found: readonly KeyMatch[]): Sent | null {
  const [first, ...rest] = found;
  if (!first || rest.length === 0) return first ? [first] : null;
  return found.filter(({ number }, at) => found.findIndex((other) => other.number === number) === at) as Sent;
}

const ownedIn = (name: string, number: number): KeyMatch => ({
  number,
  mistake: name.toLowerCase() === "x-processing-key" ? "secret_as_key" : "secret_sent",
});
