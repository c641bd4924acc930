import { ACCEPTED, COLUMNS } from "./columns";

/** One minute of one key, as this run of the gateway counted it. */
export type Minute = {
  run: string;
  key: number;
  at: number;
  counts: number[];
  lastAt: number;
  lastSource: string;
  written: boolean;
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/**
 * About 30 MB: the memory that a long outage of the database may cost. Requests beyond it are not
 * counted by key, and `lost` says how many they are.
 */
const MAX_MINUTES = 100_000;

/**
 * Counts a key's requests by minute.
 *
 * Promise: a minute that was written is only written again with higher counts, so the values can
 * replace the row's. A minute is forgotten once it is over and written. So a clock that is set
 * back must not continue such a minute: it begins a new run, which has rows of its own.
 */
export class MinuteCounts {
  #run: string;
  #at = 0;
  #current = new Map<number, Minute>();
  #unwritten = new Set<Minute>();
  /** How many requests were counted under no key. */
  lost = 0;
  readonly #newRun: () => string;
  readonly #most: number;

  constructor(newRun: () => string, most = MAX_MINUTES) {
    this.#newRun = newRun;
    this.#run = newRun();
    this.#most = most;
  }

  count(key: number, place: number, source: string, now: number): void {
    if (now < this.#at || now >= this.#at + MINUTE_MS) this.#turn(now - (now % MINUTE_MS));
    let minute = this.#current.get(key);
    if (!minute) {
      if (this.#unwritten.size >= this.#most) return void this.lost++;
      minute = {
        run: this.#run,
        key,
        at: this.#at,
        counts: COLUMNS.map(() => 0),
        lastAt: 0,
        lastSource: "",
        written: false,
      };
      this.#current.set(key, minute);
    }
    (minute.counts[place] as number)++;
    if (place === ACCEPTED) {
      minute.lastAt = now;
      minute.lastSource = source;
    }
    this.#unwritten.add(minute);
  }

  /** Takes up to `most` minutes that changed since they were last taken. */
  take(most: number, now: number): Minute[] {
    const taken: Minute[] = [];
    for (const minute of this.#unwritten) {
      if (taken.length === most) break;
      this.#unwritten.delete(minute);
      // After a day the worker may already have rolled up this minute's row.
      if (now - minute.at < DAY_MS) {
        minute.written = true;
        taken.push(minute);
      } else this.lost += minute.counts.reduce((sum, count) => sum + count, 0);
    }
    return taken;
  }

  putBack(minutes: readonly Minute[]): void {
    for (const minute of minutes) this.#unwritten.add(minute);
  }

  /** The clock was behind by this much. Moves the counts that are not written anywhere yet. */
  shift(behind: number): void {
    for (const minute of this.#unwritten) {
      if (minute.written) continue;
      minute.at += Math.floor(behind / MINUTE_MS) * MINUTE_MS;
      if (minute.lastAt > 0) minute.lastAt += behind;
    }
    // New counts may fall into a minute for which this run already has a row. 0 is before any
    // minute, so this begins another run.
    this.#turn(0);
  }

  get waiting(): number {
    return this.#unwritten.size;
  }

  #turn(at: number): void {
    if (at < this.#at) this.#run = this.#newRun();
    this.#at = at;
    this.#current = new Map();
  }
}
