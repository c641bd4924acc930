import { KeySet } from "./key-set";
import type { ActivePage, LeaseConnection } from "./lease-protocol";

/** How many changed keys are read again at once. */
const BATCH_SIZE = 100;
/** The first page's rows, and the fewest of a page: reading fewer takes no less time. */
const MIN_PER_PAGE = 100;
const MAX_PER_PAGE = 4_000;
/** A page that takes longer than this makes the next one smaller. */
const PAGE_MS = 10;

type ReadPage = LeaseConnection["readActive"];
type IsActive = (key: string) => Promise<boolean>;

/**
 * The active keys, as precisely as needed to tell made-up keys from real ones that are not in
 * memory yet.
 *
 * Promise: a source that sends made-up keys uses up its own lookups, never those of the real keys
 * behind the same address. The set lets nobody through: a key that it holds is looked up without
 * being counted, and is checked against the row that is read.
 * How: after the first renewal on a connection, the whole list is read in pages. From then on,
 * each key that a renewal names is read again. Until the list is complete every key may be
 * active, and nobody is limited.
 * Attack: a client that has used up its lookups tries keys and learns from the answers which ones
 * exist. The set holds only active keys, whose answers differ from those of other keys anyway.
 * Inactive and unknown keys are limited alike.
 */
export class ActiveKeys {
  readonly #keys = new KeySet();
  #complete = false;
  /** Increases with each load. Results of an earlier load are discarded. */
  #list = 0;

  /**
   * Whether a key may be active. It is never false for a key that became active before the last
   * renewal, except for the few that share their bits with another key.
   */
  mayBeActive(key: string): boolean {
    return !this.#complete || this.#keys.has(key);
  }

  /** How many keys are active; NaN while they are being read. */
  get size(): number {
    return this.#complete ? this.#keys.size : Number.NaN;
  }

  /**
   * Reads the whole list again, with pauses that leave half of the time to others. If a read
   * fails it rejects with that error, and the list stays incomplete until the next load.
   */
  async load(readPage: ReadPage): Promise<void> {
    const list = ++this.#list;
    this.#complete = false;
    this.#keys.clear();
    let [after, most] = ["", MIN_PER_PAGE];
    for (;;) {
      const began = performance.now();
      const page: ActivePage = await readPage(after, most);
      if (list !== this.#list) return;
      for (const key of page.active) this.#keys.add(key);
      if (page.last === null) break;
      after = page.last;
      const took = performance.now() - began;
      most = took < PAGE_MS ? Math.min(most * 2, MAX_PER_PAGE) : Math.max(most / 2, MIN_PER_PAGE);
      await new Promise((resolve) => setTimeout(resolve, took));
    }
    this.#complete = true;
  }

  /**
   * Reads the keys again that a renewal named. Call it as soon as the renewal is answered. A key
   * whose read fails is left out.
   */
  async changed(keys: readonly string[], isActive: IsActive): Promise<void> {
    for (const key of keys) this.#keys.delete(key);
    const list = this.#list;
    for (let from = 0; from < keys.length; from += BATCH_SIZE) {
      const some = keys.slice(from, from + BATCH_SIZE);
      const active = await Promise.all(some.map((key) => isActive(key).catch(() => false)));
      if (list !== this.#list) return;
      for (const [index, key] of some.entries()) if (active[index]) this.#keys.add(key);
    }
  }
}
