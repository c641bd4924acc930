import { LRUCache } from "lru-cache";
import { networkOf } from "../ip-allowlist/network";

const BURST = 200;
const A_SECOND = 50;
const MOST_SOURCES = 10_000;

/**
 * How many keys that do not exist one source may ask the database for: 200 at once, 50 a second.
 *
 * Attack: a stream of made-up keys, each a query and a remembered refusal. A look-up that finds a key is given back, so that a source which
 * speaks for many merchants pays for nothing. An IPv6 subscriber holds a /64, so that is one source. The sources remembered are bounded:
 * whoever owns more networks than that starts afresh with each, and is held by the pool of connections.
 */
export class LookupLimit {
  readonly #sources = new LRUCache<string, { left: number; at: number }>({ max: MOST_SOURCES });

  readonly #now: () => number;

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether `source` may look up one more key; null is every source that cannot be read. */
  take(source: string | null): boolean {
    const [subject, now] = [subjectOf(source), this.#now()];
    const { left, at } = this.#sources.get(subject) ?? { left: BURST, at: now };
    const room = Math.min(BURST, left + ((now - at) / 1_000) * A_SECOND);
    this.#sources.set(subject, { left: room < 1 ? room : room - 1, at: now });
    return room >= 1;
  }

  giveBack(source: string | null): void {
    const bucket = this.#sources.get(subjectOf(source));
    if (bucket) bucket.left = Math.min(BURST, bucket.left + 1);
  }
}

const subjectOf = (source: string | null): string => networkOf(source ?? "");
