import { LRUCache } from "lru-cache";
import type { CachedKey } from "./cached-key";
import { type Clock, type Moment, within } from "./clock";
import { SeenFilter } from "./seen-filter";

/** How long a gateway may answer from memory after the last renewal was sent. The dashboard waits 200 ms more before it says "Deactivated". */
export const LEASE_MS = 1_000;
/** How long a request waits for the next renewal before it is told that there is no lease. */
export const RENEWAL_MS = 500;
/** A renewal that names more of them does not name them all. */
export const MOST_CHANGES = 10_000;
const FILL_ATTEMPTS = 4;

/** A renewal under way. `since` is the snapshot of the one before, where that was on the same connection. */
export type Renewal = { sent: Moment; since: string | null; dropsAll: boolean };
/** The snapshot it was answered from, and the keys that became visible since the one before. */
export type RenewalAnswer = { snapshot: string; xmax: bigint; changed: string[] };
type Fill = { invalidated: boolean; entry: Promise<CachedKey> };

/** The database could not be asked, or changed under every attempt to ask it. */
export class Unavailable extends Error {}

/**
 * What this gateway remembers of keys, and until when it may.
 *
 * Promise: an entry that is held under a good lease was the truth in the database less than LEASE_MS ago. So nothing that was deactivated longer
 * ago than that is accepted, whatever the network, the clocks or the scheduler did in between.
 * How: every renewal names the keys that became visible since the one before, and each is forgotten; a read of a key that was under way
 * when it was named is thrown away and made again, since nobody can say which side of the change it saw. The lease counts from before
 * the renewal was sent. Whatever makes "since" doubtful (a new connection, a renewal sent too late, transaction ids that went back, too many
 * changes) forgets everything.
 */
export class KeyCache {
  readonly #known: LRUCache<string, CachedKey>;
  /** Apart, so that made-up keys never push out real ones; and of those asked for twice, so that a stream of new ones leaves nothing behind. */
  readonly #unknown: LRUCache<string, CachedKey>;
  readonly #asked = new SeenFilter();
  readonly #fills = new Map<string, Fill>();
  readonly #read: (key: string) => Promise<CachedKey>;
  readonly #clock: Clock;
  #from: Moment | null = null;
  #before: Pick<RenewalAnswer, "snapshot" | "xmax"> | null = null;
  #renewal: Promise<void> | null = null;
  #renewed: () => void = () => undefined;
  readonly #forgot: (keys: string[]) => void;
  #lapses = 0;

  /** @param forgot told of the keys that were forgotten all at once, the one used last first */
  constructor(
    read: (key: string) => Promise<CachedKey>,
    clock: Clock,
    { known = 50_000, unknown = 10_000, forgot = (_keys: string[]): void => undefined } = {},
  ) {
    this.#forgot = forgot;
    this.#known = new LRUCache({ max: known });
    this.#unknown = new LRUCache({ max: unknown });
    this.#read = read;
    this.#clock = clock;
  }

  /** Whether there is a lease at this moment. */
  isFresh(): boolean {
    return this.#from !== null && within(LEASE_MS, this.#from, this.#clock());
  }

  /**
   * Waits for a lease, half a second at most, together with all who wait. A process or a machine that stood still for a second lost its lease and
   * not its database: what came meanwhile is judged by the next renewal, a moment later, and not refused.
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

  /** When the lease ends if nothing renews it, by the wall clock, in milliseconds. */
  until(): number {
    return this.#from === null ? 0 : this.#from.wall + LEASE_MS;
  }

  /** What is remembered of a key, or being read for somebody already: costs the database nothing. */
  peek(key: string): CachedKey | Promise<CachedKey> | undefined {
    return this.#held(key) ?? this.#fills.get(key)?.entry;
  }

  /** The same, else a read of the key that all who ask meanwhile share. Throws Unavailable, or what the read throws. */
  load(key: string): CachedKey | Promise<CachedKey> {
    return this.peek(key) ?? this.#fill(key);
  }

  /** A read of the key made now, whatever is remembered: shared by all who ask for the key from here on. */
  again(key: string): CachedKey | Promise<CachedKey> {
    this.#forget(key);
    return this.load(key);
  }

  /** Whether an answer judged by `entry` may be given now: the lease is good, and this very entry is still held. */
  isCurrent(key: string, entry: CachedKey): boolean {
    return this.isFresh() && this.#held(key) === entry;
  }

  /** To be called in the moment a renewal is sent, and its answer given to `endRenewal`; one at a time. */
  beginRenewal(firstOnConnection: boolean): Renewal {
    const since = firstOnConnection ? null : (this.#before?.snapshot ?? null);
    return { sent: this.#clock(), since, dropsAll: since === null || !this.isFresh() };
  }

  endRenewal(renewal: Renewal, { snapshot, xmax, changed }: RenewalAnswer): void {
    if (this.#from !== null && !this.isFresh()) this.#lapses++;
    const wentBack = this.#before !== null && xmax < this.#before.xmax;
    if (renewal.dropsAll || wentBack || changed.length > MOST_CHANGES) this.#forgetEverything();
    else for (const key of changed) this.#forget(key);
    this.#before = { snapshot, xmax };
    this.#from = renewal.sent;
    if (this.isFresh()) this.#renewed();
  }

  /** How often a lease ended before it was renewed. */
  get lapses(): number {
    return this.#lapses;
  }

  /** From here on there is no lease, and no renewal will be begun. */
  giveUp(): void {
    this.#from = null;
  }

  /** Since the renewal that the lease counts from was sent; NaN where there is none. */
  ageMs(): number {
    return this.#from === null ? Number.NaN : this.#clock().monotonic - this.#from.monotonic;
  }

  /** How many keys are remembered. */
  sizes(): { known: number; unknown: number } {
    return { known: this.#known.size, unknown: this.#unknown.size };
  }

  #held(key: string): CachedKey | undefined {
    return this.#known.get(key) ?? this.#unknown.get(key);
  }

  #fill(key: string): Promise<CachedKey> {
    const fill: Fill = { invalidated: false, entry: Promise.resolve().then(() => this.#readUntilUnspoilt(key, fill)) };
    this.#fills.set(key, fill);
    return fill.entry.finally(() => this.#fills.delete(key));
  }

  /** A read is as old as the moment it was sent: one that took longer than a lease is thrown away too. */
  async #readUntilUnspoilt(key: string, fill: Fill): Promise<CachedKey> {
    for (let attempt = 0; attempt < FILL_ATTEMPTS; attempt++) {
      fill.invalidated = false;
      const sent = this.#clock();
      const entry = await this.#read(key);
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
