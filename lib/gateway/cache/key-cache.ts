import { LRUCache } from "lru-cache";
import { LEASE_MS } from "../../platform/lease";
import type { CachedKey } from "./cached-key";
import { type Clock, type Moment, within } from "./clock";
import { SeenFilter } from "./seen-filter";

/**
 * How long a request waits for the next renewal before it is refused because there is no lease.
 */
export const RENEWAL_MS = 500;
/** If a renewal names more keys than this, its list is incomplete. */
export const MAX_CHANGES = 10_000;
const FILL_ATTEMPTS = 4;

/**
 * A renewal that is not answered yet. `since` is the snapshot of the previous renewal on the same
 * connection; null if there was none.
 */
export type Renewal = { sent: Moment; since: string | null; dropsAll: boolean };
/**
 * The snapshot that the renewal was answered from, and the keys that became visible since the
 * previous one.
 */
export type RenewalAnswer = { snapshot: string; xmax: bigint; changed: string[] };
type Fill = { invalidated: boolean; entry: Promise<CachedKey> };

/** The database could not be reached, or the key changed during every attempt to read it. */
export class Unavailable extends Error {}

/**
 * The keys that this gateway has in memory, and how long it may use them.
 *
 * Promise: under a valid lease, an entry in the cache was true in the database less than LEASE_MS
 * ago. So no key that was deactivated longer ago than that is accepted, whatever the network, the
 * clocks or the scheduler did in between.
 * How: each renewal names the keys that became visible since the previous one, and they are
 * forgotten. A read that was running when its key was named is discarded and repeated, because it
 * may have seen either side of the change. The lease counts from before the renewal was sent. If
 * the starting point of a renewal is in doubt (a new connection, a renewal sent too late,
 * transaction ids that went back, too many changes), everything is forgotten.
 */
export class KeyCache {
  readonly #known: LRUCache<string, CachedKey>;
  /**
   * Separate, so that made-up keys never evict real ones. It holds only keys requested twice, so
   * that a stream of new ones leaves nothing behind.
   */
  readonly #unknown: LRUCache<string, CachedKey>;
  readonly #asked = new SeenFilter();
  readonly #fills = new Map<string, Fill>();
  readonly #read: (key: string, later: boolean) => Promise<CachedKey>;
  readonly #clock: Clock;
  #from: Moment | null = null;
  #before: Pick<RenewalAnswer, "snapshot" | "xmax"> | null = null;
  #renewal: Promise<void> | null = null;
  #renewed: () => void = () => undefined;
  readonly #forgot: (keys: string[]) => void;
  #lapses = 0;

  /**
   * @param forgot called with the keys that were forgotten all at once, most recently used first
   */
  constructor(
    read: (key: string, later: boolean) => Promise<CachedKey>,
    clock: Clock,
    { known = 50_000, unknown = 10_000, forgot = (_keys: string[]): void => undefined } = {},
  ) {
    this.#forgot = forgot;
    this.#known = new LRUCache({ max: known });
    this.#unknown = new LRUCache({ max: unknown });
    this.#read = read;
    this.#clock = clock;
  }

  /** Whether there is a valid lease now. */
  isFresh(): boolean {
    return this.#from !== null && within(LEASE_MS, this.#from, this.#clock());
  }

