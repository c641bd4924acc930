import { setTimeout as sleep } from "node:timers/promises";

/** The keys whose secrets have these fingerprints. */
export type FindSecrets = (fingerprints: string[]) => Promise<{ fingerprint: string; number: number }[]>;

const EVERY_MS = 100;
const MAX_AT_ONCE = 100;

type Batch = { fingerprints: Set<string>; asked: number; numbers: Promise<Map<string, number>> };

/**
 * Looks up fingerprints of texts that may be secrets.
 *
 * Promise: one statement at a time, ten a second, and a hundred questions in each. Whoever sends
 * made-up texts costs the database no more than that, and this process no more memory than the
 * requests of two batches. Questions beyond that are not asked: of a flood, some are missed.
 */
export class SecretLookups {
  readonly #ask: FindSecrets;
  #next: Batch | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ask: FindSecrets) {
    this.#ask = ask;
  }

  /** The number of the key with this fingerprint, or null; no promise if too much is asked. */
  ask(fingerprint: string): Promise<number | null> | null {
    this.#next ??= this.#begin();
    const { fingerprints, numbers } = this.#next;
    if (this.#next.asked++ >= MAX_AT_ONCE) return null;
    fingerprints.add(fingerprint);
    return numbers.then((found) => found.get(fingerprint) ?? null);
  }

  #begin(): Batch {
    const fingerprints = new Set<string>();
    const numbers = this.#afterLast().then(async () => {
      this.#next = null;
      const rows = await this.#ask([...fingerprints]);
      return new Map(rows.map(({ fingerprint, number }) => [fingerprint, number]));
    });
    this.#last = numbers.catch(() => undefined);
    return { fingerprints, asked: 0, numbers };
  }

  async #afterLast(): Promise<void> {
    await this.#last;
    await sleep(EVERY_MS);
  }
}
