import { ACCEPTED, COLUMNS } from "./columns";

/** One key's minute, as this run of the gateway saw it. */
export type Minute = { run: string; key: number; at: number; counts: number[]; lastAt: number; lastSource: string; written: boolean };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** About 30 MB: what a database that is away for long may cost. What comes on top is not counted by key, and `lost` says how much. */
const MOST_MINUTES = 100_000;

/**
 * Counts a key's requests by minute.
 *
 * Promise: a minute that was written once is only ever written again with more in it, so its values may be written as they are. A minute is
 * forgotten once it is over and written. So a clock that is set back must not open one again: it begins a new run, whose rows are others.
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

  constructor(newRun: () => string, most = MOST_MINUTES) {
    this.#newRun = newRun;
    this.#run = newRun();
    this.#most = most;
  }

  count(key: number, place: number, source: string, now: number): void {
    if (now < this.#at || now >= this.#at + MINUTE_MS) this.#turn(now - (now % MINUTE_MS));
    let minute = this.#current.get(key);
    if (!minute) {
      if (this.#unwritten.size >= this.#most) return void this.lost++;
      minute = { run: this.#run, key, at: this.#at, counts: COLUMNS.map(() => 0), lastAt: 0, lastSource: "", written: false };
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
      // By then the worker may have rolled up what was written of it.
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

  /** The clock was behind by this much: what was counted by it and is not written anywhere was counted so much later. */
  shift(behind: number): void {
    for (const minute of this.#unwritten) {
      if (minute.written) continue;
      minute.at += Math.floor(behind / MINUTE_MS) * MINUTE_MS;
      if (minute.lastAt > 0) minute.lastAt += behind;
    }
    // What comes now may fall into a minute that has a row of this run already: 0 is before it, so another run begins.
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