  /**
   * Waits up to half a second for a lease; all requests share one wait. A process or machine that
   * was suspended for a second has lost its lease but not its database. Requests that arrived
   * meanwhile are not refused: the next renewal, a moment later, lets them be checked.
   */
  renewal(): Promise<void> {
    this.#renewal ??= new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, RENEWAL_MS);
      this.#renewed = () => {
        clearTimeout(timer);
        resolve();
      };
    }).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** When the lease ends unless it is renewed: wall clock, in milliseconds. */
  until(): number {
    return this.#from === null ? 0 : this.#from.wall + LEASE_MS;
  }

  /** The entry in memory, or the read that is already running. Never asks the database. */
  peek(key: string): CachedKey | Promise<CachedKey> | undefined {
    return this.#held(key) ?? this.#fills.get(key)?.entry;
  }

  /**
   * The same as `peek`, or else a read of the key, which concurrent callers share.
   * @param later nobody waits for it
   * @throws Unavailable, or the error of the read
   */
  load(key: string, later = false): CachedKey | Promise<CachedKey> {
    return this.peek(key) ?? this.#fill(key, later);
  }

  /**
   * A read of the key that begins now, whatever is cached. Everybody who asks from here on shares
   * it.
   */
  again(key: string): CachedKey | Promise<CachedKey> {
    this.#forget(key);
    return this.load(key);
  }

  /**
   * Whether an answer that was decided with `entry` may be sent now: the lease is valid, and the
   * cache still holds this very object.
   */
  isCurrent(key: string, entry: CachedKey): boolean {
    return this.isFresh() && this.#held(key) === entry;
  }

  /**
   * Call this at the moment a renewal is sent, and pass the result to `endRenewal` with the
   * answer. Only one renewal may run at a time.
   */
  beginRenewal(firstOnConnection: boolean): Renewal {
    const since = firstOnConnection ? null : (this.#before?.snapshot ?? null);
    return { sent: this.#clock(), since, dropsAll: since === null || !this.isFresh() };
  }

  endRenewal(renewal: Renewal, { snapshot, xmax, changed }: RenewalAnswer): void {
    if (this.#from !== null && !this.isFresh()) this.#lapses++;
    const wentBack = this.#before !== null && xmax < this.#before.xmax;
    if (renewal.dropsAll || wentBack || changed.length > MAX_CHANGES) this.#forgetEverything();
    else for (const key of changed) this.#forget(key);
    this.#before = { snapshot, xmax };
    this.#from = renewal.sent;
    if (this.isFresh()) this.#renewed();
  }

  /** How often a lease ended before it was renewed. */
  get lapses(): number {
    return this.#lapses;
  }

  /** Ends the lease. No further renewal may begin. */
  giveUp(): void {
    this.#from = null;
  }

  /** The age of the renewal that the lease counts from; NaN if there is none. */
  ageMs(): number {
    return this.#from === null ? Number.NaN : this.#clock().monotonic - this.#from.monotonic;
  }

  /** How many keys are in memory. */
  sizes(): { known: number; unknown: number } {
    return { known: this.#known.size, unknown: this.#unknown.size };
  }

  #held(key: string): CachedKey | undefined {
    return this.#known.get(key) ?? this.#unknown.get(key);
  }

  #fill(key: string, later: boolean): Promise<CachedKey> {
    const entry = Promise.resolve().then(() => this.#readUntilCurrent(key, fill, later));
    const fill: Fill = { invalidated: false, entry };
    this.#fills.set(key, fill);
    return fill.entry.finally(() => this.#fills.delete(key));
  }

  /**
   * Reads a key until no change interferes. A read is as old as the moment it was sent, so one
   * that took longer than a lease is repeated too.
   */
  async #readUntilCurrent(key: string, fill: Fill, later: boolean): Promise<CachedKey> {
    for (let attempt = 0; attempt < FILL_ATTEMPTS; attempt++) {
      fill.invalidated = false;
      const sent = this.#clock();
      const entry = await this.#read(key, later);
      if (fill.invalidated || !within(LEASE_MS, sent, this.#clock())) continue;
      if (entry.number !== null) this.#known.set(key, entry);
      else if (this.#asked.again(key)) this.#unknown.set(key, entry);
      return entry;
    }
    throw new Unavailable(`a key changed during each of ${FILL_ATTEMPTS} reads`);
  }

  #forget(key: string): void {
    this.#known.delete(key);
    this.#unknown.delete(key);
    const fill = this.#fills.get(key);
    if (fill) fill.invalidated = true;
  }

  #forgetEverything(): void {
    const keys = [...this.#known.keys()];
    this.#known.clear();
    this.#unknown.clear();
    for (const fill of this.#fills.values()) fill.invalidated = true;
    this.#forgot(keys);
  }
}
