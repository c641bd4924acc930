import { LRUCache } from "lru-cache";
import { AskedBefore } from "./asked-before";
import { type Clock, type Moment, within } from "./clock";
import type { Entry } from "./entry";

/** How long a gateway may answer from memory after the last poll was sent. The dashboard waits 200 ms more before it says "Deactivated". */
export const LEASE_MS = 1_000;
/** How long a request waits for the next poll before it is told that there is no lease. */
const RENEWAL_MS = 500;
const MOST_CHANGES = 10_000;
const FILL_ATTEMPTS = 4;

export type Poll = { sent: Moment; since: bigint | null; dropsAll: boolean };
export type PollAnswer = { xmin: bigint; inRecovery: boolean; changed: string[] };
type Fill = { spoilt: boolean; entry: Promise<Entry> };

/** The database could not be asked, or changed under every attempt to ask it. */
export class Unavailable extends Error {}

/**
 * What this gateway remembers of keys, and until when it may.
 *
 * Promise: an entry that is held under a good lease was the truth in the database less than LEASE_MS ago. So nothing that was deactivated longer
 * ago than that is accepted, whatever the network, the clocks or the scheduler did in between.
 * How: every poll names the keys changed since the poll before, by transaction ids, and each is forgotten; a read of a key that was under way
 * when a poll named it is thrown away and made again, since nobody can say which side of the change it saw. The lease counts from before
 * the poll was sent. Whatever makes "changed since" doubtful (a new connection, a poll sent too late, transaction ids that went back, a standby,
 * too many changes) forgets everything.
 */
export class Leases {
  readonly #known: LRUCache<string, Entry>;
  /** Apart, so that made-up keys never push out real ones; and of those asked for twice, so that a stream of new ones leaves nothing behind. */
  readonly #unknown: LRUCache<string, Entry>;
  readonly #before = new AskedBefore();
  readonly #fills = new Map<string, Fill>();
  readonly #read: (key: string) => Promise<Entry>;
  readonly #clock: Clock;
  #from: Moment | null = null;
  #xmin: bigint | null = null;
  #renewal: Promise<void> | null = null;
  #renewed: () => void = () => undefined;

  constructor(read: (key: string) => Promise<Entry>, clock: Clock, { known = 50_000, unknown = 10_000 } = {}) {
    this.#known = new LRUCache({ max: known });
    this.#unknown = new LRUCache({ max: unknown });
    this.#read = read;
    this.#clock = clock;
  }

  /** Whether there is a lease at this moment. */
  good(): boolean {
    return this.#from !== null && within(LEASE_MS, this.#from, this.#clock());
  }

  /**
   * Waits for a lease, half a second at most, together with all who wait. A process or a machine that stood still for a second lost its lease and
   * not its database: what came meanwhile is judged by the next poll, a moment later, and not refused.
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

  /** When the lease ends if no poll renews it, by the wall clock, in milliseconds. */
  until(): number {
    return this.#from === null ? 0 : this.#from.wall + LEASE_MS;
  }

  /** What is remembered of a key, or being read for somebody already: costs the database nothing. */
  remembered(key: string): Entry | Promise<Entry> | undefined {
    return this.#held(key) ?? this.#fills.get(key)?.entry;
  }

  /** The same, else a read of the key that all who ask meanwhile share. Throws Unavailable, or what the read throws. */
  entry(key: string): Entry | Promise<Entry> {
    return this.remembered(key) ?? this.#fill(key);
  }

  /** Whether an answer judged by `entry` may be given now: the lease is good, and this very entry is still held. */
  stands(key: string, entry: Entry): boolean {
    return this.good() && this.#held(key) === entry;
  }

  /** To be called before a poll is sent, and its answer given to `endPoll`; one at a time. */
  beginPoll(firstOnConnection: boolean): Poll {
    return { sent: this.#clock(), since: firstOnConnection ? null : this.#xmin, dropsAll: firstOnConnection || !this.good() };
  }

  endPoll(poll: Poll, { xmin, inRecovery, changed }: PollAnswer): void {
    const wentBack = this.#xmin !== null && xmin < this.#xmin;
    if (poll.dropsAll || wentBack || inRecovery || changed.length > MOST_CHANGES) this.#forgetEverything();
    else for (const key of changed) this.#forget(key);
    this.#xmin = xmin;
    this.#from = inRecovery ? null : poll.sent;
    if (this.good()) this.#renewed();
  }

  /** Since the poll that the lease counts from was sent; NaN where there is none. */
  ageMs(): number {
    return this.#from === null ? Number.NaN : this.#clock().monotonic - this.#from.monotonic;
  }

  /** How many keys are remembered. */
  sizes(): { known: number; unknown: number } {
    return { known: this.#known.size, unknown: this.#unknown.size };
  }

  #held(key: string): Entry | undefined {
    return this.#known.get(key) ?? this.#unknown.get(key);
  }

  #fill(key: string): Promise<Entry> {
    const fill: Fill = { spoilt: false, entry: Promise.resolve().then(() => this.#readUntilUnspoilt(key, fill)) };
    this.#fills.set(key, fill);
    return fill.entry.finally(() => this.#fills.delete(key));
  }

  /** A read is as old as the moment it was sent: one that took longer than a lease is thrown away too. */
  async #readUntilUnspoilt(key: string, fill: Fill): Promise<Entry> {
    for (let attempt = 0; attempt < FILL_ATTEMPTS; attempt++) {
      fill.spoilt = false;
      const sent = this.#clock();
      const entry = await this.#read(key);
      if (fill.spoilt || !within(LEASE_MS, sent, this.#clock())) continue;
      if (entry.number !== null) this.#known.set(key, entry);
      else if (this.#before.again(key)) this.#unknown.set(key, entry);
      return entry;
    }
    throw new Unavailable(`a key changed during each of ${FILL_ATTEMPTS} reads`);
  }

  #forget(key: string): void {
    this.#known.delete(key);
    this.#unknown.delete(key);
    const fill = this.#fills.get(key);
    if (fill) fill.spoilt = true;
  }

  #forgetEverything(): void {
    this.#known.clear();
    this.#unknown.clear();
    for (const fill of this.#fills.values()) fill.spoilt = true;
  }
}
