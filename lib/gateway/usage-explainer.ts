import { createSecretKey } from "node:crypto";
import { likelyMistake, type Mistake, MOST_EXPLAINED_BYTES } from "../signing/mistake";
import { verify } from "../signing/signature";
import { lengthOf, wholeOf } from "./body";
import type { ActiveKey } from "./entry";
import type { Body } from "./request";

/** What a signature that does not match is looked into with. */
export type Evidence = { key: string; signature: string; body: Body; entry: ActiveKey };

type Found = (mistake: Mistake | null) => void;

const EVERY_MS = 1_000;
const MOST_A_SECOND = 10;
const MOST_BYTES_A_SECOND = 2 * MOST_EXPLAINED_BYTES;

/**
 * Looks for the mistake behind a wrong signature, after the answer was given.
 *
 * Promise: at most once a second a key; ten times a second in all, over 128 KiB together; bodies to 64 KiB: whoever sends wrong signatures on
 * purpose buys no more of the processor than that.
 */
export class Explainer {
  readonly #earlierSecrets: (merchantId: string, keyNumber: number) => Promise<Uint8Array[]>;
  /** The keys looked into within the last second, oldest first. */
  readonly #lately = new Map<number, { at: number; bytes: number }>();

  constructor(earlierSecrets: (merchantId: string, keyNumber: number) => Promise<Uint8Array[]>) {
    this.#earlierSecrets = earlierSecrets;
  }

  consider(evidence: Evidence, now: number, found: Found): void {
    const { number } = evidence.entry;
    const bytes = lengthOf(evidence.body);
    if (bytes > MOST_EXPLAINED_BYTES || !this.#mayTake(number, bytes, now)) return;
    this.#lately.set(number, { at: now, bytes });
    setImmediate(() => void this.#explain(evidence).then(found, () => undefined));
  }

  #mayTake(number: number, bytes: number, now: number): boolean {
    let sum = bytes;
    for (const [key, taken] of this.#lately) {
      if (Math.abs(now - taken.at) >= EVERY_MS) this.#lately.delete(key);
      else sum += taken.bytes;
    }
    return !this.#lately.has(number) && this.#lately.size < MOST_A_SECOND && sum <= MOST_BYTES_A_SECOND;
  }

  async #explain({ key, signature, entry, ...evidence }: Evidence): Promise<Mistake | null> {
    const body = wholeOf(evidence.body);
    const mistake = likelyMistake({ secret: entry.secret, key, body, signature });
    if (mistake) return mistake;
    const earlier = await this.#earlierSecrets(entry.merchant.id, entry.number);
    return earlier.some((secret) => verify(createSecretKey(secret), body, signature)) ? "previous_secret" : null;
  }
}
