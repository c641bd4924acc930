import { setTimeout as sleep } from "node:timers/promises";
import type { CachedKey, StandbyKey } from "../cache/cached-key";
import { type KeyCache, RENEWAL_MS, Unavailable } from "../cache/key-cache";

type Means = {
  keyCache: Pick<KeyCache, "again">;
  /** Asks the database to swap, which judges under its locks. */
  takeOver(id: string, source: string): Promise<string>;
};

const BUSY_MS = 20;

/**
 * What a gateway does when it meets a key that it remembers as one on standby, by a request that is
 * signed right: it may not have heard of the swap yet. With the first request the key takes over
 * where it was made for that; then it is read again, and the request is judged by what was read.
 *
 * Promise: from the swap on, the key is accepted wherever it is met. However many requests name it at
 * once, one asks, and the others share its answer. Only who holds the secret makes a gateway ask.
 * Attack: a wrong signature, address or body makes a key take over. The ladder comes here last.
 */
export class Standby {
  readonly #means: Means;
  readonly #asking = new Map<string, Promise<CachedKey>>();

  constructor(means: Means) {
    this.#means = means;
  }

  /**
   * The key as it is after the question. A question that was under way before may have been answered before the swap, so its answer
   * counts only where it is that the key is active. Throws what the database's connection throws: a swap may have been made.
   */
  async ask(key: string, entry: StandbyKey, source: string): Promise<CachedKey> {
    const before = await this.#asking.get(key)?.catch(() => null);
    return before?.active ? before : (this.#asking.get(key) ?? this.#begin(key, entry, source));
  }

  #begin(key: string, entry: StandbyKey, source: string): Promise<CachedKey> {
    const asking = this.#ask(key, entry, source).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async #ask(key: string, { id, takesOver }: StandbyKey, source: string): Promise<CachedKey> {
    if (takesOver === "first_request") await this.#takeOver(id, source);
    return this.#means.keyCache.again(key);
  }

  /** Whoever holds the rows is swapping them, or changes one of them: a moment later it is judged anew. */
  async #takeOver(id: string, source: string): Promise<void> {
    for (
      const end = performance.now() + RENEWAL_MS;
      (await this.#means.takeOver(id, source)) === "busy";
      await sleep(BUSY_MS)
    ) {
      if (performance.now() > end) throw new Unavailable("a key on standby was locked for too long");
    }
  }
}
