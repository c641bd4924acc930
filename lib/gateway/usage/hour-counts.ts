import { ACCEPTED, COLUMNS } from "./columns";

/** One hour of one key, as this run of the gateway counted it. */
export type Hour = {
  run: string;
  key: number;
  at: number;
  /** When the first of its requests was answered. */
  firstAt: number;
  counts: number[];
  lastAt: number;
  lastSource: string;
  written: boolean;
};

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * About 30 MB: the memory that a long outage of the database may cost. Requests beyond it are not
 * counted by key, and `lost` says how many they are.
 */
const MAX_HOURS = 100_000;

const hourOf = (at: number): number => at - (at % HOUR_MS);

/**
 * Counts a key's requests by hour.
 *
 * Promise: an hour that was written is only written again with higher counts, so the values can
 * replace the row's. An hour is forgotten once it is over and written, and earlier if too many
 * keys are used in it. A forgotten hour is not continued: if a clock is set back, or a key is used
 * again, a new run begins, which has rows of its own.
 */
export class HourCounts {
  #run: string;
  #at = 0;
  #current = new Map<number, Hour>();
  #unwritten = new Set<Hour>();
  /** How many requests were counted under no key. */
  lost = 0;
  readonly #newRun: () => string;
  readonly #most: number;

  constructor(newRun: () => string, most = MAX_HOURS) {
    this.#newRun = newRun;
    this.#run = newRun();
    this.#most = most;
  }

  count(key: number, place: number, source: string, now: number): void {
    if (now < this.#at || now >= this.#at + HOUR_MS) this.#turn(hourOf(now));
    let hour = this.#current.get(key);
    if (!hour) {
      if (this.#unwritten.size >= this.#most) return void this.lost++;
      if (this.#current.size >= this.#most) this.#forgetKeys();
      hour = {
        run: this.#run,
        key,
        at: this.#at,
        firstAt: now,
        counts: COLUMNS.map(() => 0),
        lastAt: 0,
        lastSource: "",
        written: false,
      };
      this.#current.set(key, hour);
    }
    (hour.counts[place] as number)++;
    if (place === ACCEPTED) {
      hour.lastAt = now;
      hour.lastSource = source;
    }
    this.#unwritten.add(hour);
  }

  /** Takes up to `most` hours that changed since they were last taken. */
  take(most: number, now: number): Hour[] {
    const taken: Hour[] = [];
    for (const hour of this.#unwritten) {
      if (taken.length === most) break;
      this.#unwritten.delete(hour);
      // After a day the worker may already have rolled up this hour's row.
      if (now - hour.at < DAY_MS) {
        hour.written = true;
        taken.push(hour);
      } else this.lost += hour.counts.reduce((sum, count) => sum + count, 0);
    }
    return taken;
  }

  putBack(hours: readonly Hour[]): void {
    for (const hour of hours) this.#unwritten.add(hour);
  }

  /**
   * The clock was behind by this much. Moves the counts that are not written anywhere yet. Two
   * hours of a key may become one, so each hour of a run gets a run of its own.
   */
  shift(behind: number): void {
    const runs = new Map<string, string>();
    for (const hour of this.#unwritten) {
      if (hour.written) continue;
      const before = `${hour.run} ${hour.at}`;
      if (!runs.has(before)) runs.set(before, this.#newRun());
      hour.run = runs.get(before) as string;
      hour.firstAt += behind;
      hour.at = hourOf(hour.firstAt);
      if (hour.lastAt > 0) hour.lastAt += behind;
    }
    // New counts may fall into an hour for which this run already has a row.
    this.#forgetKeys();
  }

  get waiting(): number {
    return this.#unwritten.size;
  }

  /** Keys that are used again are counted under a new run. */
  #forgetKeys(): void {
    this.#run = this.#newRun();
    this.#current = new Map();
  }

  #turn(at: number): void {
    if (at < this.#at) this.#run = this.#newRun();
    this.#at = at;
    this.#current = new Map();
  }
}
