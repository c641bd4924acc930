import { createHash, type KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { KeyRing } from "../crypto/key-ring";
import { openSecret, type Sealed } from "../crypto/open";

/**
 * Secrets that were opened once, kept by their sealed bytes and what these are sealed for, which never change. So they outlive whatever makes a gateway
 * forget all it read: 50,000 keys are read again in batches, and none of their secrets is opened again.
 *
 * Attack: a sealed secret copied into another merchant's row. It is another place here, and does not open.
 */
export class OpenedSecrets {
  readonly #opened: LRUCache<string, Promise<KeyObject>>;
  readonly #privateKeys: KeyRing;
  /** How many were opened so far. */
  opened = 0;

  /** @param most twice as many as keys are remembered: a key that is used all the time is read once, and its secret would be the first to go */
  constructor(privateKeys: KeyRing, most = 100_000) {
    this.#opened = new LRUCache({ max: most });
    this.#privateKeys = privateKeys;
  }

  open(sealed: Sealed): Promise<KeyObject> {
    const place = placeOf(sealed);
    const known = this.#opened.get(place);
    if (known) return known;
    this.opened++;
    const opening = openSecret(sealed, this.#privateKeys);
    this.#opened.set(place, opening);
    opening.catch(() => this.#opened.delete(place));
    return opening;
  }
}

const placeOf = ({ sealed, keyId, merchantId, keyVersion }: Sealed): string =>
  createHash("sha256").update(`${keyId} ${merchantId} ${keyVersion} `).update(sealed).digest("base64");
