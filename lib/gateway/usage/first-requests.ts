import { LRUCache } from "lru-cache";

const WINDOW_MS = 60_000;
const MAX_KEYS = 20_000;

/**
 * Calls `tell` for the first accepted and the first refused request of a key within a minute,
 * because somebody may be waiting to see it: at most two calls per key and minute.
 */
export class FirstRequests {
  readonly #told = new LRUCache<number, number>({ max: 2 * MAX_KEYS });

  constructor(readonly tell: () => void) {}

  /** Whether it was the first. */
  see(key: number, accepted: boolean, now: number): boolean {
    const kind = 2 * key + (accepted ? 1 : 0);
    const at = this.#told.get(kind);
    if (at !== undefined && Math.abs(now - at) < WINDOW_MS) return false;
    this.#told.set(kind, now);
    this.tell();
    return true;
  }
}
