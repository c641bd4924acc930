import { KeySet } from "./key-set";
import type { ActivePage, LeaseConnection } from "./lease-connection";

/** Keys that are read again together, after a renewal named them. */
const MOST_AT_ONCE = 100;
const FIRST_PAGE = 100;
const MOST_A_PAGE = 4_000;
/** How long a page may take before the next one is smaller. */
const PAGE_MS = 10;

type ReadPage = LeaseConnection["readActive"];
type IsActive = (key: string) => Promise<boolean>;

/**
 * Which keys are active, as far as needed to tell made-up keys from real ones that are merely not in memory yet.
 *
 * Promise: a source that asks for made-up keys uses up its look-ups and never those of the real keys behind the same address. Nobody is let through by
 * this: a key that it holds is looked up without being counted, and judged by what is read.
 * How: the whole list is read in pages after the first renewal on a connection, and from then on each key that a renewal names is read again. Until the
 * list is complete every key may be active, and nobody is limited.
 * Attack: whoever has used up its look-ups asks for keys, and learns from the answers which exist. Only active keys are held, and those are told from
 * others by their answers anyway; an inactive key and an unknown one are limited alike.
 */
export class ActiveKeys {
  readonly #keys = new KeySet();
  #complete = false;
  /** Changes with each list that is begun: what belongs to an earlier one is discarded. */
  #list = 0;

  /** Whether a key may be active: never false for one that has been since before the last renewal, but for the few whose bits another one had. */
  mayBeActive(key: string): boolean {
    return !this.#complete || this.#keys.has(key);
  }

  /** How many there are; NaN while they are being read. */
  get size(): number {
    return this.#complete ? this.#keys.size : Number.NaN;
  }

  /** Reads the list afresh. Half of the time is left to others. Rejects with what a read rejects with, and is incomplete until it is called again. */
  async load(readPage: ReadPage): Promise<void> {
    const list = ++this.#list;
    this.#complete = false;
    this.#keys.clear();
    let [after, most] = ["", FIRST_PAGE];
    for (;;) {
      const began = performance.now();
      const page: ActivePage = await readPage(after, most);
      if (list !== this.#list) return;
      for (const key of page.active) this.#keys.add(key);
      if (page.last === null) break;
      after = page.last;
      const took = performance.now() - began;
      most = took < PAGE_MS ? Math.min(most * 2, MOST_A_PAGE) : Math.max(Math.floor(most / 2), 1);
      await new Promise((resolve) => setTimeout(resolve, took));
    }
    this.#complete = true;
  }

  /** Reads again what a renewal named. To be called in the moment the renewal is answered; reads that fail leave keys out. */
  async changed(keys: readonly string[], isActive: IsActive): Promise<void> {
    for (const key of keys) this.#keys.delete(key);
    const list = this.#list;
    for (let from = 0; from < keys.length; from += MOST_AT_ONCE) {
      const some = keys.slice(from, from + MOST_AT_ONCE);
      const active = await Promise.all(some.map((key) => isActive(key).catch(() => false)));
      if (list !== this.#list) return;
      for (const [index, key] of some.entries()) if (active[index]) this.#keys.add(key);
    }
  }
}
