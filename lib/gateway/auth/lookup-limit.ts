import { LRUCache } from "lru-cache";
import { networkOf } from "../../platform/ip-allowlist/network";

const BURST = 200;
/** 50 a second. */
const EACH_MS = 20;
const MAX_SOURCES = 10_000;

/**
 * Limits how many non-existent keys one source may look up in the database: 200 at once, 50 a
 * second.
 *
 * Attack: a stream of made-up keys, each of which costs a query and a cached refusal. Keys known
 * to be active are not counted, and a lookup that finds a key is given back, so a source that
 * carries many merchants' requests pays nothing. An IPv6 subscriber owns a /64, so that is one
 * source. The number of remembered sources is bounded: an attacker with more networks starts over
 * with each, and the pool of connections limits it.
 */
export class LookupLimit {
  /**
   * When each source will have its full burst again, in whole milliseconds of the clock (generic
   * cell rate algorithm, ITU-T I.371). One small number for each source: objects that live for
   * seconds would make garbage collection delay the answers.
   */
  readonly #wholeAt = new LRUCache<string, number>({ max: MAX_SOURCES });
  readonly #now: () => number;

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether `source` may look up one more key. All unreadable sources share null. */
  take(source: string | null): boolean {
    const [subject, now] = [subjectOf(source), Math.floor(this.#now())];
    const wholeAt = Math.max(now, this.#wholeAt.get(subject) ?? now) + EACH_MS;
    if (wholeAt - now > BURST * EACH_MS) return false;
    this.#wholeAt.set(subject, wholeAt);
    return true;
  }

  release(source: string | null): void {
    const subject = subjectOf(source);
    const wholeAt = this.#wholeAt.get(subject);
    if (wholeAt !== undefined) this.#wholeAt.set(subject, wholeAt - EACH_MS);
  }
}

const subjectOf = (source: string | null): string => networkOf(source ?? "");
