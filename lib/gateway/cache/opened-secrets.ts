import { createHash, type KeyObject } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { KeyRing } from "../../platform/crypto/key-ring";
import { openSecret, type Sealed } from "../../platform/crypto/open";

/** About a millisecond of work. */
const A_TURN = 10;

/**
 * Secrets that were opened once, kept by their sealed bytes and what these are sealed for, which
 * change only when the sealing key is rotated. So they outlive whatever makes a gateway forget
 * all it read: 50,000 keys are read again in batches, and none of their secrets is opened again.
 * However many are needed at once, only a few are opened in one turn of the event loop.
 *
 * Attack: a sealed secret copied into another merchant's row. It is another place here, and does
 * not open.
 */
export class OpenedSecrets {
  readonly #opened: LRUCache<string, Promise<KeyObject>>;
  readonly #privateKeys: KeyRing;
  /** How many were opened so far. */
  opened = 0;
  #turn: Promise<void> = Promise.resolve();
  #inTurn = 0;

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
  createHash("sha256").update(`${keyId} ${merchantId} ${keyVersion} `).update(sealed).digest("base64");
