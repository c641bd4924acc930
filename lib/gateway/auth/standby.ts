import { setTimeout as sleep } from "node:timers/promises";
import type { CachedKey, StandbyKey } from "../cache/cached-key";
import { type KeyCache, RENEWAL_MS, Unavailable } from "../cache/key-cache";

type Means = {
  keyCache: Pick<KeyCache, "again">;
  /** Asks the database to swap. It decides with both keys locked. */
  takeOver(id: string, source: string): Promise<string>;
};

const BUSY_MS = 20;

/**
 * What a gateway does with a correctly signed request whose key it remembers as on standby. The key
 * may have taken over without this gateway knowing it yet. If the key takes over with its first
 * request, the gateway asks the database to swap. Then it reads the key again, and the request is
 * checked against the result.
 *
 * Promise: from the swap on, every gateway accepts the key. However many requests of a source use
 * it at once, one asks and the others share the answer. Only a client that holds the secret makes a
 * gateway ask.
 * Attack: a request with a wrong signature, address or body makes a key take over. The ladder
 * checks all of these before it asks for a swap.
 */
export class Standby {
  readonly #means: Means;
  readonly #asking = new Map<string, Promise<CachedKey>>();

  constructor(means: Means) {
    this.#means = means;
  }

  /**
   * The key as read after asking. A question that was already running may have been answered before
   * the swap, so its answer counts only if it says that the key is active.
   *
   * @throws what the database connection throws; the swap may have been made all the same
   */
  async ask(key: string, entry: StandbyKey, source: string): Promise<CachedKey> {
    const asker = `${key} ${source}`;
    const before = await this.#asking.get(asker)?.catch(() => null);
    return before?.active ? before : (this.#asking.get(asker) ?? this.#begin(asker, key, entry, source));
  }

  #begin(asker: string, key: string, entry: StandbyKey, source: string): Promise<CachedKey> {
    const asking = this.#ask(key, entry, source).finally(() => this.#asking.delete(asker));
    this.#asking.set(asker, asking);
    return asking;
  }

  async #ask(key: string, { id, takesOver }: StandbyKey, source: string): Promise<CachedKey> {
    if (takesOver === "first_request") await this.#takeOver(id, source);
    return this.#means.keyCache.again(key);
  }

  /** "busy": another transaction holds the rows, perhaps for the same swap. So this asks again. */
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
