import { hash, type KeyObject } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { KeyRing } from "../../platform/crypto/key-ring";
import { openSecret, type Sealed } from "../../platform/crypto/open";

/** About a millisecond of work. */
const A_TURN = 10;

/**
 * Caches opened secrets by their sealed bytes and the row they are sealed for. These change only
 * when the sealing key is rotated, so the secrets stay when a gateway forgets its keys: 50,000
 * keys are read again in batches, and none of their secrets is opened again. However many secrets
 * are needed at once, only a few are opened in one turn of the event loop.
 *
 * Attack: a sealed secret copied into another merchant's row. It has another cache entry here,
 * and it does not open.
 */
export class OpenedSecrets {
  readonly #opened: LRUCache<string, Promise<KeyObject>>;
  readonly #privateKeys: KeyRing;
  /** How many secrets were opened so far. */
  opened = 0;
  #turn: Promise<void> = Promise.resolve();
  #inTurn = 0;

  /**
   * @param most twice the number of cached keys: a key in constant use is read only once, so its
   *   secret would be the first to be evicted
   */
  constructor(privateKeys: KeyRing, most = 100_000) {
    this.#opened = new LRUCache({ max: most });
    this.#privateKeys = privateKeys;
  }

  open(sealed: Sealed): Promise<KeyObject> {
    const place = placeOf(sealed);
    const known = this.#opened.get(place);
    if (known) return known;
    this.opened++;
    const opening = this.#itsTurn().then(() => openSecret(sealed, this.#privateKeys));
    this.#opened.set(place, opening);
    opening.catch(() => this.#opened.delete(place));
    return opening;
  }

  #itsTurn(): Promise<void> {
    if (++this.#inTurn > A_TURN) {
      this.#inTurn = 1;
      this.#turn = this.#turn.then(() => nextTurn());
    }
    return this.#turn;
  }
}

const placeOf = ({ sealed, keyId, merchantId, keyVersion }: Sealed): string =>
  hash("sha256", Buffer.concat([Buffer.from(`${keyId} ${merchantId} ${keyVersion} `), sealed]), "base64");
