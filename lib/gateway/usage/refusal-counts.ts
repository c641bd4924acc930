import { networkOf } from "../../platform/ip-allowlist/network";

/** Refusals of one key (null for a key that does not exist), for one reason, from one source. */
export type RefusalCount = {
  id: string;
  key: number | null;
  reason: string;
  source: string;
  firstAt: number;
  lastAt: number;
  count: number;
  /**
   * The mistake found in the request that was answered at `lookedAt`; `lookedAt` is 0 if none was
   * examined.
   */
  mistake: string | null;
  lookedAt: number;
};

const IDLE_MS = 60 * 60 * 1_000;
const MAX_ENTRIES = 10_000;
const MAX_SOURCES = 100;
export const OTHER = "other";

/**
 * Counts refusals by key, reason and source.
 *
 * Promise: a flood makes it grow to at most 10,000 entries plus one per reason, and does not
 * displace the sources of another key. After 100 sources of a key, further ones are counted as
 * "other" (an IPv6 network of 64 bits is one source, because one machine owns all of it). A
 * refusal that finds no entry at all is counted under no key. An entry that is idle for an hour
 * is removed.
 */
export class RefusalCounts {
  readonly #entries = new Map<string, RefusalCount>();
  readonly #sources = new Map<number | null, Map<string, number>>();
  #unwritten = new Set<RefusalCount>();
  #sweptAt = 0;
  readonly #newId: () => string;
  readonly #most: number;

  constructor(newId: () => string, most = MAX_ENTRIES) {
    this.#newId = newId;
    this.#most = most;
  }

  count(key: number | null, reason: string, address: string, now: number): RefusalCount {
    const entry = this.#entry(key, reason, networkOf(address), now);
    entry.count++;
    entry.lastAt = now;
    this.#unwritten.add(entry);
    return entry;
  }

  /**
   * Stores the mistake found in a request of this entry that was answered at `at`. An older
   * result never replaces a newer one.
   */
  explain(entry: RefusalCount, mistake: string | null, at: number): void {
    if (at < entry.lookedAt) return;
    entry.mistake = mistake;
    entry.lookedAt = at;
    this.#unwritten.add(entry);
  }

  take(most: number): RefusalCount[] {
    const taken: RefusalCount[] = [];
    for (const entry of this.#unwritten) {
      if (taken.length === most) break;
      this.#unwritten.delete(entry);
      taken.push(entry);
    }
    return taken;
  }

  putBack(entries: readonly RefusalCount[]): void {
    for (const entry of entries) this.#unwritten.add(entry);
  }

  /** The clock was behind by this much. */
  shift(behind: number): void {
    for (const entry of this.#unwritten) {
      entry.firstAt += behind;
      entry.lastAt += behind;
      if (entry.lookedAt > 0) entry.lookedAt += behind;
    }
  }

  /**
   * Forgets entries that are written and idle. The next refusal of that kind begins a new entry.
   */
  sweep(now: number): void {
    if (now >= this.#sweptAt && now - this.#sweptAt < IDLE_MS / 60) return;
    this.#sweptAt = now;
    for (const [name, entry] of this.#entries) {
      if (now - entry.lastAt < IDLE_MS || this.#unwritten.has(entry)) continue;
      this.#entries.delete(name);
      this.#leave(entry);
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  get waiting(): number {
    return this.#unwritten.size;
  }

  #entry(key: number | null, reason: string, network: string, now: number): RefusalCount {
    const sources = this.#sources.get(key);
    const source = network === OTHER || sources?.has(network) || (sources?.size ?? 0) < MAX_SOURCES ? network : OTHER;
    const held = this.#held(key, reason, source);
    if (held) return held;
    if (this.#entries.size < this.#most) return this.#begin(key, reason, source, now);
    return this.#held(key, reason, OTHER) ?? this.#held(null, reason, OTHER) ?? this.#begin(null, reason, OTHER, now);
  }

  #held(key: number | null, reason: string, source: string): RefusalCount | undefined {
    return this.#entries.get(nameOf({ key, reason, source }));
  }

  #begin(key: number | null, reason: string, source: string, now: number): RefusalCount {
    const entry: RefusalCount = {
      id: this.#newId(),
      key,
      reason,
      source,
      firstAt: now,
      lastAt: now,
      count: 0,
      mistake: null,
      lookedAt: 0,
    };
    this.#entries.set(nameOf(entry), entry);
    if (source === OTHER) return entry;
    const sources = this.#sources.get(key) ?? new Map<string, number>();
    this.#sources.set(key, sources.set(source, (sources.get(source) ?? 0) + 1));
    return entry;
  }

  /** A source is remembered while it has an entry. */
  #leave({ key, source }: RefusalCount): void {
    const sources = this.#sources.get(key);
    const left = (sources?.get(source) ?? 0) - 1;
    if (left > 0) sources?.set(source, left);
    else sources?.delete(source);
    if (sources?.size === 0) this.#sources.delete(key);
  }
}

const nameOf = ({ key, reason, source }: Pick<RefusalCount, "key" | "reason" | "source">): string =>
  `${key}|${reason}|${source}`;
