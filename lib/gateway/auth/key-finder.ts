import { keyReadings, nearlyKey } from "../../platform/signing/mistakes/key-header";
import { signatureHeaderMistake } from "../../platform/signing/mistakes/other-mistakes";
import type { Mistake } from "../../platform/signing/mistakes/words/words";
import type { CachedKey } from "../cache/cached-key";
import type { Headers } from "../http/request";

/** The key that a refused request belongs to, and the mistake in its headers. */
export type KeyMatch = { number: number; mistake: Mistake | null };
/** Keys that begin with a text, in any case: at most two. */
export type FindKeys = (start: string) => Promise<{ key: string; number: number }[]>;

const EVERY_MS = 1_000;
const MAX_PER_SECOND = 10;

/**
 * Finds the key of a request that was refused before its key was looked up, or whose key header
 * is nearly a key: in quotation marks, with "Bearer", in another header, in another case, one
 * letter short. Only if exactly one key can be meant.
 *
 * Promise: keys in the cache are found in memory. The database is asked at most ten times a
 * second, after the answer was sent. The result lets nobody through, and the sender does not
 * learn it.
 */
export class KeyFinder {
  readonly #remembered: (key: string) => CachedKey | Promise<CachedKey> | undefined;
  readonly #find: FindKeys;
  #since = Number.NEGATIVE_INFINITY;
  #asked = 0;

  constructor(remembered: (key: string) => CachedKey | Promise<CachedKey> | undefined, find: FindKeys) {
    this.#remembered = remembered;
    this.#find = find;
  }

  ownerOf(headers: Headers, now: number): KeyMatch | null | Promise<KeyMatch | null> {
    const readings = keyReadings(headers);
    for (const { text, mistake } of readings) {
      const entry = this.#remembered(text);
      if (entry && !(entry instanceof Promise) && entry.number !== null)
        return { number: entry.number, mistake: mistake ?? signatureHeaderMistake(headers) };
    }
    const [reading] = readings;
    if (!reading || !this.#mayAsk(now)) return null;
    return this.#find(reading.text).then((rows) => {
      const near = rows.flatMap(({ key, number }) => {
        const how = nearlyKey(reading.text, key);
        return how === null
          ? []
          : [{ number, mistake: reading.mistake ?? (how === "same" ? signatureHeaderMistake(headers) : how) }];
      });
      return near.length === 1 ? (near[0] as KeyMatch) : null;
    });
  }

  #mayAsk(now: number): boolean {
    if (Math.abs(now - this.#since) >= EVERY_MS) {
      this.#since = now;
      this.#asked = 0;
    }
    return this.#asked++ < MAX_PER_SECOND;
  }
}
