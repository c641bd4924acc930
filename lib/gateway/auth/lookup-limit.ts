import { LRUCache } from "lru-cache";
import { networkOf } from "../../platform/ip-allowlist/network";

const BURST = 200;
/** 50 a second. */
const EACH_MS = 20;
const MOST_SOURCES = 10_000;

/**
 * How many keys that do not exist one source may ask the database for: 200 at once, 50 a second.
 *
 * Attack: a stream of made-up keys, each a query and a remembered refusal. Keys known to be active are not counted, and a look-up that finds a key
 * all the same is given back, so that a source which speaks for many merchants pays for nothing. An IPv6 subscriber holds a /64, so that is one source. The sources remembered are bounded:
 * whoever owns more networks than that starts afresh with each, and is held by the pool of connections.
 */
export class LookupLimit {
  /**
   * When each source will have all of its burst again, by the clock in whole milliseconds (the generic cell rate algorithm, ITU-T I.371): one small
   * number each, since objects that live for seconds keep the garbage collector from answering.
   */
  readonly #wholeAt = new LRUCache<string, number>({ max: MOST_SOURCES });
  readonly #now: () => number;

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether `source` may look up one more key; null is every source that cannot be read. */
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
